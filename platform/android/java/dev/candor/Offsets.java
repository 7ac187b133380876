package dev.candor;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.TimeZone;
import java.util.stream.LongStream;

/** Local time as the core takes it: the offset from UTC now, and after each change in the next 400 days. */
final class Offsets {
    private static final Duration LOOK_AHEAD = Duration.ofDays(400);
    private static final int MOST = 64; // more than any zone has had; the core takes no endless list

    private Offsets() {}

    /** By turns from when on (ms since 1970), and how many minutes east of UTC. */
    static long[] of(ZoneRules rules, Instant now) {
        LongStream.Builder list = LongStream.builder();
        list.add(now.toEpochMilli()).add(minutes(rules.getOffset(now)));
        ZoneOffsetTransition change = rules.nextTransition(now);
        for (int i = 1; i < MOST && change != null && !change.getInstant().isAfter(now.plus(LOOK_AHEAD)); ++i) {
            list.add(change.getInstant().toEpochMilli()).add(minutes(change.getOffsetAfter()));
            change = rules.nextTransition(change.getInstant());
        }
        return list.build().toArray();
    }

    /** Of the zone that this Java runs in. */
    static long[] here(Instant now) {
        ZoneId zone;
        try {
            zone = ZoneId.systemDefault();
        } catch (DateTimeException unknown) {
            // A TimeZone of the host's own making, whose rules java.time cannot ask for: what it says of now holds on.
            return new long[] {now.toEpochMilli(), TimeZone.getDefault().getOffset(now.toEpochMilli()) / 60_000};
        }
        return of(zone.getRules(), now);
    }

    private static int minutes(ZoneOffset offset) {
        return offset.getTotalSeconds() / 60;
    }
}
