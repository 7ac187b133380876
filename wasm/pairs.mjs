// Symbols for what often comes together: a compressor that guesses by the last two sees further back with them.

// { first, second } of the two that come together most often beyond chance. No pair has the end of a function in it.
function bestOf(sequences) {
    const uses = new Map();
    const pairs = new Map(); // by the first, then by the second
    for (const sequence of sequences) {
        sequence.forEach((symbol, i) => {
            uses.set(symbol, (uses.get(symbol) ?? 0) + 1);
            const next = sequence[i + 1];
            if (!next || next.isEnd) return;
            if (!pairs.has(symbol)) pairs.set(symbol, new Map());
            const seconds = pairs.get(symbol);
            seconds.set(next, (seconds.get(next) ?? 0) + 1);
        });
    }
    const all = sequences.reduce((sum, { length }) => sum + length, 0);
    let best = { gain: 0 };
    for (const [first, seconds] of pairs) {
        for (const [second, count] of seconds) {
            const gain = count * Math.log((count * all) / (uses.get(first) * uses.get(second)));
            if (gain > best.gain) best = { gain, first, second };
        }
    }
    return best.first && { first: best.first, second: best.second };
}

// The sequences with up to `most` such symbols in them, one made after the other: a pair may be of pairs.
export function paired(sequences, most) {
    if (most === 0) return sequences;
    const pair = bestOf(sequences);
    if (!pair) return sequences;
    const written = sequences.map((sequence) => {
        const out = [];
        for (let i = 0; i < sequence.length; ++i) {
            const isPair = sequence[i] === pair.first && sequence[i + 1] === pair.second;
            out.push(isPair ? pair : sequence[i]);
            if (isPair) ++i;
        }
        return out;
    });
    return paired(written, most - 1);
}
