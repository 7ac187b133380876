// Long work in tasks of its own: between two of them the browser shows frames and hears input.

const kSlice = 8; // ms

declare const scheduler: { postTask(work: () => void): unknown };

let begun = 0;

// To be waited for between two pieces of work: goes on at once as long as the task is short, and in a tab that cannot be seen,
// whose timers come late.
export async function rest(): Promise<void> {
    if (document.hidden || performance.now() - begun < kSlice) return;
    await new Promise<void>((resolve) => ('scheduler' in globalThis ? scheduler.postTask(resolve) : setTimeout(resolve)));
    begun = performance.now();
}
