import dev.candor.Candor;
import dev.candor.Prompt;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import java.util.TreeMap;

/** What the rules see of what a host says: each is told to the engine, and somebody is asked, or nobody. */
final class RulesTest extends Harness {
    private static final String GO = "\"kind\": \"transactional\", \"triggers\": [{\"event\": \"go\"}]";
    private static final String WORDS = "Füße 😀👩‍👩‍👧 مرحبا 日本語 𝒳";

    private static final String DOCUMENT = """
            {"candor": 1, "project": "shop", "revision": 1, "product": "Shop", "surveys": [{"id": "s", %s,
             "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]}""";

    /** A client in memory, whose document has one survey with these members. */
    private static final class Host implements AutoCloseable {
        final Candor candor;
        final Events events = new Events();

        Host(String members) throws InterruptedException {
            this(members, new Candor.Config("shop").strict(true));
        }

        Host(String members, Candor.Config config) throws InterruptedException {
            candor = Candor.start(config);
            candor.onEvent(events.queue::add);
            check(candor.load(DOCUMENT.formatted(members)), "refused: " + members);
            events.await(Candor.EventKind.READY);
            check(!decided(), "asks unasked: " + members);
        }

        /** Whether the next decision asks somebody; then the prompt is there. */
        boolean decided() throws InterruptedException {
            boolean chosen = events.await(Candor.EventKind.DECIDED).survey().equals("s");
            if (chosen) events.await(Candor.EventKind.PROMPT_POSSIBLE);
            return chosen;
        }

        boolean asks(String event, Map<String, ?> properties) throws InterruptedException {
            candor.track(event, properties);
            return decided();
        }

        boolean asks() throws InterruptedException {
            candor.track("go");
            return decided();
        }

        String why() {
            return candor.explain("s");
        }

        @Override
        public void close() {
            candor.close();
        }
    }

    // ---- properties ----

    private static void where(String test, Object unmet, Object met) throws InterruptedException {
        String name = "prix 😀";
        String trigger = "{\"event\": \"bezahlt 💶\", \"where\": {\"property\": \"" + name + "\", " + test + "}}";
        try (Host host = new Host("\"kind\": \"transactional\", \"triggers\": [" + trigger + "]")) {
            check(!host.asks("bezahlt 💶", Collections.singletonMap(name, unmet)), test + " passes for " + unmet);
            check(host.asks("bezahlt 💶", Collections.singletonMap(name, met)), test + " does not pass for " + met);
        }
    }

    static void propertiesOfEveryKind(Path folder) throws Exception {
        where("\"eq\": \"" + WORDS + "\"", "Füße", WORDS);
        where("\"starts_with\": \"a\"", "b", new StringBuilder("ab"));
        where("\"gte\": 100", 99, 100);
        where("\"gte\": 100", 99.5f, 100L);
        where("\"eq\": 0.1", 0.2, 0.1);
        where("\"eq\": 4294967296", BigInteger.ONE, BigInteger.ONE.shiftLeft(32));
        where("\"lt\": -12.25", new BigDecimal("-12.25"), new BigDecimal("-12.5"));
        where("\"eq\": true", false, true);
        where("\"eq\": false", true, Boolean.FALSE);
        where("\"exists\": false", "there", null);
        Instant midnight = Instant.parse("2026-01-01T00:00:00Z");
        where("\"before\": \"2026-01-01T00:00:00.001Z\"", midnight.plusMillis(1), midnight.plusNanos(999_999));
        where("\"after\": \"1969-12-31\"", Date.from(Instant.parse("1969-12-30T23:59:59Z")), new Date(-1));
        where("\"after\": \"2100-01-01\"", Instant.MIN, Instant.MAX);
    }

    static void aNumberThatIsNotFiniteIsNone(Path folder) throws Exception {
        where("\"exists\": false", 0.0, Double.NaN);
        where("\"exists\": false", Double.MAX_VALUE, Float.NEGATIVE_INFINITY);
        where("\"exists\": false", BigDecimal.TEN, BigDecimal.TEN.pow(400));
    }

    static void noTextIsTooLongAndNoPairIsHalf(Path folder) throws Exception {
        String huge = "😀".repeat(2_000_000) + "."; // 8 MB
        where("\"ends_with\": \"😀.\"", huge.substring(0, huge.length() - 1), huge);
        where("\"eq\": \"?\"", "", "\ud83d"); // half of a pair is no text: Java writes a question mark
    }

