package dev.candor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Asks the right person at the right moment, and never loses an answer.
 *
 * <pre>{@code
 * Candor candor = Candor.start(new Candor.Config("shop")
 *     .endpoint("https://collector.example/v1/events").writeKey("…")
 *     .storage(context.getFilesDir().toPath()).executor(context.getMainExecutor()));
 * candor.load(document);
 * candor.onPrompt(prompt -> showCard(prompt));
 * candor.identify("user-7");
 * candor.track("purchase_completed");
 * }</pre>
 *
 * <p>The host draws: {@link #onPrompt} hands it a {@link Prompt} with its question, and takes the answers. Every method may be
 * called from any thread and returns at once, but {@link #flush} and {@link #close}, which wait no longer than they are told.
 * Listeners run on the config's executor, one at a time. After close everything is a no-op.
 */
public final class Candor implements AutoCloseable {
    /** How to start. Only the project is required. */
    public static final class Config {
        final String project;
        String endpoint = "";
        String writeKey = "";
        String storage = "";
        String documentUrl = "";
        String locale = "";
        String appVersion = "";
        String platform = "java";
        Consent consent = Consent.BY_DOCUMENT;
        boolean strict;
        Executor executor;

        /** Letters, digits, '.', '_', '-'; at most 64. */
        public Config(String project) {
            this.project = Objects.requireNonNull(project);
        }

        /** Where events go; without it they are kept and never sent. */
        public Config endpoint(String url) {
            endpoint = url;
            return this;
        }

        /** Public: it may append, never read. */
        public Config writeKey(String key) {
            writeKey = key;
            return this;
        }

        /** A directory that exists; without it everything is in memory. */
        public Config storage(Path directory) {
            storage = directory.toString();
            return this;
        }

        /** Where the survey document comes from; without it, {@link Candor#load}. */
        public Config documentUrl(String url) {
            documentUrl = url;
            return this;
        }

        /** BCP 47. */
        public Config locale(String tag) {
            locale = tag;
            return this;
        }

        public Config appVersion(String version) {
            appVersion = version;
            return this;
        }

        public Config platform(String name) {
            platform = name;
            return this;
        }

        public Config consent(Consent value) {
            consent = value;
            return this;
        }

        /** Unknown keys in a survey document are errors: for debug builds. */
        public Config strict(boolean value) {
            strict = value;
            return this;
        }

        /** Where listeners run, such as the main thread's executor. By default a thread of Candor's own. */
        public Config executor(Executor value) {
            executor = Objects.requireNonNull(value);
            return this;
        }
    }

    /** Whether anything may be stored about the person. */
    public enum Consent {
        BY_DOCUMENT,
        UNKNOWN,
        GRANTED,
        DENIED
    }

    /** What happened: for logs and for the curious. The numbers are those of candor.h. */
    public enum EventKind {
        READY,
        PROMPT_POSSIBLE,
        SHOWN,
        ANSWERED,
        DISMISSED,
        PROMPT_CHANGED,
        PROMPT_ENDED,
        ERROR,
        LOG,
        DELIVERED,
        DECIDED
    }

    /** An event; {@code text} is for people. */
    public record Event(EventKind kind, String survey, String text, long count) {}

    private static final Map<Integer, Candor> RUNNING = new LinkedHashMap<>();

    private final int handle;
    private final Executor executor;
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Prompt>> promptListeners = new CopyOnWriteArrayList<>();
    private final Transport transport = new Transport();
    private final ExecutorService ownThread = Transport.daemon("candor-events");
    private long context;
    private int starts = 1;

    /**
     * Starts a client and returns at once. A project that runs already is the same client once more; it ends at the last
     * close.
     *
     * @throws IllegalArgumentException when the config cannot work; the message says why
     */
    public static Candor start(Config config) {
        synchronized (RUNNING) {
            Candor candor = new Candor(config);
            Candor running = RUNNING.get(candor.handle);
            if (running != null) {
                Native.free(candor.context);
                running.starts++;
                return running;
            }
            RUNNING.put(candor.handle, candor);
            return candor;
        }
    }

    private Candor(Config config) {
        executor = config.executor != null ? config.executor : ownThread;
        long[] started = Native.start(
                this,
                new byte[][] {
                    utf8(config.project), utf8(config.endpoint), utf8(config.writeKey), utf8(config.storage),
                    utf8(config.documentUrl), utf8(config.locale), utf8(config.appVersion), utf8(config.platform)
                },
                config.consent.ordinal(),
                config.strict);
        handle = (int) started[0];
        context = started[1];
    }

    // ---- what the app says ----

    /**
     * A survey document, as JSON.
     *
     * @return false when it was refused; an ERROR event says why, and the last good one stays
     */
    public boolean load(String document) {
        return Native.call(handle, Native.LOAD, utf8(document), 0) == Native.OK;
    }

    /** Something happened. Values may be strings, numbers, booleans. */
    public void track(String name, Map<String, ?> properties) {
        Native.properties(handle, utf8(name), keys(properties), values(properties));
    }

    /** Something happened. */
    public void track(String name) {
        Native.call(handle, Native.TRACK, utf8(name), 0);
    }

    /** A screen was entered. */
    public void screen(String name) {
        Native.call(handle, Native.SCREEN, utf8(name), 0);
    }

    /** Who uses the app now; what they did while unknown goes along. */
    public void identify(String person) {
        if (Native.call(handle, Native.IDENTIFY, utf8(person), 0) == Native.INVALID) {
            throw new IllegalArgumentException("person: 1 to 200 bytes, not beginning with anon:");
        }
    }

    /** Back to somebody unknown. */
    public void reset() {
        Native.call(handle, Native.RESET, null, 0);
    }

    /** What is known about the person; a null value removes. */
    public void setAttributes(Map<String, ?> attributes) {
        Native.properties(handle, null, keys(attributes), values(attributes));
    }

    public void setLocale(String tag) {
        Native.call(handle, Native.LOCALE, utf8(tag), 0);
    }

    public void consent(Consent consent) {
        Native.call(handle, Native.CONSENT, null, consent.ordinal());
    }

    /** Erases everything on this install, and asks the collector to do the same. */
    public void forget() {
        Native.call(handle, Native.FORGET, null, 0);
    }

    /** While busy nobody is asked. */
    public void busy(boolean busy) {
        Native.call(handle, Native.BUSY, null, busy ? 1 : 0);
    }

    /** The app went to the background, or came back. */
    public void hidden(boolean hidden) {
        Native.call(handle, Native.HIDDEN, null, hidden ? 1 : 0);
    }

    /** Shows a survey past all rules; a preview leaves no history and is in no score. */
    public boolean show(String survey, boolean preview) {
        return Native.call(handle, Native.SHOW, utf8(survey), preview ? 1 : 0) == Native.OK;
    }

    /** Takes the prompt away. */
    public void hide() {
        Native.call(handle, Native.HIDE, null, 0);
    }

    /** Why each survey was or was not chosen when last decided, as JSON; an empty name for all. */
    public String explain(String survey) {
        return text(Native.explain(handle, utf8(survey)));
    }

    // ---- listening ----

    /** Runs for each prompt: draw its question, call {@link Prompt#presented}, and answer or dismiss it. */
    public void onPrompt(Consumer<Prompt> listener) {
        promptListeners.add(Objects.requireNonNull(listener));
    }

    /** Runs for every event. */
    public void onEvent(Consumer<Event> listener) {
        listeners.add(Objects.requireNonNull(listener));
    }

    /** The running prompt, or null. */
    public Prompt prompt() {
        Prompt prompt = new Prompt(this);
        return prompt.question() == null ? null : prompt;
    }

    // ---- the end ----

    /** Waits until all is stored, and sent if it may be; false when the time was up first. */
    public boolean flush(Duration atMost) {
        return Native.flush(handle, atMost.toMillis()) == Native.OK;
    }

    /** Ends within the time given and a moment; what could not be sent is kept. */
    public void close(Duration atMost) {
        synchronized (RUNNING) {
            if (starts == 0) return;
            starts--;
            if (starts == 0) RUNNING.remove(handle);
        }
        Native.close(handle, atMost.toMillis()); // without the lock: a listener may be starting or closing, too
        if (starts > 0) return;
        transport.stop();
        ownThread.shutdown();
        Native.free(context);
        context = 0;
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }

    // ---- called by the native side ----

    @SuppressWarnings("unused")
    private void wake(int client) { // not `handle`: the worker may wake us before start has returned it
        try {
            executor.execute(() -> Native.call(client, Native.TICK, null, 0));
        } catch (RejectedExecutionException ended) {
            // The host's executor has ended before Candor: there is nobody left to tell.
        }
    }

    @SuppressWarnings("unused")
    private void event(int kind, byte[] survey, byte[] text, long count) {
        EventKind[] kinds = EventKind.values();
        if (kind >= kinds.length) return; // of a later library
        Event event = new Event(kinds[kind], text(survey), text(text), count);
        for (Consumer<Event> listener : listeners) guarded(() -> listener.accept(event));
        if (event.kind() != EventKind.PROMPT_POSSIBLE) return;
        for (Consumer<Prompt> listener : promptListeners) guarded(() -> listener.accept(new Prompt(this)));
    }

    @SuppressWarnings("unused")
    private void send(int ticket, byte[] method, byte[] url, byte[][] headers, byte[] body, long timeout, long limit) {
        transport.send(ticket, text(method), text(url), headers, body, timeout, limit);
    }

    @SuppressWarnings("unused")
    private void cancel(int ticket) {
        transport.cancel(ticket);
    }

    // A listener's exception is the host's to see, and must neither unwind through native code nor stop the other listeners.
    private static void guarded(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    int handle() {
        return handle;
    }

    static byte[] utf8(String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] utf8) {
        return utf8 == null ? "" : new String(utf8, StandardCharsets.UTF_8);
    }

    private static byte[][] keys(Map<String, ?> map) {
        return map.keySet().stream().map(Candor::utf8).toArray(byte[][]::new);
    }

    private static Object[] values(Map<String, ?> map) {
        return map.values().stream()
                .map(value -> value instanceof Number n ? (Object) n.doubleValue()
                        : value instanceof Boolean || value == null ? value
                        : utf8(value.toString()))
                .toArray();
    }
}
