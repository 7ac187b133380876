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
