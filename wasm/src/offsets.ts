// Local time as the core takes it: the offset now, and after each change in the next 400 days.

export interface Offset {
    from: number;
    minutes: number; // east of UTC
}

const kMinute = 60_000;
const kDay = 1440 * kMinute;

const offsetAt = (instant: number) => -new Date(instant).getTimezoneOffset();

export function offsets(now: number): Offset[] {
    const found = [{ from: now, minutes: offsetAt(now) }];
    let before = found[0]!.minutes;
    for (let day = now; day < now + 400 * kDay; day += kDay) {
        const after = offsetAt(day + kDay);
        if (after === before) continue;
        let from = Math.ceil(day / kMinute) * kMinute;
        while (offsetAt(from) === before) from += kMinute;
        found.push({ from, minutes: offsetAt(from) });
        before = after;
    }
    return found;
}