    static void asManyPropertiesAsThereMayBe(Path folder) throws Exception {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < 100; i++) properties.put("p" + i, i % 2 == 0 ? "text " + i : i);
        String both = "{\"all\": [{\"property\": \"p0\", \"eq\": \"text 0\"}, {\"property\": \"p99\", \"eq\": 99}]}";
        try (Host host = new Host("\"kind\": \"transactional\", \"triggers\": [{\"event\": \"go\", \"where\": " + both + "}]")) {
            check(host.asks("go", properties), "100 properties do not pass");
            properties.put("one more", 1);
            expectRefusal(() -> host.candor.track("go", properties), "at most 100");
            expectRefusal(() -> host.candor.setAttributes(properties), "at most 100");
        }
    }

    // ---- attributes ----

    static void attributesOfEveryKind(Path folder) throws Exception {
        String all = "{\"all\": [{\"attribute\": \"plan 😀\", \"eq\": \"" + WORDS + "\"}, {\"attribute\": \"seats\", \"gte\": 20},"
                + " {\"attribute\": \"admin\", \"eq\": true}, {\"attribute\": \"since\", \"within_days\": 14},"
                + " {\"attribute\": \"left\", \"exists\": false}]}";
        try (Host host = new Host(GO + ", \"targeting\": " + all)) {
            host.candor.setAttributes(Map.of("plan 😀", WORDS, "seats", 19, "admin", true, "left", "yes"));
            host.candor.setAttributes(Map.of("since", Instant.now().minus(13, ChronoUnit.DAYS)));
            check(!host.asks(), "19 seats, and asked");
            host.candor.setAttributes(Map.of("seats", 20));
            check(!host.decided() && host.why().contains("left"), "has left, and asked: " + host.why());
            host.candor.setAttributes(Collections.singletonMap("left", null));
            check(host.decided(), "all is as it should be, and nobody is asked: " + host.why());
        }
        try (Host host = new Host(GO + ", \"targeting\": {\"attribute\": \"plan\", \"exists\": true}")) {
            host.candor.setAttributes(Map.of("plan", 1));
            host.candor.setAttributes(Map.of("plan", Double.NaN));
            check(!host.asks(), "a number that is none did not remove");
            host.candor.setAttributes(Map.of("plan", 1));
            check(host.decided(), "not asked: " + host.why());
        }
    }

    static void attributesAreOfOnePerson(Path folder) throws Exception {
        try (Host host = new Host(GO + ", \"targeting\": {\"attribute\": \"plan\", \"exists\": true}")) {
            host.candor.setAttributes(Map.of("plan", "pro"));
            host.candor.identify("somebody");
            host.decided(); // who it is was read
            check(!host.asks(), "another person has the attribute");
            host.candor.setAttributes(Map.of("plan", "free"));
            check(host.decided(), "another person cannot have it: " + host.why());
        }
    }

    // ---- context ----

    private static final String EVERYTHING = ", \"targeting\": {\"all\": [{\"context\": \"app_version\", \"semver_gte\": \"4.0\"},"
            + " {\"context\": \"locale\", \"eq\": \"pt-BR\"}, {\"context\": \"platform\", \"eq\": \"android\"},"
            + " {\"context\": \"os_version\", \"eq\": \"14\"}, {\"context\": \"country\", \"eq\": \"BR\"},"
            + " {\"context\": \"device\", \"eq\": \"phone 😀\"}]}";

    static void contextMemberByMember(Path folder) throws Exception {
        try (Host host = new Host(GO + EVERYTHING)) {
            check(!host.asks(), "nothing is known, and asked");
            List<Candor.Context> steps = List.of(
                    new Candor.Context().appVersion("4.1"), new Candor.Context().locale("pt-BR"), new Candor.Context().platform("android"),
                    new Candor.Context().osVersion("14"), new Candor.Context().country("BR").device(null).locale(""));
            for (Candor.Context step : steps) {
                host.candor.setContext(step);
                check(!host.decided(), "asked too early");
            }
            host.candor.setContext(new Candor.Context().device("phone 😀"));
            check(host.decided(), "not asked: " + host.why());
        }
    }

    static void contextFromTheStart(Path folder) throws Exception {
        Candor.Config config = new Candor.Config("shop").appVersion("3").locale("pt-BR").platform("android");
        config.context(new Candor.Context().appVersion("4.0").osVersion("14").country("BR").device("phone 😀"));
        try (Host host = new Host(GO + EVERYTHING, config)) {
            // Whoever starts what runs already gets it as it runs.
            Candor again = Candor.start(new Candor.Config("shop").context(new Candor.Context().country("DE").zone(ZoneOffset.MAX)));
            again.close();
            check(host.asks(), "not asked: " + host.why());
        }
    }

    static void theLanguageIsThisJavas(Path folder) throws Exception {
        Locale before = Locale.getDefault(Locale.Category.DISPLAY);
        String targeting = GO + ", \"targeting\": {\"context\": \"locale\", \"eq\": \"pt-BR\"}";
        try {
            Locale.setDefault(Locale.Category.DISPLAY, Locale.forLanguageTag("pt-BR-u-ca-buddhist"));
            try (Host host = new Host(targeting)) {
                check(host.asks(), "not this Java's language: " + host.why());
            }
            try (Host host = new Host(targeting, new Candor.Config("shop").locale("de"))) {
                check(!host.asks(), "not the language that the host named");
                host.candor.setLocale("pt-BR");
                check(host.decided(), "the language was not changed: " + host.why());
            }
            Locale.setDefault(Locale.Category.DISPLAY, Locale.ROOT);
            try (Host host = new Host(GO + ", \"targeting\": {\"context\": \"locale\", \"exists\": true}")) {
                check(!host.asks(), "no language, and one that exists");
            }
        } finally {
            Locale.setDefault(Locale.Category.DISPLAY, before);
        }
    }

    // ---- local time ----

    /** Quiet in UTC for three hours more; eight hours further east it is past that. */
    private static String quietNow() {
        LocalTime now = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        return GO + ", \"pacing\": {\"quiet_hours\": {\"from\": \"" + now.minusHours(1) + "\", \"to\": \"" + now.plusHours(3) + "\"}}";
    }

    private static Candor.Config in(ZoneId zone) {
        return new Candor.Config("shop").context(new Candor.Context().zone(zone));
    }

    private static final ZoneId EAST = ZoneOffset.ofHours(8);

    static void quietHoursAreThoseOfTheZone(Path folder) throws Exception {
        try (Host host = new Host(quietNow(), in(ZoneOffset.UTC))) {
            check(!host.asks() && host.why().contains("quiet hours"), "asked in quiet hours: " + host.why());
            host.candor.setContext(new Candor.Context().country("DE"));
            check(!host.decided(), "the zone was forgotten");
            host.candor.setContext(new Candor.Context().zone(EAST));
            check(host.decided(), "not asked after the zone has changed: " + host.why());
        }
        try (Host host = new Host(quietNow(), in(EAST))) {
            check(host.asks(), "not asked: " + host.why());
        }
    }

    static void theZoneIsThisJavas(Path folder) throws Exception {
        TimeZone before = TimeZone.getDefault();
        try {
            // Also one of the host's own making.
            for (TimeZone east : List.of(TimeZone.getTimeZone(EAST), new SimpleTimeZone(8 * 3_600_000, "Elsewhere/Own"))) {
                TimeZone.setDefault(east);
                try (Host host = new Host(quietNow())) {
                    check(host.asks(), "not asked: " + host.why());
                }
            }
            try (Host host = new Host(quietNow(), in(ZoneOffset.UTC))) {
                check(!host.asks(), "not the zone that the host named");
            }
            TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
            try (Host host = new Host(quietNow())) {
                check(!host.asks(), "asked in quiet hours");
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    /** A zone that moves eight hours east within this hour. */
    private static final class MovingZone extends ZoneRulesProvider {
        final LocalDateTime change = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES).plusHours(1);

        @Override
        protected Set<String> provideZoneIds() {
            return Set.of("Test/Moving");
        }

        @Override
        protected ZoneRules provideRules(String id, boolean forCaching) {
            ZoneOffsetTransition moves = ZoneOffsetTransition.of(change, ZoneOffset.UTC, ZoneOffset.ofHours(8));
            return ZoneRules.of(ZoneOffset.UTC, ZoneOffset.UTC, List.of(), List.of(moves), List.of());
        }

        @Override
        protected NavigableMap<String, ZoneRules> provideVersions(String id) {
            return new TreeMap<>(Map.of("1", provideRules(id, false)));
        }
    }

    static void quietHoursEndWhereTheClockIsMoved(Path folder) throws Exception {
        MovingZone moving = new MovingZone();
        ZoneRulesProvider.registerProvider(moving);
        try (Host host = new Host(quietNow(), in(ZoneId.of("Test/Moving")))) {
            check(!host.asks(), "asked in quiet hours");
            long ends = moving.change.toInstant(ZoneOffset.UTC).toEpochMilli();
            check(host.why().contains("\"earliest\":" + ends), "does not end at " + ends + ": " + host.why());
        }
    }

    // ---- keys, background, previews, logs ----

    static void whoeverTypesIsLeftAlone(Path folder) throws Exception {
        String idle = GO + ", \"pacing\": {\"idle_seconds\": 86400}";
        try (Host host = new Host(idle)) {
            check(host.asks(), "nobody types, and not asked: " + host.why());
        }
        try (Host host = new Host(idle)) {
            host.candor.typed();
            check(!host.asks() && host.why().contains("a key was typed"), "asked while typing: " + host.why());
        }
    }

    static void inTheBackgroundNobodyIsAsked(Path folder) throws Exception {
        try (Host host = new Host(GO, new Candor.Config("shop").hidden(true))) {
            check(!host.asks() && host.why().contains("hidden"), "asked in the background: " + host.why());
            host.candor.hidden(false);
            check(host.decided(), "not asked in the foreground: " + host.why());
        }
    }

    static void aPreviewSaysThatItIsOne(Path folder) throws Exception {
        for (boolean preview : new boolean[] {true, false}) {
            try (Host host = new Host(GO)) {
                check(host.candor.show("s", preview), "not shown");
                host.events.await(Candor.EventKind.PROMPT_POSSIBLE);
                Prompt prompt = host.candor.prompt();
                check(prompt != null && prompt.question().preview() == preview, "preview is not " + preview);
            }
        }
    }

    static void logsAreTold(Path folder) throws Exception {
        // A rule that this SDK has not heard of: read in the field, the survey is left out, and that is logged.
        try (Host host = new Host(GO + ", \"pacing\": {\"moon\": \"full\"}", new Candor.Config("shop").logLevel(4))) {
            Candor.Event log = host.events.seen.stream().filter(event -> event.kind() == Candor.EventKind.LOG).findFirst().orElseThrow();
            check(log.level() == 2 && log.text().contains("not supported"), "logs " + log);
        }
        try (Host host = new Host(GO + ", \"pacing\": {\"moon\": \"full\"}", new Candor.Config("shop"))) {
            check(host.events.seen.stream().noneMatch(event -> event.kind() == Candor.EventKind.LOG), "logs unasked");
        }
        expectRefusal(() -> new Candor.Config("shop").logLevel(5), "logLevel");
    }

    static boolean all() throws Exception {
        boolean all = passes("an event's properties are what its trigger filters by", RulesTest::propertiesOfEveryKind);
        all &= passes("a number that is not finite is none", RulesTest::aNumberThatIsNotFiniteIsNone);
        all &= passes("no text is too long, and no pair is half", RulesTest::noTextIsTooLongAndNoPairIsHalf);
        all &= passes("as many properties as there may be", RulesTest::asManyPropertiesAsThereMayBe);
        all &= passes("attributes are what a survey is targeted by", RulesTest::attributesOfEveryKind);
        all &= passes("attributes are of one person", RulesTest::attributesAreOfOnePerson);
        all &= passes("context is told member by member", RulesTest::contextMemberByMember);
        all &= passes("context is known from the start", RulesTest::contextFromTheStart);
        all &= passes("the language is this Java's, if the host names none", RulesTest::theLanguageIsThisJavas);
        all &= passes("quiet hours are those of the zone", RulesTest::quietHoursAreThoseOfTheZone);
        all &= passes("the zone is this Java's, if the host names none", RulesTest::theZoneIsThisJavas);
        all &= passes("quiet hours end where the clock is moved", RulesTest::quietHoursEndWhereTheClockIsMoved);
        all &= passes("whoever types is left alone", RulesTest::whoeverTypesIsLeftAlone);
        all &= passes("in the background nobody is asked", RulesTest::inTheBackgroundNobodyIsAsked);
        all &= passes("a preview says that it is one", RulesTest::aPreviewSaysThatItIsOne);
        all &= passes("logs are told as far as they are wanted", RulesTest::logsAreTold);
        return all;
    }

    private RulesTest() {}
}
