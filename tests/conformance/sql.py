#!/usr/bin/env python3
"""Runs the SQL that `candor bucket --sql sqlite` writes over all vectors of sampling.json: sql.py CANDOR

SQLite has no SHA-256; Python's hashlib lends it one.
"""

import hashlib
import json
import pathlib
import sqlite3
import subprocess
import sys

vectors = json.loads((pathlib.Path(__file__).parent / "sampling.json").read_text(encoding="utf-8"))["vectors"]
database = sqlite3.connect(":memory:")
database.create_function("sha256", 1, lambda text: hashlib.sha256(text.encode("utf-8")).hexdigest(), deterministic=True)

expressions = {}
wrong = []
for vector in vectors:
    key = vector["salt"], vector["purpose"]
    if key not in expressions:
        command = [sys.argv[1], "bucket", "person", "--sql", "sqlite", "--salt", key[0], "--purpose", key[1]]
        expressions[key] = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    query = f"SELECT {expressions[key]} FROM (SELECT ? AS person)"
    (found,) = database.execute(query, (vector["unit"],)).fetchone()
    if found != vector["bucket"]:
        wrong.append(f"{vector}: {found}")
print(f"{len(vectors)} vectors, {len(expressions)} expressions, {len(wrong)} wrong")
if wrong or len(vectors) < 1000:
    sys.exit("\n".join(wrong[:10]))
