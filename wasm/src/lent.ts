// What the module takes of the browser in place of code of its own (lent.cpp).

export const numberOf = (text: string): number => Number(text);

// As JSON has it: "null" for what is not finite.
export const numberText = (number: number): string => JSON.stringify(number);

// A date of HTTP in the form that servers must write (RFC 9110, 5.6.7); NaN for anything else, of which browsers would make
// dates, too. The name of the day is not compared: servers that get it wrong mean the date.
export function dateOf(text: string): number {
    const date = new Date(text);
    return date.toUTCString().slice(4) === text.trim().slice(4) ? Number(date) : NaN;
}

// Dates and instants as base/time.hpp has them; NaN for any other text. What a browser makes of a day or a minute that there
// is not, it says in other words.
export function instantOf(text: string): number {
    const form = /^([\d-]{10})(?:T([\d:]{5}):([0-5]\d|60)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/i;
    const [, day, time = '00:00', seconds = 0, fraction = '', zone = 'Z'] = form.exec(text) ?? [];
    const minute = `${day}T${time}`;
    if (!new Date(`${minute}Z`).toJSON()?.startsWith(minute)) return NaN;
    return Date.parse(minute + zone.toUpperCase()) + +seconds * 1e3 + +fraction.slice(0, 3).padEnd(3, '0');
}

// Of the years 0 to 9999, which have four digits.
export const instantText = (instant: number): string => new Date(Math.min(Math.max(instant, -62167219200000), 253402300799999)).toJSON();
