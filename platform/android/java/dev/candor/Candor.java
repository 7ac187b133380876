package dev.candor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
 * candor.setAttributes(Map.of("plan", "pro"));
 * candor.track("purchase_completed", Map.of("amount", 19.9));
 * }</pre>
 *
 * <p>The host draws: {@link #onPrompt} hands it a {@link Prompt} with its question, and takes the answers. Every method may be
 * called from any thread and returns at once, but {@link #flush} and {@link #close}, which wait no longer than they are told.
 * Listeners run on the config's executor, one at a time. After close everything is a no-op.
 *
 * <p>Text is text in any script. What cannot be used is refused before anything is said to Candor, by an
 * IllegalArgumentException that tells why; null, where it is not named as a value, by a NullPointerException. Nothing else is
 * thrown.
 *
 * <p>A value of an event or of a person is a text (CharSequence), a number (any; as a double), a boolean, an instant (Instant or
 * Date; to the millisecond) or null. A number that is not finite is no number: it is taken for null.
 */
public final class Candor implements AutoCloseable {
    /** How to start. Only the project is required; a text that is null or empty is as one that was not given. */
    public static final class Config {
        final String project;
        final Context context = new Context().platform("java");
        String endpoint = "";
        String writeKey = "";
        String storage = "";
        String documentUrl = "";
        String wire = "";
        Consent consent = Consent.BY_DOCUMENT;
        boolean strict;
        boolean hidden;
        int logLevel;
        Executor executor;

        /** Letters, digits, '.', '_', '-'; at most 64. */
        public Config(String project) {
            this.project = Objects.requireNonNull(project, "project");
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

        /**
         * How events are handed over to the endpoint: {@code candor} (by default), {@code cloudevents}, {@code cloudevents-binary}
         * or {@code posthog}.
         */
        public Config wire(String name) {
            wire = name;
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

        /** As {@link Context#locale}. By default the language that this Java shows its user. */
        public Config locale(String tag) {
            context.locale(tag);
            return this;
        }

        /** As {@link Context#appVersion}. */
        public Config appVersion(String version) {
            context.appVersion(version);
            return this;
        }

        /** As {@link Context#platform}. By default {@code java}. */
        public Config platform(String name) {
            context.platform(name);
            return this;
        }

        /** What else is known of app and device at the start, in place of what was said of it here before. */
        public Config context(Context known) {
            context.add(Objects.requireNonNull(known, "known"));
            return this;
        }

        public Config consent(Consent value) {
            consent = Objects.requireNonNull(value, "consent");
            return this;
        }

        /** Unknown keys in a survey document are errors: for debug builds. */
        public Config strict(boolean value) {
            strict = value;
            return this;
        }

        /** The app starts in the background: nobody is asked until {@link Candor#hidden} says otherwise. */
        public Config hidden(boolean value) {
            hidden = value;
            return this;
        }

        /** LOG events: 0 none (default), 1 errors … 4 all. */
        public Config logLevel(int level) {
            if (level < 0 || level > 4) throw new IllegalArgumentException("logLevel: 0 to 4, not " + level);
            logLevel = level;
            return this;
        }

        /** Where listeners run, such as the main thread's executor. By default a thread of Candor's own. */
        public Config executor(Executor value) {
            executor = Objects.requireNonNull(value, "executor");
            return this;
        }
    }

    /**
     * What is known of app and device: surveys may ask for it (see {@code context} in the survey document); versions and platform
     * go out with answers. What is not given, or null, or an empty text, stays as it was. A text has at most 200 bytes of UTF-8.
     */
    public static final class Context {
        private static final String[] NAMES = {"appVersion", "locale", "platform", "osVersion", "country", "device"};
        private static final int MOST_BYTES = 200;
        private static final int APP_VERSION = 0;
        private static final int LOCALE = 1;
        private static final int PLATFORM = 2;

        private final String[] texts = new String[NAMES.length];
        private ZoneId zone;

        public Context appVersion(String version) {
            return set(APP_VERSION, version);
        }

        /** BCP 47, such as pt-BR. */
        public Context locale(String tag) {
            return set(LOCALE, tag);
        }

        /** Such as android. */
        public Context platform(String name) {
            return set(PLATFORM, name);
        }

        public Context osVersion(String version) {
            return set(3, version);
        }

        /** Such as DE. */
        public Context country(String code) {
            return set(4, code);
        }

        /** Such as phone, tablet, desktop. */
        public Context device(String kind) {
            return set(5, kind);
        }

        /**
         * Whose clock quiet hours and days go by. By default that of this Java at the start; say it again when it has changed, as
         * when the traveller's phone has (on Android: ACTION_TIMEZONE_CHANGED).
         */
        public Context zone(ZoneId value) {
            zone = value;
            return this;
        }

        private Context set(int which, String text) {
            texts[which] = text;
            return this;
        }

        private void add(Context other) {
            for (int i = 0; i < texts.length; i++) {
                if (other.texts[i] != null && !other.texts[i].isEmpty()) texts[i] = other.texts[i];
            }
            if (other.zone != null) zone = other.zone;
        }

        private byte[][] utf8() {
            byte[][] out = new byte[texts.length][];
            for (int i = 0; i < texts.length; i++) {
                out[i] = Candor.utf8OrNone(texts[i]);
                if (out[i].length > MOST_BYTES) throw new IllegalArgumentException(NAMES[i] + ": at most 200 bytes of UTF-8");
            }
            return out;
        }

        private long[] offsets() {
            return zone == null ? null : Offsets.of(zone.getRules(), Instant.now());
        }

        /** What a client begins with: what is missing is taken from the Java that it runs in. */
        private Context orThisJavas() {
            Context whole = new Context().locale(localeHere());
            whole.add(this);
            return whole;
        }

        // Without what an extension asks for (a calendar, digits), which no survey's texts are told apart by.
        private static String localeHere() {
            String tag = Locale.getDefault(Locale.Category.DISPLAY).stripExtensions().toLanguageTag();
            return tag.equals("und") ? null : tag;
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
        DECIDED,
        /** A statement's link was pressed on a card that Candor draws: open the address in {@code text}. */
        LINK,
        SNOOZED
    }

    /**
     * An event; {@code text} is for people.
     *
     * @param level of a LOG: 1 error … 4 debug
     */
    public record Event(EventKind kind, String survey, String text, long count, int level) {}

    private static final Map<Integer, Candor> RUNNING = new LinkedHashMap<>();
    private static final Duration LONGEST_WAIT = Duration.ofDays(1); // as in the core

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
        Context known = config.context.orThisJavas();
        byte[][] context = known.utf8(); // refused before anything runs
        long[] offsets = known.zone != null ? known.offsets() : Offsets.here(Instant.now());
        synchronized (RUNNING) {
            Candor candor = new Candor(config, context);
            Candor running = RUNNING.get(candor.handle);
            if (running != null) {
                Native.free(candor.context);
                running.starts++;
                return running;
            }
            RUNNING.put(candor.handle, candor);
            Native.context(candor.handle, context, offsets);
            candor.hidden(config.hidden);
            return candor;
        }
    }

    private Candor(Config config, byte[][] known) {
        executor = config.executor != null ? config.executor : ownThread;
        long[] started = Native.start(
                this,
                new byte[][] {
                    utf8(config.project), utf8OrNone(config.endpoint), utf8OrNone(config.writeKey), utf8(config.storage),
                    utf8OrNone(config.documentUrl), known[Context.LOCALE], known[Context.APP_VERSION], known[Context.PLATFORM],
                    utf8OrNone(config.wire)
                },
                config.consent.ordinal(),
                config.strict,
                config.logLevel);
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
        return Native.call(handle, Native.LOAD, utf8(document, "document"), 0) == Native.OK;
    }

    /**
     * Something happened. Its properties are what a trigger's {@code where} looks at.
     *
     * @throws IllegalArgumentException for a name that is not of 1 to 200 bytes of UTF-8, for more than 100 properties, for one
     *     without a name, and for one that is no value; the message names it
     */
    public void track(String name, Map<String, ?> properties) {
        byte[] utf8 = utf8(name, "name");
        Properties given = new Properties(Objects.requireNonNull(properties, "properties"));
        accepted(Native.properties(handle, utf8, given.names, given.values), "track: a name of 1 to 200 bytes, at most 100 properties");
    }

    /** Something happened. */
    public void track(String name) {
        byte[] utf8 = utf8(name, "name");
        accepted(Native.call(handle, Native.TRACK, utf8, 0), "track: a name of 1 to 200 bytes");
    }

    /** A screen was entered. Its name is of 1 to 200 bytes. */
    public void screen(String name) {
        byte[] utf8 = utf8(name, "name");
        accepted(Native.call(handle, Native.SCREEN, utf8, 0), "screen: a name of 1 to 200 bytes");
    }

    /** Who uses the app now; what they did while unknown goes along. Attributes are to be set anew. */
    public void identify(String person) {
        byte[] utf8 = utf8(person, "person");
        accepted(Native.call(handle, Native.IDENTIFY, utf8, 0), "person: 1 to 200 bytes, not beginning with anon:");
    }

    /** Back to somebody unknown, of whom no attribute is known. */
    public void reset() {
        Native.call(handle, Native.RESET, null, 0);
    }

    /**
     * What is known about the person: those given replace, null removes, the others stay. Kept in memory only: say it at each
     * start.
     *
     * @throws IllegalArgumentException for more than 100 at once, for one without a name, and for one that is no value; the message
     *     names it
     */
    public void setAttributes(Map<String, ?> attributes) {
        Properties given = new Properties(Objects.requireNonNull(attributes, "attributes"));
        accepted(Native.properties(handle, null, given.names, given.values), "attributes: at most 100 at once");
    }

    /**
     * What is known of app and device, beside what was said of it before.
     *
     * @throws IllegalArgumentException for a text of more than 200 bytes
     */
    public void setContext(Context known) {
        Objects.requireNonNull(known, "known");
        Native.context(handle, known.utf8(), known.offsets());
    }

    /** The language of the cards from now on: BCP 47. */
    public void setLocale(String tag) {
        setContext(new Context().locale(Objects.requireNonNull(tag, "tag")));
    }

    /**
     * GRANTED or DENIED. Denial erases all that is stored, but for the denial itself.
     *
     * @throws IllegalArgumentException for others: what is known does not become unknown again
     */
    public void consent(Consent consent) {
        int number = Objects.requireNonNull(consent, "consent").ordinal();
        accepted(Native.call(handle, Native.CONSENT, null, number), "consent: granted or denied, not " + consent);
    }

    /** Erases everything on this install, and asks the collector to do the same. */
    public void forget() {
        Native.call(handle, Native.FORGET, null, 0);
    }

    /** While busy nobody is asked. */
    public void busy(boolean busy) {
        Native.call(handle, Native.BUSY, null, busy ? 1 : 0);
    }

    /** A key was typed somewhere in the app, whichever: surveys that wait for an idle moment wait on. */
    public void typed() {
        Native.call(handle, Native.TYPED, null, 0);
    }

    /** The app went to the background, or came back. */
    public void hidden(boolean hidden) {
        Native.call(handle, Native.HIDDEN, null, hidden ? 1 : 0);
    }

    /** What the network is; FREE until the app says otherwise. The order is that of candor.h. */
    public enum Network {
        FREE,
        /** Answers go out at once, what only counts waits for a free network, at most a day. */
        METERED,
        /** Nothing is sent. */
        OFFLINE
    }

    /** The network has become another. It shortens no wait that a server asked for. */
    public void network(Network network) {
        Native.call(handle, Native.NETWORK, null, network.ordinal());
    }

    /** Shows a survey past all rules; a preview leaves no history and is in no score. */
    public boolean show(String survey, boolean preview) {
        return Native.call(handle, Native.SHOW, utf8(survey, "survey"), preview ? 1 : 0) == Native.OK;
    }

    /** Takes the prompt away. */
    public void hide() {
        Native.call(handle, Native.HIDE, null, 0);
    }

    /** Why each survey was or was not chosen when last decided, as JSON; an empty name for all. */
    public String explain(String survey) {
        return text(Native.explain(handle, utf8(survey, "survey")));
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
        return Native.flush(handle, milliseconds(atMost)) == Native.OK;
    }

    /** Ends within the time given and a moment; what could not be sent is kept. */
    public void close(Duration atMost) {
        long deadline = milliseconds(atMost);
        synchronized (RUNNING) {
            if (starts == 0) return;
            starts--;
            if (starts == 0) RUNNING.remove(handle);
        }
        Native.close(handle, deadline); // without the lock: a listener may be starting or closing, too
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
    private void event(int kind, byte[] survey, byte[] text, long count, int level) {
        EventKind[] kinds = EventKind.values();
        if (kind >= kinds.length) return; // of a later library
        Event event = new Event(kinds[kind], text(survey), text(text), count, level);
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
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Of an argument that must not be null, with the name that the exception then gives. */
    static byte[] utf8(String text, String name) {
        return utf8(Objects.requireNonNull(text, name));
    }

    private static byte[] utf8OrNone(String text) {
        return text == null ? new byte[0] : utf8(text);
    }

    static String text(byte[] utf8) {
        return utf8 == null ? "" : new String(utf8, StandardCharsets.UTF_8);
    }

    private static void accepted(int status, String rule) {
        if (status == Native.INVALID) throw new IllegalArgumentException(rule);
    }

    // The longest of Java's durations has no milliseconds.
    private static long milliseconds(Duration atMost) {
        if (atMost.isNegative()) return 0;
        return (atMost.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atMost).toMillis();
    }
}
