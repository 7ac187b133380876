#!/usr/bin/env python3
"""Each test that docs/delivery.md and docs/delivery-web.md name is there: a promise without its test is none.

Names stand in *italics* (delivery.md) or in "quotes" (delivery-web.md). One that ends in an ellipsis is the beginning of a
name, or of several.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = [path for kind in ("cpp", "mjs") for path in sorted((ROOT / "tests").rglob("*." + kind)) if "node_modules" not in path.parts]


def names_in(page):
    text = (ROOT / "docs" / page).read_text()
    if page == "delivery-web.md":
        return re.findall(r'"([^"]+)"', " ".join(text.split()))
    return [" ".join(name.split()) for name in re.findall(r"(?<![*\w])\*([^*\n](?:[^*]*[^*])?)\*(?!\*)", text)]


def main():
    code = "\n".join(path.read_text() for path in TESTS)
    missing, count = [], 0
    for page in ("delivery.md", "delivery-web.md"):
        for name in names_in(page):
            count += 1
            beginning = name.removesuffix("…").rstrip(" ,")
            if not any(before + beginning in code for before in ('"', "'", "`", ": ")):
                missing.append(f"docs/{page}: no test is named {name!r}")
    print(*missing, sep="\n")
    print(f"{count} names, {len(missing)} of them of no test")
    return 1 if missing or count < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
