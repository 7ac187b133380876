import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.candor.Candor;
import dev.candor.Prompt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java face on a real JVM: over a real socket, and with a process that is really killed. */
public final class CandorTest {
    private static final String COMMENT = "Très bien, l'été — 😀👩‍👩‍👧 مرحبا 日本語";

    private interface Test {
        void run(Path folder) throws Exception;
    }

    /** Accepts everything, once per id. */
    private static final class Collector implements AutoCloseable {
        final HttpServer server;
        final Map<String, String> events = new java.util.concurrent.ConcurrentHashMap<>();
        final BlockingQueue<Integer> arrivals = new LinkedBlockingQueue<>();

        Collector() throws IOException {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.createContext("/v1/events", this::take);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/events";
        }

        private void take(HttpExchange exchange) throws IOException {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Matcher ids = Pattern.compile("\"specversion\":\"1.0\",\"id\":\"([^\"]+)\"").matcher(body);
            List<String> accepted = new ArrayList<>();
            while (ids.find()) {
                accepted.add("\"" + ids.group(1) + "\"");
                events.put(ids.group(1), body);
            }
            byte[] answer = ("{\"accepted\":[" + String.join(",", accepted) + "],\"rejected\":[]}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
            arrivals.add(accepted.size());
        }

        String everything() {
            return String.join("\n", events.values());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Waits for events by their kind. */
    private static final class Events {
        final BlockingQueue<Candor.Event> queue = new LinkedBlockingQueue<>();

        Candor.Event await(Candor.EventKind kind) throws InterruptedException {
            List<Candor.Event> seen = new ArrayList<>();
            while (true) {
                Candor.Event event = queue.poll(30, TimeUnit.SECONDS);
                if (event == null) throw new AssertionError(kind + " did not come; came " + seen);
                if (event.kind() == kind) return event;
                seen.add(event);
            }
        }
    }

    private static String document;

    private static Candor start(Path folder, String endpoint, Events events) {
        Candor candor = Candor.start(new Candor.Config("shop").endpoint(endpoint).writeKey("key").storage(folder).strict(true));
        candor.onEvent(events.queue::add);
        check(candor.load(document), "the document is refused");
        return candor;
    }

    private static void tracksPromptsAnswersDelivers(Path folder) throws Exception {
        try (Collector collector = new Collector()) {
            Events events = new Events();
            Candor candor = start(folder, collector.url(), events);
            BlockingQueue<Prompt> prompts = new LinkedBlockingQueue<>();
            candor.onPrompt(prompts::add);
            candor.identify("java-😀");
            candor.track("purchase_completed", Map.of("price", 12.5, "gift", true, "name", "Tasse"));
            Prompt prompt = prompts.poll(30, TimeUnit.SECONDS);
            check(prompt != null, "no prompt");
            prompt.presented();
            check(prompt.question().type() == Prompt.Type.SCORE && prompt.question().max() == 10, "not a scale 0-10");
            check(!prompt.answer(11), "11 was taken");
            check(prompt.answer(7), "7 was refused");
            events.await(Candor.EventKind.ANSWERED);
            check(prompt.question().type() == Prompt.Type.TEXT, "no follow-up");
            check(prompt.answer(COMMENT), "the comment was refused");
            events.await(Candor.EventKind.ANSWERED);
            check(prompt.question().status() == Prompt.Status.DONE, "not done");
            prompt.dismiss();
            events.await(Candor.EventKind.PROMPT_ENDED);
            check(prompt.question() == null && candor.prompt() == null, "the prompt has not ended");
            check(candor.flush(Duration.ofSeconds(20)), "not delivered");
            String sent = collector.everything();
            check(sent.contains(COMMENT), "the comment did not arrive as it was written");
            check(sent.contains("\"person\":\"java-😀\""), "the person's name did not arrive as it was written: " + sent);
            candor.track("purchase_completed");
            candor.flush(Duration.ofSeconds(20));
            check(candor.explain("post-purchase").contains("wait_answered"), "the trace does not say why: " + candor.explain(""));
            candor.close();
            candor.close();
            candor.track("after close");
        }
    }

    private static void survivesAKill(Path folder) throws Exception {
        int deadPort;
        try (ServerSocket nobody = new ServerSocket(0)) {
            deadPort = nobody.getLocalPort();
        }
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Dcandor.library=" + System.getProperty("candor.library"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "CandorTest",
                        "answer-and-wait",
                        System.getProperty("candor.document"),
                        folder.toString(),
                        "http://127.0.0.1:" + deadPort + "/v1/events")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            check("stored".equals(out.readLine()), "the child did not store its answer");
            child.destroyForcibly().waitFor();
        }
        try (Collector collector = new Collector()) {
            Candor candor = start(folder, collector.url(), new Events());
            while (!collector.everything().contains("candor.response")) {
                check(collector.arrivals.poll(60, TimeUnit.SECONDS) != null, "the answer of the killed process did not arrive");
            }
            check(candor.flush(Duration.ofSeconds(20)), "something is left");
            check(collector.everything().contains(COMMENT), "the comment is not what was written");
            candor.close();
        }
    }

