#!/usr/bin/env python3
"""Holds docs/survey-document.schema.json and the SDK's reader against each other.

    schema.py CANDOR

judges some thousand documents by both: those of the corpus and of demo/surveys, each of their members taken away,
renamed, and given values of other types and sizes, and each name that any object knows put into every other object.
They must agree, but for the rules of BEYOND, which a schema cannot say. Each member of the schema must be in a document
that both accept, so that neither knows one of which the other does not; and demo/surveys must show all rules.
"""

import copy
import decimal
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
SCHEMA = ROOT / "docs/survey-document.schema.json"
PROSE = [ROOT / "docs/survey-document.md", ROOT / "docs/survey-document-questions.md"]
DEMOS = sorted((ROOT / "demo/surveys").glob("*.json"))
CORPUS = [ROOT / "tests/conformance/decide.json", ROOT / "tests/conformance/rules.json"]

# What the reader refuses and a schema cannot: the reason it gives, and the least document that shows it. The first is
# for documents with letters outside of ASCII alone.
BEYOND = {
    "limits of texts are in bytes, those of a schema in characters":
        (r"bytes long|longer than 500 bytes", lambda d: d.update(product="ü" * 60)),
    "a day must be in the calendar":
        (r"must be a day as", lambda d: first(d).update(starts="2026-02-30")),
    "a delay ends before the trigger expires":
        (r"does not end before the trigger expires", lambda d: first(d).update(delay=600)),
    "a survey ends later than it starts":
        (r"must be later than the start", lambda d: first(d).update(starts="2026-02-02", ends="2026-02-01")),
    "the first wave does not begin in 1970":
        (r'waves of "every" begin then', lambda d: first(d).update(every={"days": 1}, starts="1970-01-01")),
    "quiet hours are not empty":
        (r'is the same as "from"', lambda d: first(d).update(pacing={"quiet_hours": {"from": "08:00", "to": "08:00"}})),
    "id and wave name one survey":
        (r"^surveys\[\d+\]\.id: another one is", lambda d: d["surveys"].append(first(d))),
    "the id of a question is unique":
        (r"questions\[\d+\]\.id: another one is", lambda d: questions(d)[1].update(id="score")),
    "a language is named once, whatever the case of its letters":
        (r"names a language twice", lambda d: questions(d)[1].update(text={"de": "Danke", "DE": "Danke"})),
    "the thanks come last":
        (r'one "thanks" must stand last', lambda d: questions(d).append({"id": "why", "type": "text", "text": "Why?"})),
    "a text by band comes after the score":
        (r'depends on a score that no "nps" before it gives',
         lambda d: questions(d).insert(0, {"id": "why", "type": "text", "text": {"promoter": "Why?"}})),
    "the id of a choice is unique":
        (r"choices\[\d+\]\.id: another one is", lambda d: questions(d).insert(0, CHOICE | {"choices": CHOICE["choices"][:1] * 2})),
    "the choice to write beside is the last":
        (r"must be the last choice's", lambda d: questions(d).insert(0, CHOICE | {"choices": [
            {"id": "other", "text": "Other", "other": True}] + CHOICE["choices"]})),
    "a condition names an earlier question":
        (r"names no earlier question", lambda d: ask_when(d, {"question": "why", "from": 1})),
    "a band is of an nps":
        (r'is of an "nps" question alone', lambda d: ask_when(d, {"question": "pick", "band": "passive"})),
    "a range is of a scale":
        (r"is of a scale alone", lambda d: ask_when(d, {"question": "pick", "from": 1})),
    "a range is on its scale":
        (r"is not on the scale", lambda d: ask_when(d, {"question": "ease", "from": 0})),
    "a range does not end before it begins":
        (r'must not be less than "from"', lambda d: ask_when(d, {"question": "ease", "from": 3, "to": 2})),
    "an answer is a choice of that question":
        (r"is no choice of that question", lambda d: ask_when(d, {"question": "pick", "answer": "none"})),
}

