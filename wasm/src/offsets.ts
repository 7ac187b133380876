// Local time as the core takes it: the offset now, and after each change in the next 400 days.

export interface Offset {
    from: number;
    minutes: number; // east of UTC
}

const kDay = 86_400_000;

const offsetAt = (instant: number) => -new Date(instant).getTimezoneOffset();

export function offsets(now: number, offset = offsetAt): Offset[] {
    const found = [{ from: now, minutes: offset(now) }];
    for (let day = now; day < now + 400 * kDay; day += kDay) {
        const minutes = offset(day + kDay);
        if (minutes === found[found.length - 1]!.minutes) continue;
        let [before, after] = [day, day + kDay];
        while (after - before > 1000) {
            const middle = (before + after) / 2;
            if (offset(middle) === minutes) after = middle;
            else before = middle;
        }
        found.push({ from: Math.round(after / 60_000) * 60_000, minutes });
    }
    return found;
}