    /** In the child: answers, says so once it is stored, and waits to be killed. */
    private static void answerAndWait(Path folder, String endpoint) throws Exception {
        Events events = new Events();
        Candor candor = start(folder, endpoint, events);
        candor.track("purchase_completed");
        events.await(Candor.EventKind.PROMPT_POSSIBLE);
        Prompt prompt = candor.prompt();
        prompt.presented();
        check(prompt.answer(9), "refused");
        check(prompt.answer(COMMENT), "refused");
        while (prompt.question().status() != Prompt.Status.DONE) events.await(Candor.EventKind.ANSWERED);
        System.out.println("stored");
        System.out.flush();
        new CountDownLatch(1).await();
    }

    private static void refusesWhatCannotWork(Path folder) {
        expectRefusal(() -> Candor.start(new Candor.Config("no/slash")), "project");
        try (Candor candor = Candor.start(new Candor.Config("refusals"))) {
            check(!candor.load("{"), "half a document was taken");
            expectRefusal(() -> candor.identify(""), "person");
            candor.track("");
            candor.track("\ud800"); // half of a pair: Java writes a question mark
        }
    }

    private static void aListenersExceptionStopsNothing(Path folder) throws Exception {
        List<Throwable> caught = new java.util.concurrent.CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> caught.add(thrown));
        Events events = new Events();
        try (Candor candor = Candor.start(new Candor.Config("shop").storage(folder))) {
            candor.onEvent(event -> {
                throw new IllegalStateException("a bug of the host's");
            });
            candor.onEvent(events.queue::add);
            candor.load(document);
            events.await(Candor.EventKind.READY);
            events.await(Candor.EventKind.DECIDED);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        check(!caught.isEmpty(), "the exception vanished");
    }

    private static void startedTwiceIsOneClient(Path folder) {
        Candor first = Candor.start(new Candor.Config("shop").storage(folder));
        Candor second = Candor.start(new Candor.Config("shop").storage(folder));
        check(first == second, "two clients of one project");
        second.close();
        check(first.load(document), "closed too early");
        first.close();
    }

    private static void expectRefusal(Runnable call, String word) {
        try {
            call.run();
        } catch (IllegalArgumentException e) {
            check(e.getMessage().contains(word), "says " + e.getMessage());
            return;
        }
        throw new AssertionError("not refused");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) throw new AssertionError(otherwise);
    }

    private static boolean passes(String name, Test test) throws IOException {
        Path folder = Files.createTempDirectory("candor-java");
        try {
            test.run(folder);
            System.out.println("ok   " + name);
            return true;
        } catch (Exception | AssertionError e) {
            System.out.println("FAIL " + name);
            e.printStackTrace(System.out);
            return false;
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 4 && args[0].equals("answer-and-wait")) {
            document = Files.readString(Path.of(args[1]));
            answerAndWait(Path.of(args[2]), args[3]);
            return;
        }
        document = Files.readString(Path.of(System.getProperty("candor.document")));
        boolean all = passes("tracks, prompts, answers, delivers, with emoji", CandorTest::tracksPromptsAnswersDelivers);
        all &= passes("an answer survives a kill and is delivered after a restart", CandorTest::survivesAKill);
        all &= passes("refuses what cannot work", CandorTest::refusesWhatCannotWork);
        all &= passes("a listener's exception stops nothing", CandorTest::aListenersExceptionStopsNothing);
        all &= passes("started twice is one client", CandorTest::startedTwiceIsOneClient);
        System.exit(all ? 0 : 1);
    }

    private CandorTest() {}
}
