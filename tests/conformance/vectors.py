#!/usr/bin/env python3
"""Writes nps.json and sampling.json beside itself.

The figures come from Python's own hashlib, fractions and decimal, not from the code that they are to test: the score
and its interval are computed exactly and rounded once. `vectors.py --check` compares instead of writing.
"""

import hashlib
import json
import pathlib
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 50
HERE = pathlib.Path(__file__).parent
Z = Decimal("1.95996398454005423552")  # the 97.5 % point of the normal distribution


def decimal(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def nps(counts):
    n = sum(counts)
    promoters, passives, detractors = sum(counts[9:]), sum(counts[7:9]), sum(counts[:7])
    out = {"counts": counts, "n": n, "promoters": promoters, "passives": passives, "detractors": detractors}
    if n == 0:
        return out | {"score": 0.0, "low": -100.0, "high": 100.0}
    # Three made-up answers: +1 with 3/4, -1 with 3/4, 0 with the rest; then the variance of a value in {-1, 0, +1}.
    weights = {1: promoters + Fraction(3, 4), 0: passives + Fraction(3, 2), -1: detractors + Fraction(3, 4)}
    total = sum(weights.values())
    mean = sum(value * weight for value, weight in weights.items()) / total
    variance = sum(weight * (value - mean) ** 2 for value, weight in weights.items()) / total
    reach = Z * decimal(variance / total).sqrt()
    return out | {
        "score": float(Fraction(100 * (promoters - detractors), n)),
        "low": float(max(Decimal(-100), 100 * (decimal(mean) - reach))),
        "high": float(min(Decimal(100), 100 * (decimal(mean) + reach))),
    }


def at(**scores):
    return [scores.get(f"s{i}", 0) for i in range(11)]


NPS = [
    at(),
    at(s10=1),
    at(s0=1),
    at(s8=1),
    at(s3=1, s7=1, s8=1, s9=2, s10=1),
    at(s6=1, s9=1),
    at(s7=50, s8=50),
    at(s10=1000),
    at(s0=1000),
    [1] * 11,
    [3, 0, 1, 2, 0, 9, 12, 31, 58, 44, 40],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 500_000_000, 500_000_000],
    [123_456_789, 0, 0, 0, 0, 0, 1, 0, 0, 0, 123_456_789],
]


def bucket(salt, purpose, unit):
    digest = hashlib.sha256(f"{salt}:{purpose}.{unit}".encode("utf-8")).hexdigest()
    return int(digest[:13], 16) % 100_000


UNITS = [
    "", "web-1", "desktop-1", "java-1", "anon:01890a5d-ac96-774b-bcce-b302099a8057", "user@example.com",
    "Zoë", "مستخدم", "利用者", "🙂", "a.b:c", "x" * 200, "web-1#1", "web-1#2", "line\nbreak", 'quote"', "it's",
    # Texts that fill a block of the hash to the byte, and one more or less, with the salt of 15 and ":sample.".
    *("x" * (size - 23) for size in (55, 56, 57, 63, 64, 65, 119, 120, 128)),
]
SALTS = [
    "post-purchase.1", "relationship.2026-q4", "", "panel", "ключ", "a'b", 'a"b', "a\\b", "$1", "x.1:sample.", "0",
    "post-purchase.2", "POST-PURCHASE.1", "調査", "🙂",
]
PURPOSES = ("sample", "control", "phase")


def sampling():
    vectors = []
    for salt in SALTS:
        for unit in UNITS:
            for purpose in PURPOSES:
                vectors.append({"salt": salt, "purpose": purpose, "unit": unit, "bucket": bucket(salt, purpose, unit)})
    # The edges of the range and of one percent, found by looking.
    for wanted in (0, 999, 1000, 99_999):
        i = 0
        while bucket("edge.1", "sample", f"p{i}") != wanted:
            i += 1
        vectors.append({"salt": "edge.1", "purpose": "sample", "unit": f"p{i}", "bucket": wanted})
    return vectors


def main():
    files = {
        "nps.json": {"description": "Score, counts and 95 % interval of a sample.", "vectors": [nps(c) for c in NPS]},
        "sampling.json": {
            "description": "bucket = first 13 hex digits of SHA-256(salt:purpose.unit) modulo 100000.",
            "vectors": sampling(),
        },
    }
    for name, content in files.items():
        lines = ",\n".join("  " + json.dumps(v, ensure_ascii=False) for v in content["vectors"])
        text = f'{{"description": {json.dumps(content["description"])}, "vectors": [\n{lines}\n]}}\n'
        if "--check" not in sys.argv:
            (HERE / name).write_text(text, encoding="utf-8")
        elif (HERE / name).read_text(encoding="utf-8") != text:
            sys.exit(f"{name} is not what vectors.py computes")


main()