CHOICE = {"id": "pick", "type": "single", "text": "Which?", "choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}
EASE = {"id": "ease", "type": "ces", "text": "It was easy.", "low": "no", "high": "yes"}
LEAST = {"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": [
    {"id": "s", "kind": "transactional", "triggers": [{"event": "go"}],
     "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]}


def first(document):
    return document["surveys"][0]


def questions(document):
    return first(document)["questions"]


def ask_when(document, condition):
    questions(document)[1:1] = [CHOICE, EASE, {"id": "why", "type": "text", "text": "Why?", "when": condition}]


def changed(change):
    document = copy.deepcopy(LEAST)
    change(document)
    return copy.deepcopy(document)


# ---- a validator of the keywords that the schema uses, and of no other ----

REMARKS = {"$schema", "$defs", "title", "description", "default", "examples"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "integer": (int, float)}


def is_type(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    if not isinstance(value, TYPES[name]):
        return False
    return name != "integer" or value == int(value)


def same(a, b):
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def is_multiple(value, of):
    return decimal.Decimal(repr(value)) % decimal.Decimal(repr(of)) == 0


def pattern(text):
    # Python's $ is also before a last line break, a schema's is not.
    return re.compile(text[:-1] + r"\Z" if text.endswith("$") and not text.endswith(r"\$") else text)


class Validator:
    """Says whether a value is valid; `used` then has the members ("#/$defs/wait/shown") that it was valid by."""

    def __init__(self, schema):
        self.root = schema
        self.patterns = {}
        self.steps = {}  # by the id of a part of the schema: its keywords' methods
        self.used = []
        self.members = {}  # "#/$defs/wait/shown" -> its schema, of objects that are closed
        self.look_at(schema, "#")

    def look_at(self, schema, at):
        if schema is True or schema is False:
            return
        self.steps[id(schema)] = [(getattr(self, self.method(key), None), part) for key, part in schema.items() if key not in REMARKS]
        for key, part in schema.items():
            if key not in REMARKS and not hasattr(self, self.method(key)):
                sys.exit(f"schema.py: {at}: the keyword {key} is not known here")
            if key == "pattern":
                self.patterns[part] = pattern(part)
            if key == "properties" and schema.get("additionalProperties") is False:
                self.members |= {f"{at}/{name}": value for name, value in part.items()}
            if key in ("properties", "$defs"):
                for name, value in part.items():
                    self.look_at(value, f"{at}/$defs/{name}" if key == "$defs" else f"{at}/{name}")
            elif key in ("allOf", "anyOf", "oneOf", "prefixItems"):
                for i, value in enumerate(part):
                    self.look_at(value, f"{at}/{key}/{i}")
            elif key in ("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"):
                self.look_at(part, f"{at}/{key}")

    @staticmethod
    def method(key):
        return "on_" + key.replace("$", "")

    def valid(self, schema, value, at="#"):
        if schema is True or schema is False:
            return schema
        before = len(self.used)
        for step, part in self.steps[id(schema)]:
            if not step(schema, part, value, at):
                del self.used[before:]
                return False
        return True

    def on_ref(self, _, part, value, at):
        target = self.root
        for name in part.split("/")[1:]:
            target = target[name]
        return self.valid(target, value, part)

    def on_type(self, _, part, value, at):
        return any(is_type(value, name) for name in ([part] if isinstance(part, str) else part))

    def on_const(self, _, part, value, at):
        return same(part, value)

    def on_enum(self, _, part, value, at):
        return any(same(one, value) for one in part)

    def on_properties(self, schema, part, value, at):
        if not isinstance(value, dict):
            return True
        for name, member in part.items():
            if name not in value:
                continue
            if not self.valid(member, value[name], f"{at}/{name}"):
                return False
            self.used.append(f"{at}/{name}")
        return True

    def on_required(self, _, part, value, at):
        return not isinstance(value, dict) or all(name in value for name in part)

    def on_dependentRequired(self, _, part, value, at):
        return not isinstance(value, dict) or all(
            name not in value or all(other in value for other in others) for name, others in part.items())

    def on_additionalProperties(self, schema, part, value, at):
        if not isinstance(value, dict):
            return True
        others = [name for name in value if name not in schema.get("properties", {})]
        return all(self.valid(part, value[name], f"{at}/additionalProperties") for name in others)

    def on_propertyNames(self, _, part, value, at):
        return not isinstance(value, dict) or all(self.valid(part, name, at) for name in value)

    def on_minProperties(self, _, part, value, at):
        return not isinstance(value, dict) or len(value) >= part

    def on_prefixItems(self, _, part, value, at):
        return not isinstance(value, list) or all(
            self.valid(one, item, f"{at}/prefixItems/{i}") for i, (one, item) in enumerate(zip(part, value)))

    def on_items(self, schema, part, value, at):
        rest = value[len(schema.get("prefixItems", [])):] if isinstance(value, list) else []
        return all(self.valid(part, item, f"{at}/items") for item in rest)

    def on_contains(self, schema, part, value, at):
        if not isinstance(value, list):
            return True
        found = sum(self.valid(part, item, f"{at}/contains") for item in value)
        return schema.get("minContains", 1) <= found <= schema.get("maxContains", len(value))

    def on_minContains(self, _, part, value, at):
        return True  # see contains

    on_maxContains = on_minContains

    def on_minItems(self, _, part, value, at):
        return not isinstance(value, list) or len(value) >= part

    def on_maxItems(self, _, part, value, at):
        return not isinstance(value, list) or len(value) <= part

    def on_uniqueItems(self, _, part, value, at):
        return not part or not isinstance(value, list) or all(item not in value[:i] for i, item in enumerate(value))

    def on_minLength(self, _, part, value, at):
        return not isinstance(value, str) or len(value) >= part

    def on_maxLength(self, _, part, value, at):
        return not isinstance(value, str) or len(value) <= part

    def on_pattern(self, _, part, value, at):
        return not isinstance(value, str) or self.patterns[part].search(value) is not None

    def on_minimum(self, _, part, value, at):
        return not is_type(value, "number") or value >= part

    def on_maximum(self, _, part, value, at):
        return not is_type(value, "number") or value <= part

    def on_multipleOf(self, _, part, value, at):
        return not is_type(value, "number") or is_multiple(value, part)

    def on_allOf(self, _, part, value, at):
        return all(self.valid(one, value, f"{at}/allOf/{i}") for i, one in enumerate(part))

    def on_anyOf(self, _, part, value, at):
        return any(self.valid(one, value, f"{at}/anyOf/{i}") for i, one in enumerate(part))

    def on_oneOf(self, _, part, value, at):
        return sum(self.valid(one, value, f"{at}/oneOf/{i}") for i, one in enumerate(part)) == 1

    def on_not(self, _, part, value, at):
        before = len(self.used)
        passes = self.valid(part, value, f"{at}/not")
        del self.used[before:]
        return not passes

    def on_if(self, schema, part, value, at):
        branch = "then" if self.valid(part, value, f"{at}/if") else "else"
        return branch not in schema or self.valid(schema[branch], value, f"{at}/{branch}")

    def on_then(self, _, part, value, at):
        return True  # see if

    on_else = on_then


# ---- documents ----

VALUES = [None, True, False, 0, 1, -1, 2, 0.5, 2.0, 12.3456, 50, 51, 101, 3651, 86401, 2592001, 1000001, 1e300, "", "x", "$x", "en",
          "2026-01-01", "2026-01-01T00:00:00Z", "08:00", "1.2", "#a1B2c3", "version", "session", "a\nb", "\x7f", "x y", "x" * 65,
          "x" * 101, "x" * 201, "x" * 501, "x" * 1001, [], ["x"], ["$x"], [1], [True], ["mon"], ["mon"] * 8, ["x"] * 101, {}, {"x": 1},
          {"days": 3}, {"en": "x"}, {"en": ""}, {"english": "x"}, {"promoter": "x"}, {"percent": 5}, {"property": "x", "eq": 1},
          {"context": "sessions", "gt": 1}, {"context": "sessions", "eq": "x"}, {"context": "is_update", "in": [True]},
          {"context": "first_seen", "eq": "2026-01-01"}, {"event": "x", "contains": "x"}, {"attribute": "x", "eq": None},
          {"attribute": "x", "event": "x", "eq": 1}, {"all": []}, {"not": {"context": "person", "exists": True}}]


def members(value, path=()):
    """(path, the object, the name) of each member in it."""
    if isinstance(value, dict):
        for name in list(value):
            yield path + (name,), value, name
            yield from members(value[name], path + (name,))
    elif isinstance(value, list):
        for item in value:
            yield from members(item, path + ("[]",))


def objects(value, path=()):
    if isinstance(value, dict):
        yield path, value
    children = value.items() if isinstance(value, dict) else (("[]", one) for one in value) if isinstance(value, list) else ()
    for name, child in children:
        yield from objects(child, path + (name,))


def sorted_path(path):
    """Without what makes conditions in conditions endless."""
    return tuple(name for name in path if name not in ("all", "any", "not", "[]"))


KINDS = {"event", "screen", "session", "turn", "click", "exit_intent", "scroll", "dwell", "attribute", "context", "property"}


def mutations(documents, examples):
    """As texts, for there are many."""
    seen = set()
    inserted = set()
    for document in documents:
        for path, holder, name in list(members(document)):
            kind = (sorted_path(path), type(holder[name]))
            if kind in seen:
                continue
            seen.add(kind)
            value = holder.pop(name)
            yield json.dumps(document)
            holder[name + "_x"] = value
            yield json.dumps(document)
            del holder[name + "_x"]
            for other in VALUES + edges(value):
                holder[name] = other
                yield json.dumps(document)
            holder[name] = value
        # Each name in each kind of object, with a value that it takes elsewhere.
        for path, holder in list(objects(document)):
            kind = (sorted_path(path), frozenset(KINDS & set(holder)), str(holder.get("type")))
            if kind in inserted:
                continue
            inserted.add(kind)
            for name, values in examples.items():
                if name in holder:
                    continue
                for value in values:
                    holder[name] = value
                    yield json.dumps(document)
                    del holder[name]


def examples_of(documents, names):
    """Of each name one value of each type that it has somewhere."""
    found = {name: {int: 1} for name in names}
    for document in documents:
        for _, holder, name in members(document):
            if name in found:
                found[name].setdefault(type(holder[name]), holder[name])
    return {name: list(values.values())[:3] for name, values in found.items()}


BRANCHES = [{"question": "score", "band": "promoter"}, {"any": [{"question": "pick", "answer": "a"}, {"question": "ease", "from": 1, "to": 7}]},
            {"all": [{"question": "score", "from": 0}], "description": "x"}]


def examples_in_prose(prose):
    """The document, the condition and the triggers that the page shows, each as a document."""
    blocks = [json.loads(block) for block in re.findall(r"^    \{.*?^    \]?\}$", prose, re.M | re.S)]
    whole = [block for block in blocks if "candor" in block]
    conditions = [block for block in blocks if "all" in block]
    triggers = [json.loads(text) for text in re.findall(r"^\| `(\{.*?\})` \| (?:by|when|on|at|after) ", prose, re.M)]
    if not (whole and conditions and len(triggers) > 5):
        sys.exit("schema.py: the examples of docs/survey-document.md are not found")
    return whole + [changed(lambda d: first(d).update(population=condition)) for condition in conditions] + \
        [changed(lambda d: first(d).update(triggers=[trigger])) for trigger in triggers]


# Of an event's properties the corpus and the demos do not show every test.
PROPERTIES = [{"any": [{"property": "x", "lt": 1}]}] + [{"property": "x", test: value} for test, value in {
    "ends_with": "x", "before": "2026-01-01", "after": "2026-01-01", "within_days": 1, "semver_eq": "1", "semver_lt": "1.2",
    "semver_lte": "v1.2.3.4", "semver_gt": "1-beta.1", "semver_gte": "1+build"}.items()]


def edges(value):
    """Lists that are longer than any may be, and a second of the same."""
    return [value + value[-1:], value * 30, value[1:]] if isinstance(value, list) else []


def names_in_sources():
    """Each name that the reader's own text has in quotes where a member is read: also one that no document shows."""
    names = set()
    for file in (ROOT / "sdk/survey").glob("*.cpp"):
        text = file.read_text()
        names |= set(re.findall(r'(?:row::\w+|read_audience|read_localized|\w+\.(?:any|has|array|object|boolean|integer|number|find_text|text|find))'
                                r'\((?:object, )?"(\w+)"', text))
        names |= set(re.findall(r'Object \w+\(\w+, "(\w+)"', text))
        names |= set(re.findall(r'read_(?:hour|names)\(\w+, "(\w+)"', text))
        if table := re.search(r"kTestRows\[kTests\] = \{(.*?)\};", text, re.S):
            names |= set(re.findall(r'\{"(\w+)"', table[1]))
        if sources := re.search(r"kSources\[\] = \{(.*?)\};", text):
            names |= set(re.findall(r'"(\w+)"', sources[1]))
    return names


def judge(candor, texts):
    """Of each document None where it is accepted, else the path and reason."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for i, document in enumerate(texts):
            names.append(f"{i}.json")
            (pathlib.Path(folder) / names[-1]).write_text(document)
        lines = []
        for at in range(0, len(names), 5000):
            run = subprocess.run([candor, "check", "--json", "--no-cards", *names[at:at + 5000]], cwd=folder, capture_output=True, text=True)
            if run.returncode not in (0, 1):
                sys.exit(f"schema.py: candor check ended with {run.returncode}: {run.stderr}")
            lines += run.stdout.splitlines()
    reports = [json.loads(line) for line in lines]
    assert [report["file"] for report in reports] == names, "a line for each file, in their order"
    return [None if report["ok"] else f'{report["path"]}: {report["reason"]}' for report in reports]


def beyond(document, reason):
    for (name, (said, _)) in BEYOND.items():
        if re.search(said, reason):
            return "bytes" not in name or not json.dumps(document, ensure_ascii=False).isascii()
    return False


def main():
    candor = str(pathlib.Path(sys.argv[1]).resolve())
    validator = Validator(json.loads(SCHEMA.read_text()))
    faults = []

    known = {name.rsplit("/", 1)[1]: member for name, member in validator.members.items()}
    in_sources = names_in_sources()
    for name in sorted(in_sources ^ set(known)):
        faults.append(f'"{name}" is known to the {"reader" if name in in_sources else "schema"} alone')

    prose = "\n".join(file.read_text() for file in PROSE)
    for name in sorted(known):
        if f"`{name}`" not in prose and f'"{name}":' not in prose:
            faults.append(f"docs/survey-document*.md do not name `{name}`")

    demos = [json.loads(file.read_text()) for file in DEMOS]
    corpus = []
    for file in CORPUS:
        table = json.loads(file.read_text())
        corpus += list(table.get("documents", {}).values()) + [case["document"] for case in table["cases"] if isinstance(case.get("document"), dict)]
    samples = [changed(change) for _, change in BEYOND.values()]
    by_hand = [LEAST, {}, [], None, 1, "x", changed(lambda d: questions(d)[1].update(description="x")),
                changed(lambda d: questions(d)[0].update(text="How?", low="no", high={"en": "yes"}))]
    by_hand += [changed(lambda d: ask_when(d, condition)) for condition in BRANCHES]
    by_hand += [changed(lambda d: (questions(d).insert(0, EASE), questions(d)[1].update(when={"question": "ease", "from": 7}))),
                changed(lambda d: questions(d).insert(1, {"id": "hi", "type": "statement", "text": "Hi", "when": {"question": "score", "band": "passive"}}))]
    by_hand += [changed(lambda d: first(d)["triggers"][0].update(where=where)) for where in PROPERTIES]
    shown_in_prose = examples_in_prose(prose)
    examples = examples_of(demos + corpus, known)
    texts = [json.dumps(document) for document in samples + demos + shown_in_prose + corpus + by_hand]
    texts += list(mutations(copy.deepcopy([LEAST] + demos + corpus), examples))
    reasons = judge(candor, texts)

    for (name, (said, _)), document, reason in zip(BEYOND.items(), samples, reasons):
        if not validator.valid(validator.root, document):
            faults.append(f"a schema can say it after all: {name}")
        if reason is None or not re.search(said, reason):
            faults.append(f"the reader no longer refuses it: {name} ({reason})")

    accepted = set()
    shown = set()
    allowed = 0
    for i, (text, reason) in enumerate(zip(texts, reasons)):
        document = json.loads(text)
        validator.used = []
        valid = validator.valid(validator.root, document)
        if valid and reason is None:
            accepted.update(validator.used)
            if len(samples) <= i < len(samples) + len(demos):
                shown.update(validator.used)
        if valid == (reason is None):
            continue
        if valid and beyond(document, reason):
            allowed += 1
            continue
        faults.append(f"the schema says {'yes' if valid else 'no'}, the reader {reason or 'yes'}: {json.dumps(document, ensure_ascii=False)[:700]}")

    for text, reason in zip(texts[len(samples):], reasons[len(samples):len(samples) + len(demos) + len(shown_in_prose)]):
        if reason is not None:
            faults.append(f"an example is refused: {reason}: {text[:300]}")
    for name in sorted(set(validator.members) - accepted):
        faults.append(f"no document that both accept has {name}")
    # Of the questions and texts no example needs all.
    rules = {name for name in validator.members if re.match(
        r"#/\$defs/(trigger|condition|where|every|pacing|wait|sample|control|cap|budget)/(?!description$)", name)
        or re.match(r"#/\$defs/survey/(?!description$)", name)}
    for name in sorted(rules - shown):
        # A test may be shown of an event or of a person.
        twin = name.replace("/where/", "/condition/") if "/where/" in name else name.replace("/condition/", "/where/")
        if twin not in shown:
            faults.append(f"demo/surveys does not show {name}")
    values = {json.dumps(value) for demo in demos for _, holder, name in members(demo) for value in [holder[name]] if not isinstance(value, (dict, list))}
    for place in ("trigger/match", "condition/context", "survey/kind", "sample/by"):
        for value in validator.members[f"#/$defs/{place}"]["enum"]:
            if json.dumps(value) not in values:
                faults.append(f"demo/surveys does not show {place} {value}")

    for fault in faults[:40]:
        print(fault)
    print(f"{len(texts)} documents, {sum(reason is None for reason in reasons)} accepted, {allowed} refused for what a schema cannot say, "
          f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
