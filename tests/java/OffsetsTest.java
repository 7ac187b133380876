package dev.candor;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Local time by java.time's rules, at the instants at which the desktop's is tested by the C library's. */
public final class OffsetsTest {
    private static final long NOW = 1_790_000_000_000L; // 2026-09-21T14:13:20Z

    public static void zonesTellNowAndTheirNextChanges() {
        // The next change in Berlin is more than 400 days away.
        expect("Europe/Berlin", NOW, 120, 1_792_890_000_000L, 60, 1_806_195_600_000L, 120);
        expect("America/New_York", NOW, -240, 1_793_512_800_000L, -300, 1_805_007_600_000L, -240);
        expect("Asia/Kolkata", NOW, 330);
        expect("UTC", NOW, 0);
        long[] howe = of("Australia/Lord_Howe"); // half an hour, the other hemisphere
        check(howe.length >= 6 && howe[1] == 630 && howe[2] == 1_791_041_400_000L && howe[3] == 660, howe);
    }

    public static void changesCountUpTo400Days() {
        check(ofChanges(1, Duration.ofDays(400)).length == 4, ofChanges(1, Duration.ofDays(400)));
        check(ofChanges(1, Duration.ofDays(400).plusSeconds(1)).length == 2, ofChanges(1, Duration.ofDays(401)));
        check(ofChanges(300, Duration.ofDays(1)).length == 2 * 64, ofChanges(300, Duration.ofDays(1))); // no endless list
    }

    // A change each time that this span has gone by.
    private static long[] ofChanges(int count, Duration every) {
        LocalDateTime begin = LocalDateTime.ofEpochSecond(NOW / 1000, 0, ZoneOffset.UTC);
        List<ZoneOffsetTransition> changes = IntStream.rangeClosed(1, count).mapToObj(i -> {
            ZoneOffset before = ZoneOffset.ofHours((i - 1) % 2), after = ZoneOffset.ofHours(i % 2);
            LocalDateTime local = begin.plus(every.multipliedBy(i)).plusSeconds(before.getTotalSeconds());
            return ZoneOffsetTransition.of(local, before, after);
        }).toList();
        return Offsets.of(ZoneRules.of(ZoneOffset.UTC, ZoneOffset.UTC, List.of(), changes, List.of()), Instant.ofEpochMilli(NOW));
    }

    private static long[] of(String zone) {
        return Offsets.of(ZoneId.of(zone).getRules(), Instant.ofEpochMilli(NOW));
    }

    private static void expect(String zone, long... wanted) {
        check(Arrays.equals(of(zone), wanted), of(zone));
    }

    private static void check(boolean holds, long[] otherwise) {
        if (!holds) throw new AssertionError(Arrays.toString(otherwise));
    }

    private OffsetsTest() {}
}
