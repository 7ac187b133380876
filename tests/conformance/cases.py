#!/usr/bin/env python3
"""Writes rules.json beside itself: each rule just inside and just outside of its boundary, with the reason.

A table, read from top to bottom. What a case expects is written down here by hand, or counted by Python (buckets,
instants), and never by the engine that it is to test. `cases.py --check` compares instead of writing.
"""

import hashlib
import json
import pathlib
import sys
from datetime import datetime, timezone

HERE = pathlib.Path(__file__).parent
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
T = 1_790_000_000_000  # Monday 2026-09-21T14:13:20Z
OPEN = 600 * SECOND    # how long an entry stays open unless its survey says otherwise

QUESTIONS = [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]
CASES = []


def utc(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp() * 1000)


def bucket(salt, purpose, unit):
    return int(hashlib.sha256(f"{salt}:{purpose}.{unit}".encode()).hexdigest()[:13], 16) % 100_000


def survey(**more):
    return {"id": "s", "kind": "transactional", "triggers": [{"event": "go"}]} | more | {"questions": QUESTIONS}


def document(*surveys, **more):
    return {"candor": 1, "project": "shop", "revision": 1, "product": "Shop"} | more | {"surveys": list(surveys)}


def event(now, name="go", **more):
    return {"kind": "event", "name": name, "now": now} | more


def screen(now, name):
    return {"kind": "screen", "name": name, "now": now}


def call(now):
    return {"kind": "call", "now": now}


