package dev.candor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** What a host says of an event or a person, as it crosses: of each a name, and a text (as bytes), a Double, a Boolean or null. */
final class Properties {
    // Up to here a double tells one millisecond from the next; an instant beyond is as good as never.
    private static final Instant FIRST = Instant.ofEpochMilli(-(1L << 53) + 1);
    private static final Instant LAST = Instant.ofEpochMilli((1L << 53) - 1);

    final byte[][] names;
    final Object[] values;

    /** Reads the map once: one that another thread changes need not say the same twice. */
    Properties(Map<String, ?> given) {
        List<byte[]> allNames = new ArrayList<>();
        List<Object> allValues = new ArrayList<>();
        given.forEach((name, value) -> {
            if (name == null || name.isEmpty()) throw new IllegalArgumentException("a value has no name: " + value);
            allNames.add(Candor.utf8(name));
            allValues.add(crossing(name, value));
        });
        names = allNames.toArray(byte[][]::new);
        values = allValues.toArray();
    }

    private static Object crossing(String name, Object value) {
        if (value == null || value instanceof Boolean) return value;
        if (value instanceof CharSequence text) return Candor.utf8(text.toString());
        if (value instanceof Number number) return finite(number.doubleValue());
        if (value instanceof Instant instant) return milliseconds(instant);
        if (value instanceof Date date) return milliseconds(Instant.ofEpochMilli(date.getTime()));
        throw new IllegalArgumentException("\"" + name + "\" is of " + value.getClass().getName()
                + ": a value is a text, a number, a boolean, an Instant, a Date or null");
    }

    private static Double finite(double number) {
        return Double.isFinite(number) ? number : null;
    }

    private static Double milliseconds(Instant instant) {
        if (instant.isBefore(FIRST)) return milliseconds(FIRST);
        if (instant.isAfter(LAST)) return milliseconds(LAST);
        return (double) instant.toEpochMilli();
    }
}
