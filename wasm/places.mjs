// Which byte stands for which symbol of a stream. Brotli guesses a byte by the ranges in which the two before it lie: symbols
// after which the same ones come are put into one range, and those that tell different things into different ones.

const kRanges = [[0, 1], [1, 16], [16, 64], [64, 128], [128, 192], [192, 240], [240, 255], [255, 256]];
const kMost = 3; // What comes more often after the same two is copied rather than guessed.
const kNew = 2; // bits, for a symbol that has not come yet after two of these ranges
const kRounds = 6;

// The symbols that come most often go to different ranges, to begin with: [range].
const kDealt = Array.from({ length: 64 }, (_, n) => kRanges.flatMap(([begin, end], range) => (begin + n < end ? [range] : []))).flat();

// [{ symbols: [first, second, third], count }]
function triplesOf(sequence) {
    const counts = new Map();
    for (let i = 2; i < sequence.length; ++i) {
        const triple = (sequence[i - 2] << 16) | (sequence[i - 1] << 8) | sequence[i];
        counts.set(triple, (counts.get(triple) ?? 0) + 1);
    }
    return [...counts].map(([triple, count]) => ({ symbols: [triple >> 16, (triple >> 8) & 255, triple & 255], count: Math.min(count, kMost) }));
}

// The ranges of `symbols` symbols, and what the sequence costs with them, in bits.
function dealt(triples, symbols) {
    const ranges = kDealt.slice(0, symbols);
    const filled = kRanges.map((_, range) => ranges.filter((other) => other === range).length);
    const having = Array.from({ length: symbols }, () => []);
    for (const triple of triples) for (const symbol of new Set(triple.symbols.slice(0, 2))) having[symbol].push(triple);

    const sums = new Map(); // of what comes after two ranges, and of each symbol there
    const sumOf = (key) => sums.get(key) ?? 0;
    const bitsOf = (sum) => (sum ? sum * Math.log2(sum) : 0);
    let bits = 0;
    const count = ({ symbols: [first, second, third], count }, sign) => {
        const before = -1 - (ranges[first] * kRanges.length + ranges[second]);
        const each = -before * symbols + third;
        const [all, some] = [sumOf(before), sumOf(each)];
        const change = sign * count;
        bits += bitsOf(all + change) - bitsOf(all) - bitsOf(some + change) + bitsOf(some);
        bits += kNew * (Number(some + change > 0) - Number(some > 0));
        sums.set(before, all + change);
        sums.set(each, some + change);
    };
    for (const triple of triples) count(triple, 1);
    return {
        ranges,
        bits: () => bits,
        hasRoom: (range) => filled[range] < kRanges[range][1] - kRanges[range][0],
        move(symbol, range) {
            for (const triple of having[symbol]) count(triple, -1);
            --filled[ranges[symbol]];
            ++filled[range];
            ranges[symbol] = range;
            for (const triple of having[symbol]) count(triple, 1);
        },
    };
}

// The place of each of `count` symbols, which are numbered by how often they come; that of symbol 0 is 0.
export function placesOf(sequence, count) {
    const deal = dealt(triplesOf(sequence), count);
    for (let round = 0, moved = true; moved && round < kRounds; ++round) {
        moved = false;
        for (let symbol = 1; symbol < count; ++symbol) {
            const from = deal.ranges[symbol];
            const best = { range: from, bits: deal.bits() };
            for (const range of kRanges.keys()) {
                if (range === 0 || range === from || !deal.hasRoom(range)) continue;
                deal.move(symbol, range);
                if (deal.bits() < best.bits - 1e-6) Object.assign(best, { range, bits: deal.bits() });
            }
            deal.move(symbol, best.range);
            moved ||= best.range !== from;
        }
    }
    const next = kRanges.map(([begin]) => begin);
    return deal.ranges.map((range) => next[range]++);
}