# Somebody in the midst of a session, so that a call at T begins none.
ANN = {"id": "ann", "anonymous": False, "first_seen": T - 100 * DAY, "last_call": T - MINUTE, "sessions": 10,
       "session_began": T - 10 * MINUTE, "active_days": 5, "active_day": (T - MINUTE) // DAY}


def case(name, reason, blocked=(), next=None, *, rules=None, doc=None, person=None, moments=None, now=T, situation=None,
         **more):
    """`rules`: members of the one survey. `blocked` empty: it is chosen, and `next` is when its entry expires."""
    made = doc if doc is not None else document(survey(**(rules or {})))
    moments = [event(now)] if moments is None else moments
    surveys = [s["id"] for s in made["surveys"]]
    if not isinstance(blocked, dict):
        blocked = {surveys[0]: list(blocked)} if surveys else {}
    chosen = None
    for s in surveys:
        if not blocked[s]:
            chosen = s
            break
    if chosen and next is None:
        met = [m["now"] for m in moments if m["kind"] != "time"]
        spec = made["surveys"][surveys.index(chosen)]
        by_session = any("session" in trigger for trigger in spec["triggers"]) or "control" in spec
        next = met[-1] + spec.get("expires", 1800 if by_session else 600) * SECOND
    CASES.append({"name": name, "reason": reason, "document": made, "person": ANN | (person or {}), "moments": moments,
                  "situation": {"now": now, "owner": "me", "install": "install-1"} | (situation or {}),
                  "expected": {"chosen": chosen, "blocked": blocked, "next": next} | more})


def record(**marks):
    return {"surveys": [{"survey": "s", "wave": "1"} | marks]}


# ---------------------------------------------------------------------------------------------
# Pacing: what a person must have come to

case("first seen: a millisecond early", "7 days since first seen, one millisecond is missing", ["first_seen"], T + 1,
     rules={"pacing": {"first_seen_days": 7}}, person={"first_seen": T - 7 * DAY + 1})
case("first seen: to the millisecond", "7 days since first seen, exactly", rules={"pacing": {"first_seen_days": 7}},
     person={"first_seen": T - 7 * DAY})
case("first seen: half a day", "fractions of days count", ["first_seen"], T + 1,
     rules={"pacing": {"first_seen_days": 0.5}}, person={"first_seen": T - 12 * HOUR + 1})
case("first seen: far off", "what cannot be before the entry expires opens none", ["trigger", "first_seen"],
     rules={"pacing": {"first_seen_days": 7}}, person={"first_seen": T - DAY})
case("first seen: in the future", "a clock that was put back moves the mark to now", ["trigger", "first_seen"],
     rules={"pacing": {"first_seen_days": 7}}, person={"first_seen": T + 400 * DAY})
for have, blocked in ((2, ["sessions"]), (3, []), (4, [])):
    case(f"sessions: {have} of 3", "counted over the person's life, the running one among them", blocked,
         rules={"pacing": {"sessions": 3}}, person={"sessions": have})
case("sessions: this call begins the third", "a session begun by this very moment counts",
     rules={"pacing": {"sessions": 3}}, person={"sessions": 2, "last_call": T - 30 * MINUTE})
case("sessions: a minute too soon for a new one", "30 minutes less a millisecond begin none", ["sessions"],
     rules={"pacing": {"sessions": 3}}, person={"sessions": 2, "last_call": T - 30 * MINUTE + 1})
for have, blocked in ((1, ["active_days"]), (2, [])):
    case(f"active days: {have} of 2", "the day of this call counts already", blocked,
         rules={"pacing": {"active_days": 2}}, person={"active_days": have})
case("active days: another day begins", "the first call on another local day counts it",
     rules={"pacing": {"active_days": 2}}, person={"active_days": 1, "active_day": T // DAY - 1})
case("active days: yesterday here, today there", "the day before again is a journey to the west, and no other day",
     ["active_days"], rules={"pacing": {"active_days": 3}}, person={"active_days": 2, "active_day": T // DAY + 1})
case("session time: a millisecond early", "60 s into the session, one millisecond is missing", ["session_time"], T + 1,
     rules={"pacing": {"session_seconds": 60}}, person={"session_began": T - 60 * SECOND + 1})
case("session time: to the millisecond", "60 s into the session", rules={"pacing": {"session_seconds": 60}},
     person={"session_began": T - 60 * SECOND})
case("session time: a new session", "the call that begins the session is its first millisecond", ["session_time"],
     T + 60 * SECOND, rules={"pacing": {"session_seconds": 60}}, person={"last_call": T - HOUR})
case("idle: a key a moment ago", "5 s without a key, one millisecond is missing", ["idle"], T + 1,
     rules={"pacing": {"idle_seconds": 5}}, situation={"last_key": T - 5 * SECOND + 1})
case("idle: long enough", "5 s without a key", rules={"pacing": {"idle_seconds": 5}},
     situation={"last_key": T - 5 * SECOND})
case("idle: no key at all", "nobody typed yet", rules={"pacing": {"idle_seconds": 5}})
case("idle: a key in the future", "a clock that was put back costs at most the full wait", ["idle"], T + 5 * SECOND,
     rules={"pacing": {"idle_seconds": 5}}, situation={"last_key": T + DAY})

# Waits after the last prompt, by how it ended.
for mark, of in (("answered", {}), ("dismissed", {}), ("snoozed", {}), ("shown", {})):
    rules = {"wait": {mark: 30}}
    case(f"wait {mark}: a millisecond early", f"30 days after it was {mark}, one millisecond is missing",
         [f"wait_{mark}"], T + 1, rules=rules, person=record(**{mark: T - 30 * DAY + 1}))
    case(f"wait {mark}: over", f"30 days after it was {mark}", rules=rules, person=record(**{mark: T - 30 * DAY}))
    case(f"wait {mark}: never happened", "without a mark there is nothing to wait for", rules=rules)
    case(f"wait {mark}: another survey", "waits are each survey's own", rules=rules,
         person={"surveys": [{"survey": "t", "wave": "1", mark: T - 1}]})
    case(f"wait {mark}: an earlier wave", "waits go over all waves", ["trigger", f"wait_{mark}"], rules=rules,
         person={"surveys": [{"survey": "s", "wave": "0", mark: T - 1}]})
    case(f"wait {mark}: a mark in 2035", "a mark in the future is moved to now: one full wait, and not nine years",
         ["trigger", f"wait_{mark}"], rules=rules, person=record(**{mark: utc("2035-01-01")}))
    case(f"wait {mark}: marked in 1970", "a clock that stood at 1970 makes the wait look over", rules=rules,
         person=record(**{mark: 0}))
    case(f"wait {mark}: none", "a wait of 0 days is over at once", rules={"wait": {mark: 0}}, person=record(**{mark: T}))
for ended in ("answered", "dismissed", "snoozed"):
    case(f"wait shown: ended as {ended}", "a prompt that was ended in another way was not left alone",
         rules={"wait": {"shown": 30}}, person=record(shown=T - DAY, **{ended: T - DAY}))
case("wait shown: left alone after an answer", "the later of two prompts was left alone", ["trigger", "wait_shown"],
     rules={"wait": {"shown": 30}}, person=record(shown=T - DAY, answered=T - 2 * DAY))
case("waits: each by its own mark", "the dismissal is long over, the answer is not", ["trigger", "wait_answered"],
     rules={"wait": {"answered": 90, "dismissed": 30}}, person=record(answered=T - 40 * DAY, dismissed=T - 40 * DAY))
case("waits: the longest day", "3650 days is the longest wait there is", ["wait_answered"], T + 1,
     rules={"wait": {"answered": 3650}}, person=record(answered=T - 3650 * DAY + 1))

# At most so many prompts in a wave, and the end at an answer.
for shown, blocked in ((0, []), (1, []), (2, ["trigger", "prompts"]), (3, ["trigger", "prompts"])):
    case(f"prompts: {shown} of 2", "at most two prompts in a wave", blocked, rules={"pacing": {"prompts": 2}},
         person=record(prompts=shown))
case("prompts: another wave", "each wave begins anew", rules={"pacing": {"prompts": 2}, "wave": "2"},
     person=record(prompts=2))
case("until answered: not yet", "dismissed is not answered", rules={"pacing": {"until_answered": True}},
     person=record(reached="dismissed", dismissed=T - DAY))
case("until answered: answered", "an answer ends the wave", ["trigger", "until_answered"],
     rules={"pacing": {"until_answered": True}}, person=record(reached="answered", answered=T - 400 * DAY))
case("until answered: in the wave before", "each wave begins anew",
     rules={"pacing": {"until_answered": True}, "wave": "2"}, person=record(reached="answered", answered=T - DAY))
case("until answered: the cap wins", "not answered, but shown often enough", ["trigger", "prompts"],
     rules={"pacing": {"until_answered": True, "prompts": 1}}, person=record(reached="dismissed", prompts=1))

# ---------------------------------------------------------------------------------------------
# Local time. Entries stay open for ten days, so that there is a later.

LONG = {"expires": 10 * 86_400}


def quiet(name, reason, at, minutes, hours, blocked, next, offsets=None):
    now = utc(at)
    case("quiet hours: " + name, reason, ["quiet_hours"] if blocked else [], utc(next) if next else None, now=now,
         rules=LONG | {"pacing": {"quiet_hours": {"from": hours[0], "to": hours[1]}}},
         person={"last_call": now, "session_began": now, "first_seen": now},
         situation={"profile": {"offsets": offsets or [{"from": 0, "minutes": minutes}]}})


NIGHT = ("22:00", "08:00")
quiet("a minute before", "21:59 in UTC", "2026-09-21T21:59:00", 0, NIGHT, False, "2026-09-21T22:00:00")
quiet("they begin", "22:00 is in", "2026-09-21T22:00:00", 0, NIGHT, True, "2026-09-22T08:00:00")
quiet("midnight", "across midnight it is still night", "2026-09-22T00:00:00", 0, NIGHT, True, "2026-09-22T08:00:00")
quiet("the last millisecond", "07:59:59.999", "2026-09-22T07:59:59.999", 0, NIGHT, True, "2026-09-22T08:00:00")
quiet("they end", "08:00 is out", "2026-09-22T08:00:00", 0, NIGHT, False, "2026-09-22T22:00:00")
quiet("by day", "hours that do not cross midnight: 12:00 to 14:00", "2026-09-21T13:00:00", 0, ("12:00", "14:00"), True,
      "2026-09-21T14:00:00")
quiet("before the siesta", "11:59:59", "2026-09-21T11:59:59", 0, ("12:00", "14:00"), False, "2026-09-21T12:00:00")
quiet("from midnight", "00:00 to 06:00 begins with the day", "2026-09-21T00:00:00", 0, ("00:00", "06:00"), True,
      "2026-09-21T06:00:00")
quiet("until midnight", "20:00 to 00:00 ends with the day", "2026-09-21T23:59:59", 0, ("20:00", "00:00"), True,
      "2026-09-22T00:00:00")
quiet("until midnight, over", "00:00 is out", "2026-09-22T00:00:00", 0, ("20:00", "00:00"), False,
      "2026-09-22T20:00:00")
quiet("New York", "02:00 UTC is 22:00 there", "2026-09-22T02:00:00", -240, NIGHT, True, "2026-09-22T12:00:00")
quiet("New York, a minute before", "21:59 there", "2026-09-22T01:59:00", -240, NIGHT, False, "2026-09-22T02:00:00")
quiet("Kolkata", "half an hour off: 16:30 UTC is 22:00", "2026-09-21T16:30:00", 330, NIGHT, True,
      "2026-09-22T02:30:00")
quiet("Kolkata, a minute before", "16:29 UTC is 21:59", "2026-09-21T16:29:00", 330, NIGHT, False,
      "2026-09-21T16:30:00")
quiet("Kathmandu", "three quarters of an hour off: 16:15 UTC is 22:00", "2026-09-21T16:15:00", 345, NIGHT, True,
      "2026-09-22T02:15:00")
quiet("Kiritimati", "14 hours ahead: 08:00 UTC is 22:00", "2026-09-21T08:00:00", 840, NIGHT, True,
      "2026-09-21T18:00:00")
quiet("no offsets known", "then local time is UTC", "2026-09-21T22:00:00", 0, NIGHT, True, "2026-09-22T08:00:00", [])
quiet("the leap day", "29 February 2028 is a day like any other", "2028-02-29T22:00:00", 0, NIGHT, True,
      "2028-03-01T08:00:00")
quiet("before 1970", "instants before 1970 have a time of day, too", "1969-12-31T23:00:00", 0, NIGHT, True,
      "1970-01-01T08:00:00")
# Berlin: on 2026-10-25 at 01:00 UTC from +120 to +60; on 2027-03-28 at 01:00 UTC back.
BERLIN = [{"from": 0, "minutes": 120}, {"from": utc("2026-10-25T01:00:00"), "minutes": 60},
          {"from": utc("2027-03-28T01:00:00"), "minutes": 120}]
quiet("Berlin, the clock goes back in the night", "08:00 comes an hour later in UTC", "2026-10-24T20:00:00", 0, NIGHT,
      True, "2026-10-25T07:00:00", BERLIN)
quiet("Berlin, the clock goes forward in the night", "08:00 comes an hour earlier in UTC", "2027-03-27T21:00:00", 0,
      NIGHT, True, "2027-03-28T06:00:00", BERLIN)
quiet("Berlin, a time that occurs twice, first", "02:30 the first time is in quiet hours from 02:00 to 03:00",
      "2026-10-25T00:30:00", 0, ("02:00", "03:00"), True, "2026-10-25T02:00:00", BERLIN)
quiet("Berlin, a time that occurs twice, again", "and the second time as well", "2026-10-25T01:30:00", 0,
      ("02:00", "03:00"), True, "2026-10-25T02:00:00", BERLIN)
quiet("Berlin, hours that never occur", "02:00 to 03:00 is left out on the day the clock goes forward",
      "2027-03-28T00:59:59", 0, ("02:00", "03:00"), False, "2027-03-29T00:00:00", BERLIN)
quiet("Berlin, after hours that never occurred", "03:00 follows 01:59:59", "2027-03-28T01:00:00", 0,
      ("02:00", "03:00"), False, "2027-03-29T00:00:00", BERLIN)
# Sydney, the other hemisphere: on 2026-10-03 at 16:00 UTC from +600 to +660.
SYDNEY = [{"from": 0, "minutes": 600}, {"from": utc("2026-10-03T16:00:00"), "minutes": 660}]
quiet("Sydney, the clock goes forward in October", "08:00 comes an hour earlier in UTC", "2026-10-03T12:00:00", 0,
      NIGHT, True, "2026-10-03T21:00:00", SYDNEY)
# Lord Howe Island: half an hour of summer time.
HOWE = [{"from": 0, "minutes": 630}, {"from": utc("2026-10-03T15:30:00"), "minutes": 660}]
quiet("Lord Howe Island", "the clock goes forward by half an hour", "2026-10-03T12:00:00", 0, NIGHT, True,
      "2026-10-03T21:00:00", HOWE)
# A zone that skipped a day: Samoa, 2011-12-30 never was.
SAMOA = [{"from": 0, "minutes": -600}, {"from": utc("2011-12-30T10:00:00"), "minutes": 840}]
quiet("Samoa, the day that never was", "the offset jumps by a day, the time of day goes on", "2011-12-30T09:00:00", 0,
      NIGHT, True, "2011-12-30T18:00:00", SAMOA)


def weekday(name, reason, at, days, blocked, next, minutes=0, offsets=None):
    now = utc(at)
    case("weekday: " + name, reason, ["weekday"] if blocked else [], utc(next) if next else None, now=now,
         rules=LONG | {"pacing": {"weekdays": days}},
         person={"last_call": now, "session_began": now, "first_seen": now},
         situation={"profile": {"offsets": offsets or [{"from": 0, "minutes": minutes}]}})


WORK = ["mon", "tue", "wed", "thu", "fri"]
weekday("Friday's last millisecond", "Friday is a day of work", "2026-09-25T23:59:59.999", WORK, False, "2026-09-26")
weekday("Saturday begins", "Saturday is not", "2026-09-26T00:00:00", WORK, True, "2026-09-28")
weekday("Sunday's last millisecond", "Sunday is not", "2026-09-27T23:59:59.999", WORK, True, "2026-09-28")
weekday("Monday begins", "Monday is", "2026-09-28T00:00:00", WORK, False, "2026-10-03")
weekday("Saturday in Tokyo", "15:00 UTC on Friday is Saturday there", "2026-09-25T15:00:00", WORK, True,
        "2026-09-27T15:00:00", 540)
weekday("still Friday in Honolulu", "09:59 UTC on Saturday is Friday there", "2026-09-26T09:59:00", WORK, False,
        "2026-09-26T10:00:00", -600)
weekday("one day of the week", "Sundays alone", "2026-09-21T12:00:00", ["sun"], True, "2026-09-27")
weekday("all of them", "no day is left out, and nothing turns", "2026-09-21T12:00:00", WORK + ["sat", "sun"], False,
        None)
weekday("1 January 1970", "was a Thursday", "1970-01-01T12:00:00", ["thu"], False, "1970-01-02")
weekday("the leap day", "29 February 2028 is a Tuesday", "2028-02-29T12:00:00", ["tue"], False, "2028-03-01")
weekday("Berlin, the night the clock goes back", "Sunday has 25 hours", "2026-10-25T12:00:00", ["sun"], False,
        "2026-10-25T23:00:00", offsets=BERLIN)
case("quiet hours and weekday: both", "they bind together, and the later of them tells when",
     ["quiet_hours", "weekday"], utc("2026-09-28"), now=utc("2026-09-26T07:00:00"),
     rules=LONG | {"pacing": {"quiet_hours": {"from": "22:00", "to": "08:00"}, "weekdays": WORK}},
     person={"last_call": utc("2026-09-26T07:00:00")})

# ---------------------------------------------------------------------------------------------
# The budget over all surveys


def prompts(*ages, transactional=True):
    return {"prompts": [{"at": T - age, "transactional": transactional} for age in ages]}


def budget(name, reason, blocked, next, limits, ages, transactional=True, kind="transactional"):
    case("budget: " + name, reason, blocked, next, doc=document(survey(kind=kind), budget=limits),
         person=prompts(*ages, transactional=transactional))


TWO = {"prompts": 2, "days": 30}
budget("nothing shown yet", "nothing is used", [], None, TWO, [])
budget("one of two", "one more fits", [], None, TWO, [10 * DAY])
budget("two of two", "both within the window: the entry would expire before one leaves", ["trigger", "budget"], None, TWO,
       [20 * DAY, 10 * DAY])
budget("the first leaves in a millisecond", "30 days less a millisecond ago", ["budget"], T + 1, TWO,
       [30 * DAY - 1, 10 * DAY])
budget("the first has left", "30 days ago is out", [], None, TWO, [30 * DAY, 10 * DAY])
budget("three of two", "more than the cap, shown under an earlier document", ["trigger", "budget"], None, TWO,
       [25 * DAY, 20 * DAY, 10 * DAY])
budget("three of two, the second leaves", "two of three must leave before one fits", ["budget"], T + 1, TWO,
       [30 * DAY - 1 + HOUR, 30 * DAY - 1, 10 * DAY])
budget("a prompt in the future", "a clock that was put back: it counts as shown now", ["trigger", "budget"], None,
       {"prompts": 1, "days": 30}, [-400 * DAY])
budget("the gap, a millisecond early", "7 days between two, one millisecond is missing", ["gap"], T + 1,
       {"gap_days": 7}, [7 * DAY - 1])
budget("the gap is over", "7 days between two", [], None, {"gap_days": 7}, [7 * DAY])
budget("the gap, of the last", "the last of several counts", ["trigger", "gap"], None, {"gap_days": 7},
       [20 * DAY, DAY])
budget("the gap, nothing shown", "there is nothing to keep away from", [], None, {"gap_days": 7}, [])
budget("another kind", "the cap of relationship surveys lets transactional ones be", [], None,
       {"relationship": {"prompts": 1, "days": 30}}, [DAY], False)
budget("prompts of another kind", "prompts of relationship surveys use up none of the transactional ones", [], None,
       {"transactional": {"prompts": 1, "days": 30}}, [DAY], False)
budget("its own kind", "one prompt of its kind", ["trigger", "budget"], None,
       {"transactional": {"prompts": 1, "days": 30}}, [DAY])
budget("for all and by kind, all", "the cap over all is used up by the other kind", ["trigger", "budget"], None,
       {"prompts": 1, "days": 30, "transactional": {"prompts": 1, "days": 30}}, [DAY], False)
budget("for all and by kind, kind", "the cap over all has room, the kind's has none", ["trigger", "budget"], None,
       {"prompts": 5, "days": 30, "transactional": {"prompts": 1, "days": 30}}, [DAY])
budget("the gap by kind", "the gap of its kind, whatever was shown of the other", [], None,
       {"transactional": {"gap_days": 7}}, [DAY], False)
budget("the gap by kind, its own", "the gap of its kind", ["trigger", "gap"], None, {"transactional": {"gap_days": 7}},
       [DAY])
budget("the gap for all and by kind", "the longer of two gaps binds", ["gap"], T + 1,
       {"gap_days": 1, "transactional": {"gap_days": 7}}, [7 * DAY - 1])

# ---------------------------------------------------------------------------------------------
# Population: every test, met, not met, missing, of the wrong type


def test(name, reason, condition, passes, attributes=None, next=None, context=None, person=None, at=T):
    profile = {"attributes": attributes or {}} | (context or {})
    case("population: " + name, reason, [] if passes else ["population"], next, now=at,
         rules={"population": condition}, person={"last_call": at} | (person or {}), situation={"profile": profile})


def attribute(op, operand, name="a"):
    return {"attribute": name, op: operand}


for op, operand, met, not_met, wrong in (
        ("eq", "pro", ["pro"], ["Pro", "pr", ""], [1, True]),
        ("eq", 3, [3, 3.0], [4, -3, 3.5], ["3", False]),
        ("eq", True, [True], [False], ["true", 1]),
        ("ne", "pro", ["free", ""], ["pro"], [1, True]),
        ("ne", 3, [4, 2.999], [3, 3.0], ["4", True]),
        ("lt", 10, [9, 9.999, -1], [10, 11], ["9", False]),
        ("lte", 10, [10, -10], [10.001], ["10", True]),
        ("gt", 10, [10.001], [10, 9], ["11"]),
        ("gte", 10, [10, 1e300], [9.999], ["10"]),
        ("in", ["de", "at", "ch"], ["at"], ["fr", "AT", ""], [7]),
        ("in", [1, 2], [2, 1.0], [3], ["2"]),
        ("in", ["x", 1], ["x", 1], ["y", 2], [True]),
        ("contains", "bet", ["alphabet", "bet"], ["be", "BET"], [7]),
        ("starts_with", "al", ["al", "alpha"], ["a", "Alpha"], [7]),
        ("ends_with", "et", ["et", "bet"], ["t", "ET"], [7]),
        ("contains", "日本", ["にほん日本語"], ["日 本"], []),
        ("starts_with", "مرحبا", ["مرحبا بك"], ["بك مرحبا"], []),
        ("ends_with", "😀", ["hi 😀"], ["😀 hi"], []),
        ("exists", True, ["", "x", 0, False], [], []),
        ("exists", False, [], ["", 0, False], []),
        ("semver_eq", "1.10.0", ["1.10.0", "1.10", "v1.10", "1.10.0+build.5", "01.10.0"],
         ["1.1.0", "1.10.0-beta"], ["new", 1.1, ""]),
        ("semver_lt", "1.10.0", ["1.9.9", "1.10.0-beta", "1.2", "0"], ["1.10.0", "1.10.1", "2"], ["x", 1]),
        ("semver_lte", "1.10.0", ["1.10.0", "1.10.0-rc.1"], ["1.10.1"], ["1.x"]),
        ("semver_gt", "1.10.0", ["1.10.1", "1.11", "2", "10.0.0"], ["1.10.0", "1.9"], ["latest"]),
        ("semver_gte", "1.10.0-beta.2", ["1.10.0-beta.2", "1.10.0-beta.11", "1.10.0-rc", "1.10.0"],
         ["1.10.0-beta.1", "1.10.0-alpha", "1.10.0-beta"], ["1.10.0-", "1.2.3.4.5"]),
        ("before", "2026-09-01", ["2026-08-31T23:59:59.999Z", "2026-09-01T00:59:00+01:00", utc("2026-08-01")],
         ["2026-09-01", "2026-09-01T00:00:00Z"], ["soon", True]),
        ("after", "2026-09-01T12:00:00Z", ["2026-09-01T12:00:00.001Z", "2026-09-02"],
         ["2026-09-01T12:00:00Z", "2026-09-01"], ["2026", False])):
    text = json.dumps(operand, ensure_ascii=False)
    for values, passes, why in ((met, True, "meets it"), (not_met, False, "does not"),
                                (wrong, False, "is of a type, or a form, that the test is not for")):
        for value in values:
            shown = json.dumps(value, ensure_ascii=False)
            test(f"{op} {text}: {shown}", why, attribute(op, operand), passes, {"a": value})
    missing = op == "exists" and operand is False
    test(f"{op} {text}: missing", "a value that is not there fails every test but `exists: false`",
         attribute(op, operand), missing)

test("within_days: now", "no time has passed", attribute("within_days", 7), True, {"a": T}, T + OPEN)
test("within_days: a millisecond left", "7 days less a millisecond ago, and out in one", attribute("within_days", 7),
     True, {"a": T - 7 * DAY + 1}, T + 1)
test("within_days: over", "7 days ago is out", attribute("within_days", 7), False, {"a": T - 7 * DAY})
test("within_days: in the future", "what is to come is not within the last days, until it is",
     attribute("within_days", 7), False, {"a": T + 5 * SECOND}, T + 5 * SECOND)
test("within_days: far in the future", "the entry expires before", attribute("within_days", 7), False, {"a": T + DAY})
test("within_days: half a day", "fractions of days count", attribute("within_days", 0.5), False, {"a": T - 12 * HOUR})
test("within_days: as text", "an instant may be text", attribute("within_days", 7), True, {"a": "2026-09-20"})
test("within_days: no instant", "other text is of the wrong type", attribute("within_days", 7), False, {"a": "today"})
test("not within_days: turns", "what is not within the last 7 days passes when they are over",
     {"not": attribute("within_days", 7)}, False, {"a": T - 7 * DAY + 1}, T + 1)
test("not: missing", "`not` turns whatever its test came to", {"not": attribute("eq", "x")}, True)
test("not: wrong type", "`not` turns whatever its test came to", {"not": attribute("eq", "x")}, True, {"a": 1})
test("not not", "twice turned is as it was", {"not": {"not": attribute("eq", "x")}}, False, {"a": "y"})
X, Y = attribute("eq", 1, "x"), attribute("eq", 1, "y")
for x in (0, 1):
    for y in (0, 1):
        values = {"x": x, "y": y}
        test(f"all: {x} {y}", "all of them must pass", {"all": [X, Y]}, bool(x and y), values)
        test(f"any: {x} {y}", "one of them is enough", {"any": [X, Y]}, bool(x or y), values)
        test(f"not any: {x} {y}", "none of them may pass", {"not": {"any": [X, Y]}}, not (x or y), values)
        test(f"not all: {x} {y}", "one of them must not pass", {"not": {"all": [X, Y]}}, not (x and y), values)
test("all in any in all", "lists in lists", {"all": [{"any": [X, {"all": [Y, X]}]}, Y]}, True, {"x": 1, "y": 1})
test("all in any in all, not", "lists in lists", {"all": [{"any": [X, {"all": [Y, X]}]}, Y]}, False, {"x": 0, "y": 1})
test("one in a list", "a list of one is its one", {"all": [X]}, True, {"x": 1})
test("a name in any script", "names are compared byte for byte", attribute("eq", "да", "план"), True, {"план": "да"})
test("a name in another case", "Plan is not plan", attribute("eq", "x", "plan"), False, {"Plan": "x"})

for name, value, op, operand, passes, reason in (
        ("app_version", "2.4.0", "semver_gte", "2.4", True, "the version that runs"),
        ("app_version", "2.3.9", "semver_gte", "2.4", False, "the version that runs"),
        ("app_version", "", "exists", True, False, "empty is not known"),
        ("os_version", "14.1", "semver_gt", "14", True, "of the system"),
        ("platform", "web", "eq", "web", True, "as the host names it"),
        ("platform", "android", "in", ["ios", "web"], False, "as the host names it"),
        ("locale", "pt-BR", "starts_with", "pt", True, "the language that is wanted"),
        ("country", "DE", "in", ["DE", "AT"], True, "as the host names it"),
        ("country", "", "ne", "DE", False, "not known is not another country"),
        ("device", "tablet", "ne", "phone", True, "as the host names it")):
    test(f"context {name} {op}: {value or 'not known'}", reason, {"context": name, op: operand}, passes,
         context={name: value} if value else {})
test("context person: identified", "the id is there", {"context": "person", "eq": "ann"}, True)
test("context person: anonymous", "an anonymous person has none", {"context": "person", "exists": True}, False,
     person={"id": "anon:1", "anonymous": True})
test("context sessions", "how many so far", {"context": "sessions", "gte": 10}, True)
test("context sessions: one too few", "how many so far", {"context": "sessions", "gte": 11}, False)
test("context active_days", "how many so far", {"context": "active_days", "lt": 6}, True)
test("context first_seen: before", "the instant of the first call", {"context": "first_seen", "before": "2026-09-01"},
     True)
test("context first_seen: within", "the instant of the first call", {"context": "first_seen", "within_days": 30}, False)
test("context is_update: the first version", "no other was seen", {"context": "is_update", "eq": True}, False,
     context={"app_version": "2.0"})
test("context is_update: another version", "this call is the first of another version",
     {"context": "is_update", "eq": True}, True, context={"app_version": "2.0"}, person={"version": "1.9"})
test("context is_update: no version known", "then it cannot be said", {"context": "is_update", "exists": True}, False)
for have, passes in ((0, False), (2, False), (3, True)):
    test(f"event counted: {have} of 3", "how often the event was tracked", {"event": "bought", "gte": 3}, passes,
         person={"counters": [{"clause": "event:bought", "count": have}]} if have else {})
case("population: event counted by this very moment", "the moment counts before it is decided on",
     rules={"population": {"event": "go", "gte": 3}}, person={"counters": [{"clause": "event:go", "count": 2}]})
case("population: an event without a trigger", "conditions are counted for, too",
     rules={"population": {"event": "bought", "gte": 1}}, moments=[event(T, "bought"), event(T)])
case("targeting: not met", "targeting blocks as the population does", ["targeting"],
     rules={"targeting": attribute("eq", "pro")}, situation={"profile": {"attributes": {"a": "free"}}})
case("targeting and population: each", "both are evaluated, whatever the other says", ["population", "targeting"],
     rules={"targeting": attribute("eq", "pro"), "population": attribute("eq", "b", "b")})
case("targeting: met", "and so it is asked", rules={"targeting": attribute("eq", "pro")},
     situation={"profile": {"attributes": {"a": "pro"}}})

# ---------------------------------------------------------------------------------------------
# Triggers


def met(name, reason, trigger, moments, blocked=(), person=None, situation=None, next=None, now=None):
    last = now if now is not None else moments[-1]["now"]
    case("trigger: " + name, reason, blocked, next, rules={"triggers": trigger if isinstance(trigger, list) else [trigger]},
         moments=moments, now=last, person=person, situation=situation)


NO = ["trigger"]
for n, blocked in ((1, NO), (2, NO), (3, [])):
    met(f"count 3, the {n}.", "met from the third on", {"event": "go", "count": 3}, [event(T + i) for i in range(n)], blocked)
met("count 3, once more", "and at every one after it", {"event": "go", "count": 3}, [event(T)],
    person={"counters": [{"clause": "event:go", "count": 3}]})
for n, blocked in ((4, NO), (5, []), (6, NO), (10, [])):
    met(f"every 5th, the {n}.", "the fifth, the tenth and so on", {"event": "go", "count": 5, "every": 5}, [event(T)],
        blocked, person={"counters": [{"clause": "event:go", "count": n - 1}]})
for n, blocked in ((2, NO), (3, []), (4, NO)):
    met(f"the third alone, the {n}.", "once is once", {"event": "go", "count": 3, "once": True}, [event(T)], blocked,
        person={"counters": [{"clause": "event:go", "count": n - 1}]})
met("another event", "names are compared byte for byte", {"event": "go"}, [event(T, "Go")], NO)
met("a screen of that name", "a screen is no event", {"event": "go"}, [screen(T, "go")], NO)
met("an event of the screen's name", "an event is no screen", {"screen": "go"}, [event(T)], NO)
met("any of two", "one trigger is enough", [{"event": "a"}, {"event": "go"}], [event(T)])
for name, pattern, match, yes, no in (
        ("exact", "/shop", "exact", ["/shop"], ["/shop/", "/Shop", "shop"]),
        ("prefix", "/shop/", "prefix", ["/shop/", "/shop/cart", "/shop/日本"], ["/shop", "x/shop/"]),
        ("glob", "/shop/*/done", "glob", ["/shop/1/done", "/shop/a/b/done", "/shop//done"],
         ["/shop/done", "/shop/1/done/", "/shop/1/don"]),
        ("glob ?", "/item/?", "glob", ["/item/1", "/item/é", "/item/😀"], ["/item/", "/item/12"]),
        ("glob *", "*", "glob", ["x", "/", "日本"], []),
        ("glob **", "**a**b", "glob", ["ab", "xaxb", "aabab"], ["ba", "aba"]),
        ("glob that might run away", "a*a*a*a*a*a*a*a*b", "glob", ["a" * 100 + "b"], ["a" * 190]),
        ("glob without stars", "/a", "glob", ["/a"], ["/ab"])):
    for value in yes:
        met(f"screen {name}: {value[:30]}", "the name meets the pattern", {"screen": pattern, "match": match}, [screen(T, value)])
    for value in no:
        met(f"screen {name}, not: {value[:30]}", "the name does not", {"screen": pattern, "match": match}, [screen(T, value)], NO)
WHERE = {"event": "go", "where": {"all": [{"property": "total", "gte": 100}, {"property": "country", "eq": "DE"}]}}
met("where, met", "all the properties fit", WHERE, [event(T, properties={"total": 100, "country": "DE"})])
met("where, one not", "one property does not", WHERE, [event(T, properties={"total": 99.99, "country": "DE"})], NO)
met("where, missing", "a property that is missing fails its test", WHERE, [event(T, properties={"total": 100})], NO)
met("where, no properties", "an event without properties has none", WHERE, [event(T)], NO)
met("where, wrong type", "a text is no number", WHERE, [event(T, properties={"total": "100", "country": "DE"})], NO)
met("where, counted apart", "the second event that fits, of three", WHERE | {"count": 2},
    [event(T, properties={"total": 100, "country": "DE"}), event(T + 1),
     event(T + 2, properties={"total": 500, "country": "DE"})])
met("where, counted apart, not yet", "one that fits is not two", WHERE | {"count": 2},
    [event(T, properties={"total": 100, "country": "DE"}), event(T + 1), event(T + 2)], NO)
met("where not exists", "a property that must not be there", {"event": "go", "where": {"property": "test", "exists": False}},
    [event(T)])
SESSION2 = {"event": "go", "count": 2, "within": "session"}
met("within a session, met", "two in one session", SESSION2, [event(T), event(T + 29 * MINUTE)])
met("within a session, two sessions", "one in each is not two in one", SESSION2, [event(T), event(T + 30 * MINUTE)], NO)
met("within a session, before this one", "what was counted in an earlier session is over", SESSION2, [event(T)], NO,
    person={"counters": [{"clause": "event:go@session", "count": 5, "scope": "9"}]})
met("within a session, in this one", "what was counted in this session", SESSION2, [event(T)],
    person={"counters": [{"clause": "event:go@session", "count": 1, "scope": "10"}]})
VERSION2 = {"event": "go", "count": 2, "within": "version"}
met("within a version, met", "two under one version", VERSION2, [event(T), event(T + DAY)],
    situation={"profile": {"app_version": "2.0"}})
met("within a version, another", "one under each is not two", VERSION2, [event(T)], NO,
    person={"counters": [{"clause": "event:go@version", "count": 1, "scope": "1.0"}]},
    situation={"profile": {"app_version": "2.0"}})
WINDOW = {"event": "go", "count": 3, "within": 60}
met("within 60 s, to the second", "three within 60 s", WINDOW, [event(T), event(T + 30 * SECOND), event(T + 60 * SECOND)])
met("within 60 s, a millisecond late", "the first is out", WINDOW,
    [event(T), event(T + 30 * SECOND), event(T + 60 * SECOND + 1)], NO)
met("within 60 s, the last three of four", "the window moves on", WINDOW,
    [event(T), event(T + 40 * SECOND), event(T + 70 * SECOND), event(T + 100 * SECOND)])
BOTH = {"event": "go", "with": ["search"], "within": 60}
met("together, in this order", "both within 60 s", BOTH, [event(T, "search"), event(T + 60 * SECOND)])
met("together, in the other", "in whatever order", BOTH, [event(T), event(T + 60 * SECOND, "search")])
met("together, too late", "a millisecond too far apart", BOTH, [event(T), event(T + 60 * SECOND + 1, "search")], NO)
met("together, one alone", "one of two", BOTH, [event(T), event(T + 1)], NO)
met("together, three", "all of them", {"event": "go", "with": ["a", "b"], "within": 60},
    [event(T, "b"), event(T + 1), event(T + 2, "a")])
met("together, two of three", "all of them", {"event": "go", "with": ["a", "b"], "within": 60},
    [event(T, "b"), event(T + 1)], NO)
for n, blocked in ((2, NO), (3, []), (4, [])):
    met(f"session 3, the {n}.", "from the third session on", {"session": 3}, [call(T)], blocked,
        person={"sessions": n - 1, "last_call": T - 31 * MINUTE})
for n, blocked in ((3, []), (4, NO), (6, [])):
    met(f"every third session, the {n}.", "the third, the sixth and so on", {"session": 3, "every": 3}, [call(T)], blocked,
        person={"sessions": n - 1, "last_call": T - 31 * MINUTE})
for n, blocked in ((1, []), (2, NO)):
    met(f"the first session alone, the {n}.", "once is once", {"session": 1, "once": True}, [call(T)], blocked,
        person={"sessions": n - 1, "last_call": T - 31 * MINUTE})
met("session, not a new one", "a call within a session begins none", {"session": 1}, [call(T)], NO)
for trigger, name in (({"click": "#buy"}, "$click:#buy"), ({"exit_intent": True}, "$exit_intent"),
                      ({"scroll": 50}, "$scroll:50"), ({"dwell": 30}, "$dwell:30")):
    met(f"sensor {name}", "a sensor is an event of a name of its own", trigger, [event(T, name)])
    met(f"sensor {name}, another", "of another reach or place", trigger, [event(T, name + "0")], NO)
for name in ("مشتريات", "покупка", "購入", "खरीद", "🛒", "e\u0301te\u0301", "a b", "\u200b"):
    met(f"name {name}", "names in any script", {"event": name}, [event(T, name)])
met("name composed otherwise", "é as one character is not e with an accent: bytes are compared", {"event": "é"},
    [event(T, "e\u0301")], NO)
case("cancel: the delay ends with it", "a refund after the purchase, and nothing is asked", ["trigger"],
     rules={"delay": 60, "cancel": ["refund"]}, moments=[event(T), event(T + SECOND, "refund")], now=T + 60 * SECOND,
     pending=[])
case("cancel: another event", "what is not named cancels nothing", next=T + OPEN,
     rules={"delay": 60, "cancel": ["refund"]}, moments=[event(T), event(T + SECOND, "return")], now=T + 60 * SECOND)
case("cancel: before the trigger", "what has not begun cannot be cancelled", next=T + SECOND + OPEN,
     rules={"delay": 60, "cancel": ["refund"]}, moments=[event(T, "refund"), event(T + SECOND)], now=T + 61 * SECOND)
case("cancel: and again", "after it the trigger may be met anew", next=T + 2 * SECOND + OPEN,
     rules={"delay": 60, "cancel": ["refund"]}, moments=[event(T), event(T + SECOND, "refund"), event(T + 2 * SECOND)],
     now=T + 62 * SECOND)
case("delay: decided again at its end", "meanwhile the app is busy", ["busy"], rules={"delay": 60}, moments=[event(T)],
     now=T + 60 * SECOND, situation={"busy": True})
case("delay: before 1970", "a clock that stands before 1970 counts like any other", ["delay"], -DAY + 60 * SECOND,
     rules={"delay": 60}, moments=[event(-DAY)], now=-DAY,
     person={"last_call": -DAY, "first_seen": -DAY, "session_began": -DAY})
case("expiry: through a restart", "the entry is in the history, an hour went by without a call", ["expiry"],
     moments=[], now=T + HOUR,
     person={"pending": [{"survey": "s", "wave": "1", "touchpoint": "go", "occurrence": 1, "met": T, "due": T,
                          "expires": T + OPEN}]})
case("entry: from a document with a longer delay", "a due date never lies further ahead than this document's", next=T + 1 + OPEN,
     moments=[{"kind": "time", "now": T + 1}], now=T + 1,
     person={"pending": [{"survey": "s", "wave": "1", "touchpoint": "go", "occurrence": 1, "met": T, "due": T + DAY,
                          "expires": T + 2 * DAY}]})
case("entry: met in 2035", "a clock that was put back: met now", next=T + OPEN, moments=[{"kind": "time", "now": T}],
     person={"pending": [{"survey": "s", "wave": "1", "touchpoint": "go", "occurrence": 1, "met": utc("2035-01-01"),
                          "due": utc("2035-01-01"), "expires": utc("2035-01-01") + OPEN}]})

# ---------------------------------------------------------------------------------------------
# Waves that repeat, and each person's turn in them

QUARTER = {"kind": "relationship", "starts": "2026-01-01", "every": {"days": 90}, "triggers": [{"session": 1}]}
BEGIN = utc("2026-01-01")


def share(salt, unit, period):
    return period * bucket(salt, "phase", unit) // 100_000


def turn_of(wave, unit="ann", salt="s"):
    return BEGIN + wave * 90 * DAY + share(salt, unit, 90 * DAY)


def wave(name, reason, at, blocked, next=None, rules=None, person=None, **more):
    case("wave: " + name, reason, blocked, next, rules=QUARTER | (rules or {}), moments=[call(at)], now=at,
         person={"last_call": at - HOUR, "sessions": 1, "first_seen": BEGIN} | (person or {}), **more)


wave("before the turn", "a millisecond before this person's turn in wave 2", turn_of(2) - 1, ["turn"], turn_of(2))
wave("the turn begins", "to the millisecond", turn_of(2), [], turn_of(2) + 1800 * SECOND)
wave("long before the turn", "the entry would expire before", BEGIN + 180 * DAY, ["turn", "trigger"])
wave("at the end of the wave", "an entry does not outlive its wave", BEGIN + 270 * DAY - 1, [], BEGIN + 270 * DAY)
wave("the next wave", "its turn is at the same place of the next wave", BEGIN + 270 * DAY, ["turn", "trigger"])
wave("before the first", "nothing begins before the start", BEGIN - DAY, ["started", "turn", "trigger"],
     person={"first_seen": BEGIN - 9 * DAY})
wave("answered in this one", "an answer ends the wave", turn_of(2), ["trigger", "until_answered"],
     rules={"pacing": {"until_answered": True}},
     person={"surveys": [{"survey": "s", "wave": "2", "reached": "answered"}]})
wave("answered in the last one", "each wave begins anew", turn_of(2), [], turn_of(2) + 1800 * SECOND,
     rules={"pacing": {"until_answered": True}},
     person={"surveys": [{"survey": "s", "wave": "1", "reached": "answered"}]})
wave("shown often enough in this one", "two prompts in a wave", turn_of(3), ["trigger", "prompts"],
     rules={"pacing": {"prompts": 2}}, person={"surveys": [{"survey": "s", "wave": "3", "prompts": 2}]})
wave("another person's turn", "each has a turn of their own", turn_of(2, "bob"), [], turn_of(2, "bob") + 1800 * SECOND,
     person={"id": "bob"})
wave("a panel's turn", "the salt moves the turn", turn_of(2, salt="panel"), [], turn_of(2, salt="panel") + 1800 * SECOND,
     rules={"sample": {"salt": "panel"}})
wave("anonymous", "the install's id is the unit", turn_of(2, "install-1"), [], turn_of(2, "install-1") + 1800 * SECOND,
     person={"id": "anon:1", "anonymous": True})
wave("by its own trigger", "the turn as a trigger", turn_of(2), [], turn_of(2) + 1800 * SECOND,
     rules={"triggers": [{"turn": True}]})
wave("by its own trigger, early", "a session before the turn", turn_of(2) - HOUR, ["turn", "trigger"],
     rules={"triggers": [{"turn": True}]})
wave("sampled in", "each wave draws anew: salt s.2", turn_of(2), [], turn_of(2) + 1800 * SECOND,
     rules={"sample": {"percent": (bucket("s.2", "sample", "ann") + 1) / 1000}})
wave("sampled out", "each wave draws anew: salt s.2", turn_of(2), ["trigger", "sample"],
     rules={"sample": {"percent": bucket("s.2", "sample", "ann") / 1000}})

# ---------------------------------------------------------------------------------------------
# Sample and control share

HALF = bucket("s.1", "sample", "ann")
for percent, blocked, reason in ((HALF / 1000, ["trigger", "sample"], "a bucket at the edge is out"),
                                 ((HALF + 1) / 1000, [], "a bucket just below is in"),
                                 (0, ["trigger", "sample"], "0 % is nobody"), (100, [], "100 % is everybody")):
    case(f"sample: {percent} % by person", reason, blocked,
         rules={"sample": {"percent": percent, "by": "person"}})
PANEL = bucket("panel", "sample", "ann")
case("sample: a panel", "a salt of its own", rules={"sample": {"percent": (PANEL + 1) / 1000, "by": "person", "salt": "panel"}})
case("sample: a panel, out", "a salt of its own", ["trigger", "sample"],
     rules={"sample": {"percent": PANEL / 1000, "by": "person", "salt": "panel"}})
ANON = bucket("s.1", "sample", "install-1")
case("sample: anonymous", "the install's id is the unit", person={"id": "anon:1", "anonymous": True},
     rules={"sample": {"percent": (ANON + 1) / 1000, "by": "person"}})
for nth in (1, 2, 3):
    drawn = bucket("s.1", "sample", f"ann#{nth}")
    for percent, blocked in (((drawn + 1) / 1000, []), (drawn / 1000, ["trigger", "sample"])):
        case(f"sample: {percent} % by occasion, the {nth}.", "each occasion has a bucket of its own", blocked,
             rules={"sample": {"percent": percent}}, person={"counters": [{"clause": "event:go", "count": nth - 1}]})

SHARE = bucket("s.1", "control", "ann")
IN, OUT = (SHARE + 1) / 1000, SHARE / 1000
REL = {"kind": "relationship", "targeting": attribute("eq", "happy"), "expires": 600}
FRESH = {"last_call": T - HOUR}


def control(name, reason, percent, moments, blocked, next=None, rules=None, person=None, situation=None, now=T):
    case("control: " + name, reason, blocked, next, rules=REL | {"control": {"percent": percent}} | (rules or {}),
         moments=moments, now=now, person=FRESH | (person or {}), situation=situation)


control("in the share, at the session's start", "targeting and trigger are lifted", IN, [call(T)], [])
control("out of the share", "one bucket further nothing is lifted", OUT, [call(T)], ["trigger", "targeting"])
control("in the share, by its trigger", "they are asked at the start of a session instead", IN, [event(T)], ["trigger"],
        person={"last_call": T - MINUTE})
control("in the share, population", "the population still binds", IN, [call(T)], ["population"],
        rules={"population": attribute("eq", "x", "b")})
control("in the share, wait", "waits still bind", IN, [call(T)], ["trigger", "wait_answered"],
        rules={"wait": {"answered": 90}}, person=record(answered=T - DAY))
control("in the share, quiet", "quiet hours still bind", IN, [call(T)], ["quiet_hours"],
        rules={"pacing": {"quiet_hours": {"from": "14:00", "to": "15:00"}}})
control("in the share, consent", "consent still binds", IN, [call(T)], ["consent"], situation={"consent_unknown": True})
control("out of the share, targeted", "who is not in it is asked as ever", OUT, [event(T)], [],
        person={"last_call": T - MINUTE}, situation={"profile": {"attributes": {"a": "happy"}}})
SAMPLED = bucket("s.1", "sample", "ann")
control("in the share, not in the sample", "the sample is drawn for all", IN, [call(T)], ["trigger", "sample"],
        rules={"sample": {"percent": SAMPLED / 1000}})
control("100 %", "everybody is in the share", 100, [call(T)], [])
control("0 %", "nobody is", 0, [call(T)], ["trigger", "targeting"])
case("control: the budget", "the budget still binds", ["trigger", "gap"],
     doc=document(survey(**(REL | {"control": {"percent": IN}})), budget={"gap_days": 7}), moments=[call(T)],
     person=FRESH | prompts(DAY))

# ---------------------------------------------------------------------------------------------
# Start, end, switch

case("starts: a millisecond early", "at midnight UTC of its day", ["started"], utc("2026-09-22"),
     rules={"starts": "2026-09-22"}, now=utc("2026-09-22") - 1, person={"last_call": utc("2026-09-22") - 1})
case("starts: now", "at midnight UTC of its day", rules={"starts": "2026-09-22"}, now=utc("2026-09-22"),
     person={"last_call": utc("2026-09-22")})
case("starts: with an offset", "2026-09-22T00:00:00+02:00 is two hours earlier",
     rules={"starts": "2026-09-22T00:00:00+02:00"}, now=utc("2026-09-21T22:00:00"),
     person={"last_call": utc("2026-09-21T22:00:00")})
case("starts: on the leap day", "29 February 2028", ["started"], utc("2028-02-29"), rules={"starts": "2028-02-29"},
     now=utc("2028-02-29") - 1, person={"last_call": utc("2028-02-29") - 1})
case("ends: a millisecond left", "and then it is over", [], T + 1, rules={"ends": "2026-09-21T14:13:20.001Z"})
case("ends: now", "the end is out", ["ended", "trigger"], rules={"ends": "2026-09-21T14:13:20Z"})
case("off: in the document", "nothing is counted for a survey that is off", ["enabled", "trigger"],
     rules={"enabled": False})

# ---------------------------------------------------------------------------------------------
# What this version does not know: read as in the field, nobody is asked, and the others go on


def unknown(name, reason, **members):
    doc = document(survey(**members), survey(id="t"))
    case("unsupported: " + name, reason, {"s": ["supported", "trigger"], "t": []}, T + OPEN, doc=doc)
    CASES[-1]["reading"] = "field"


unknown("an operator", "an operator of a later version", population={"attribute": "a", "sounds_like": "x"})
unknown("a source", "a source of a later version", population={"weather": "a", "eq": "x"})
unknown("a context value", "a value of a later version", population={"context": "mood", "eq": "x"})
unknown("a rule", "under a name that is set aside", rules={"x": 1})
unknown("a pacing rule", "pacing of a later version", pacing={"moon": "full"})
unknown("a trigger", "a kind of a later version", triggers=[{"shake": True}])
unknown("a trigger's member", "a filter of a later version", triggers=[{"event": "go", "unless": "x"}])
unknown("a wait", "a wait of a later version", wait={"smiled": 3})
unknown("in a list", "one unknown condition is enough", targeting={"all": [X, {"any": [Y, {"xor": [X, Y]}]}]})
unknown("a wrong type", "a text where a number must be", pacing={"sessions": "3"})
unknown("a bad pattern", "a glob is a text", triggers=[{"screen": 7, "match": "glob"}])
unknown("a control share of a transactional survey", "an occasion has nothing to compare it with",
        control={"percent": 5})
doc = document(survey(), budget={"per_moon": 1})
case("unsupported: the budget", "a budget that is not understood binds everybody", ["supported", "trigger"], doc=doc)
CASES[-1]["reading"] = "field"

# ---------------------------------------------------------------------------------------------
# Documents small and large

case("no surveys", "nothing to ask", doc=document(), moments=[event(T)])
case("the order of the list", "both are due: the first of the list is asked", {"a": [], "b": []}, T + OPEN,
     doc=document(survey(id="a"), survey(id="b")))
case("the order of the list, first blocked", "the second is asked", {"a": ["trigger", "prompts"], "b": []}, T + OPEN,
     doc=document(survey(id="a", pacing={"prompts": 1}), survey(id="b")),
     person={"surveys": [{"survey": "a", "wave": "1", "prompts": 1}]})
case("two waves of one survey", "each is its own", {"a": ["trigger", "prompts"]}, doc=document(
     survey(id="a", wave="1", pacing={"prompts": 1})), person={"surveys": [{"survey": "a", "wave": "1", "prompts": 1}]})


def copies(count, wanted):
    """The survey `count` times, as s0, s1 …, each with the event e0, e1 …: written out it would be megabytes."""
    CASES.append({"name": f"{count} surveys", "reason": "all are evaluated, the one whose event it was is asked",
                  "document": document(survey(id="s", triggers=[{"event": "e"}])), "copies": count, "person": ANN,
                  "moments": [event(T, f"e{wanted}")],
                  "situation": {"now": T, "owner": "me", "install": "install-1"},
                  "expected": {"chosen": f"s{wanted}", "next": T + OPEN, "blocks_all_but": wanted}})


copies(200, 0)
copies(10_000, 9_999)
deep = X
for _ in range(50):
    deep = {"not": deep}
test("fifty times not", "as deep as a document may be", deep, True, {"x": 1})
test("a hundred tests", "all of them, the last does not pass",
     {"all": [attribute("eq", 1, f"a{i}") for i in range(100)]}, False, {f"a{i}": 1 for i in range(99)})

ABOUT = ["Each rule just inside and just outside of its boundary, as decide.json is written; made by cases.py.",
         "A document is read strictly unless the case has \"reading\": \"field\". `copies`: its one survey is there so many",
         "times, as s0, s1 and so on, with the events e0, e1 and so on; then all but one are blocked by \"trigger\" alone.",
         "`profile` of a situation: attributes, app_version, os_version, platform, locale, country, device, offsets."]


def text():
    names = [c["name"] for c in CASES]
    twice = {n for n in names if names.count(n) > 1}
    assert not twice, twice
    rows = ",\n".join("  " + json.dumps(c, ensure_ascii=False) for c in CASES)
    about = json.dumps(ABOUT, ensure_ascii=False)
    return f'{{\n "about": {about},\n "documents": {{}},\n "cases": [\n{rows}\n ]\n}}\n'


def main():
    path = HERE / "rules.json"
    if "--check" in sys.argv[1:]:
        if path.read_text(encoding="utf-8") != text():
            sys.exit("rules.json is not what cases.py writes")
        print(f"rules.json: {len(CASES)} cases as in the table")
    else:
        path.write_text(text(), encoding="utf-8")
        print(f"rules.json: {len(CASES)} cases")


main()
