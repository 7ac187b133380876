#!/usr/bin/env python3
"""Draws docs/pictures/layers.svg: the layers of Candor, what each may use, and what crosses the border to the host."""
import sys

BOX = {
    # name: (x, y, width, title, line)
    "client": (40, 110, 780, "client", "one project in this process: calls, steps, callbacks · implements candor.h"),
    "decide": (40, 200, 180, "decide", "who, when, why"),
    "interview": (240, 290, 180, "interview", "one running survey"),
    "card": (440, 200, 180, "card", "nodes, layout, keys"),
    "paint": (640, 200, 180, "paint", "triangles"),
    "courier": (840, 200, 180, "courier", "batches, retry, wire"),
    "history": (40, 290, 150, "history", "what is remembered"),
    "survey": (240, 380, 380, "survey", "the document: read, check, texts"),
    "outbox": (840, 290, 180, "outbox", "transact: history + queue"),
    "base": (40, 470, 980, "base", "results, ids, time, hashes, the NPS interval, json"),
}
USES = [
    ("decide", "history"), ("decide", "survey"), ("interview", "survey"), ("card", "interview"), ("paint", "card"),
    ("courier", "outbox"), ("history", "base"), ("survey", "base"), ("outbox", "base"),
]
HEIGHT = 56


def box(name):
    x, y, width, title, line = BOX[name]
    fill = "#eef2ff" if name == "client" else "#ffffff"
    return (f'<g><rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}" rx="10" fill="{fill}" stroke="#c7cbe0"/>'
            f'<text x="{x + 16}" y="{y + 24}" class="t">{title}</text><text x="{x + 16}" y="{y + 43}" class="s">{line}</text></g>')


def arrow(a, b):
    ax, ay, aw, *_ = BOX[a]
    bx, by, bw, *_ = BOX[b]
    if ay == by:  # side by side
        return f'<path d="M{ax} {ay + HEIGHT / 2} H{bx + bw + 6}" class="a"/>'
    left, right = max(ax, bx), min(ax + aw, bx + bw)
    if left < right:
        x = (left + right) / 2
        return f'<path d="M{x} {ay + HEIGHT} V{by - 6}" class="a"/>'
    # down and across
    x = ax + 20 if bx < ax else ax + aw - 20
    side = bx + bw + 6 if bx < ax else bx - 6
    return f'<path d="M{x} {ay + HEIGHT} V{by + HEIGHT / 2} H{side}" class="a"/>'


def band(x, y, width, height, label, fill):
    return (f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="14" fill="{fill}"/>'
            f'<text x="{x + 16}" y="{y + 24}" class="b">{label}</text>')


parts = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 700" font-family="system-ui, sans-serif">',
    '<style>.t{font-weight:600;font-size:16px;fill:#1e2235}.s{font-size:13px;fill:#565c75}.b{font-size:13px;font-weight:600;'
    'fill:#4650a8}.a{stroke:#8b90ad;stroke-width:1.5;fill:none;marker-end:url(#m)}</style>',
    '<defs><marker id="m" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" fill="#8b90ad"/></marker></defs>',
    '<rect width="1060" height="700" fill="#f7f8fc"/>',
    band(20, 16, 1020, 66, "platform/ · wasm/ · demo/ — see candor.h only", "#e3e7fb"),
    '<text x="36" y="64" class="s">desktop (SDL2, Pango, libcurl) · web (TypeScript, IndexedDB, canvas) · Java face · a game, '
    'an app, a page of yours</text>',
    band(20, 92, 1020, 452, "", "#eef0f8"),
]
parts += [arrow(a, b) for a, b in USES]
# The client uses all of them.
for name in ("decide", "card", "paint"):
    x, y, width, *_ = BOX[name]
    parts.append(f'<path d="M{x + width / 2} {110 + HEIGHT} V{y - 6}" class="a"/>')
parts.append('<path d="M820 138 H930 V194" class="a"/>')
parts.append('<path d="M330 166 V284" class="a"/>')
parts += [box(name) for name in BOX]
parts += [
    band(20, 560, 1020, 120, "what the host hands in (all of it may be replaced, in a test too)", "#e6f4ec"),
    '<text x="36" y="610" class="s">now · monotonic · random · wake — http: send → candor_http_done — store: transact → '
    'candor_store_step → candor_store_done</text>',
    '<text x="36" y="634" class="s">locks: acquire → candor_lock_done — text: metrics, lines, caret (shaped by what draws it)'
    '</text>',
    '<text x="36" y="658" class="s">Only the client reads a clock or calls out. Everything below it takes values and returns '
    'values.</text>',
    "</svg>",
]
sys.stdout.write("\n".join(parts) + "\n")
