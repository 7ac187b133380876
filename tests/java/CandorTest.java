import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.candor.Candor;
import dev.candor.OffsetsTest;
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
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Java face on a real JVM: over a real socket, and with a process that is really killed. */
public final class CandorTest extends Harness {
    private static final String COMMENT = "Très bien, l'été — 😀👩‍👩‍👧 مرحبا 日本語";

    /** Accepts everything, once per id. */
    private static final class Collector implements AutoCloseable {
        final HttpServer server;
        final Map<String, String> events = new java.util.concurrent.ConcurrentHashMap<>();
        final BlockingQueue<Integer> arrivals = new LinkedBlockingQueue<>();
        volatile String authorization = "";

        Collector() throws IOException {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.createContext("/v1/events", this::take);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/events";
        }

        private void take(HttpExchange exchange) throws IOException {
            authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
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

    private static void speaksAnotherWire(Path folder) throws Exception {
        try (Collector collector = new Collector()) {
            Events events = new Events();
            Candor candor = Candor.start(
                    new Candor.Config("shop").endpoint(collector.url()).writeKey("key").wire("cloudevents").storage(folder).strict(true));
            candor.onEvent(events.queue::add);
            check(candor.load(document), "the document is refused");
            BlockingQueue<Prompt> prompts = new LinkedBlockingQueue<>();
            candor.onPrompt(prompts::add);
            candor.track("purchase_completed");
            Prompt prompt = prompts.poll(30, TimeUnit.SECONDS);
            check(prompt != null, "no prompt");
            prompt.presented();
            check(prompt.answer(7), "7 was refused");
            events.await(Candor.EventKind.ANSWERED);
            prompt.dismiss();
            check(candor.flush(Duration.ofSeconds(20)), "not delivered");
            check(collector.authorization.equals("Bearer key"), "the key came as no bearer token: " + collector.authorization);
            candor.close();
        }
    }

    private static final String QUESTIONS = """
            {"candor": 1, "project": "shop", "revision": 9, "product": "Acme", "surveys": [{"id": "food", "kind": "transactional",
             "triggers": [{"event": "ate"}], "questions": [
              {"id": "hello", "type": "statement", "text": "Hello!", "link": {"url": "https://acme.example", "text": "Why?"}},
              {"id": "liked", "type": "csat", "text": "Liked it?", "low": "No", "high": "Yes"},
              {"id": "what", "type": "multiple", "text": "What?", "choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"},
               {"id": "other", "text": "Else", "other": true}]},
              {"id": "thanks", "type": "thanks"}]}]}""";

    private static void asksEveryType(Path folder) throws Exception {
        try (Collector collector = new Collector()) {
            Events events = new Events();
            Candor candor = start(folder, collector.url(), events);
            BlockingQueue<Prompt> prompts = new LinkedBlockingQueue<>();
            candor.onPrompt(prompts::add);
            check(candor.load(QUESTIONS), "the questions are refused");
            candor.track("ate");
            Prompt prompt = prompts.poll(30, TimeUnit.SECONDS);
            check(prompt != null, "no prompt");
            prompt.presented();
            check(prompt.question().type() == Prompt.Type.STATEMENT && prompt.question().link().equals("https://acme.example"), "no link");
            check(prompt.skip(), "a statement does not go on");
            check(prompt.question().type() == Prompt.Type.CSAT && prompt.question().min() == 1 && prompt.question().max() == 5, "not 1-5");
            check(prompt.question().hasBefore(), "no way back");
            check(!prompt.skip(), "what is required was skipped");
            check(prompt.answer(5), "5 was refused");
            check(prompt.question().choices().size() == 3 && prompt.question().choices().get(2).other(), "no choices");
            check(!prompt.answer(List.of("z"), ""), "a choice that is none was taken");
            check(prompt.answer(List.of("a", "other"), "figs 😀"), "the choices were refused");
            prompt.back();
            check(prompt.question().choices().get(0).chosen() && !prompt.question().choices().get(1).chosen(), "the choices are forgotten");
            check(prompt.question().answer().equals("figs 😀"), "the words are forgotten");
            prompt.dismiss();
            events.await(Candor.EventKind.PROMPT_ENDED);
            check(candor.flush(Duration.ofSeconds(20)), "not delivered");
            check(collector.everything().contains("\"choices\":[\"a\",\"other\"],\"text\":\"figs 😀\""), collector.everything());
            candor.track("ate");
            prompts.poll(30, TimeUnit.SECONDS).snooze();
            events.await(Candor.EventKind.SNOOZED);
            candor.close();
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

    private static final String LONG = "😀".repeat(50) + "."; // 201 bytes

    private static void refusesWhatCannotWork(Path folder) {
        expectRefusal(() -> Candor.start(new Candor.Config("no/slash")), "project");
        expectRefusal(() -> Candor.start(new Candor.Config("refusals").locale(LONG)), "locale: at most 200 bytes");
        expectRefusal(() -> Candor.start(new Candor.Config("refusals").wire("pigeon")), "wire");
        try (Candor candor = Candor.start(new Candor.Config("refusals"))) {
            check(!candor.load("{"), "half a document was taken");
            expectRefusal(() -> candor.identify(""), "person");
            expectRefusal(() -> candor.identify(LONG), "person");
            expectRefusal(() -> candor.track(""), "1 to 200 bytes");
            expectRefusal(() -> candor.track(LONG), "1 to 200 bytes");
            expectRefusal(() -> candor.track(LONG, Map.of("a", 1)), "1 to 200 bytes");
            expectRefusal(() -> candor.screen(LONG), "1 to 200 bytes");
            expectRefusal(() -> candor.setContext(new Candor.Context().osVersion(LONG)), "osVersion: at most 200 bytes");
            expectRefusal(() -> candor.consent(Candor.Consent.BY_DOCUMENT), "consent");
            expectRefusal(() -> candor.setAttributes(Map.of("tags", List.of("a"))), "\"tags\" is of java.util.");
            expectRefusal(() -> candor.track("go", Map.of("when", java.time.LocalDate.EPOCH)), "\"when\" is of java.time.LocalDate:");
            expectRefusal(() -> candor.track("go", Collections.singletonMap(null, 1)), "no name");
            expectRefusal(() -> candor.setAttributes(Map.of("", 1)), "no name");
            candor.track("\ud800"); // half of a pair: Java writes a question mark
        }
    }

    private static void refusesNull(Path folder) {
        Class<NullPointerException> missing = NullPointerException.class;
        expect(missing, () -> new Candor.Config(null), "project");
        expect(missing, () -> new Candor.Config("nulls").consent(null), "consent");
        Candor.Config config = new Candor.Config("nulls").endpoint(null).writeKey(null).documentUrl(null).locale(null).platform(null);
        try (Candor candor = Candor.start(config)) {
            expect(missing, () -> candor.load(null), "document");
            expect(missing, () -> candor.track(null), "name");
            expect(missing, () -> candor.track(null, Map.of()), "name");
            expect(missing, () -> candor.track("go", null), "properties");
            expect(missing, () -> candor.screen(null), "name");
            expect(missing, () -> candor.identify(null), "person");
            expect(missing, () -> candor.setAttributes(null), "attributes");
            expect(missing, () -> candor.setContext(null), "known");
            expect(missing, () -> candor.setLocale(null), "tag");
            expect(missing, () -> candor.consent(null), "consent");
            expect(missing, () -> candor.show(null, true), "survey");
            expect(missing, () -> candor.explain(null), "survey");
            candor.setContext(new Candor.Context().country(null).zone(null));
        }
    }

    private static void afterCloseNothingHappens(Path folder) {
        Candor candor = Candor.start(new Candor.Config("closed").storage(folder));
        candor.close(Duration.ofSeconds(Long.MIN_VALUE));
        check(!candor.load(document), "a document was taken");
        candor.track("go");
        candor.track("", Map.of("a", 1, "b", "😀", "c", true));
        candor.screen("home");
        candor.identify("somebody");
        candor.reset();
        candor.setAttributes(Map.of("plan", "pro"));
        candor.setContext(new Candor.Context().country("AT").zone(ZoneId.of("Europe/Vienna")));
        candor.setLocale("de");
        candor.consent(Candor.Consent.GRANTED);
        candor.forget();
        candor.busy(true);
        candor.typed();
        candor.hidden(true);
        candor.network(Candor.Network.OFFLINE);
        check(!candor.show("post-purchase", true), "shown");
        candor.hide();
        check(candor.explain("").isEmpty() && candor.prompt() == null, "somebody is left");
        check(!candor.flush(Duration.ofSeconds(Long.MAX_VALUE)), "flushed");
        candor.close();
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

    public static void main(String[] args) throws Exception {
        if (args.length == 4 && args[0].equals("answer-and-wait")) {
            document = Files.readString(Path.of(args[1]));
            answerAndWait(Path.of(args[2]), args[3]);
            return;
        }
        document = Files.readString(Path.of(System.getProperty("candor.document")));
        boolean all = passes("tracks, prompts, answers, delivers, with emoji", CandorTest::tracksPromptsAnswersDelivers);
        all &= passes("speaks another wire", CandorTest::speaksAnotherWire);
        all &= passes("asks every type of question", CandorTest::asksEveryType);
        all &= passes("an answer survives a kill and is delivered after a restart", CandorTest::survivesAKill);
        all &= passes("refuses what cannot work", CandorTest::refusesWhatCannotWork);
        all &= passes("refuses null", CandorTest::refusesNull);
        all &= passes("after close nothing happens", CandorTest::afterCloseNothingHappens);
        all &= passes("a listener's exception stops nothing", CandorTest::aListenersExceptionStopsNothing);
        all &= passes("started twice is one client", CandorTest::startedTwiceIsOneClient);
        all &= passes("a zone's offsets now and next", folder -> OffsetsTest.zonesTellNowAndTheirNextChanges());
        all &= passes("a zone's offsets in 400 days", folder -> OffsetsTest.changesCountUpTo400Days());
        all &= RulesTest.all();
        System.exit(all ? 0 : 1);
    }

    private CandorTest() {}
}
