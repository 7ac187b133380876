// The gate and the record that the core leaves for the loader.

#include "decide/gate.hpp"

#include <catch2/catch_test_macros.hpp>

#include "documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

constexpr std::int64_t kPageNever = 9'007'199'254'740'991;

json::Value record(const List<survey::Survey>& surveys, const Person& person, Instant now = kNow) {
    return parsed(decide::gate_record(*prepared(surveys), person, at(now)));
}

// "open", or "<verdict> <until>".
std::string closed(const json::Value& record, std::string_view trigger) {
    const json::Value* t = record.find("triggers")->find(trigger);
    if (!t) return "absent";
    const json::Value* c = t->find("closed");
    return c ? c->find("verdict")->text() + " " + std::to_string(c->find("until")->integer()) : "open";
}

}  // namespace

TEST_CASE("the gate names what to watch for, as docs/wire.md has it") {
    survey::Survey off = make_survey("off", {event("x")});
    off.enabled = false;
    survey::Survey unsupported = make_survey("new", {event("y")});
    unsupported.unsupported = Error{"surveys[2]", "unknown rule"};
    survey::Survey shop = make_survey("shop", {event("bought"), screen("home", 3), session(2)});
    CHECK(decide::gate(make_document({shop, off, unsupported}), "shop.json") ==
          R"({"candor":1,"project":"shop","revision":7,"document":"shop.json","hash":"0123456789abcdef","triggers":[)"
          R"({"id":"shop.1#0","event":"bought","count":1},{"id":"shop.1#1","screen":"home","count":3},)"
          R"({"id":"shop.1#2","session":2}]})");
}

TEST_CASE("the record says who, when and how much was counted") {
    const survey::Survey s = make_survey("s", {event("bought", 9), session(9)});
    const auto p = prepared({s});
    Person person = make_person("ann");
    for (int i = 0; i < 4; ++i) testing::fold(*p, person, tracked("bought", kNow - kHour));
    CHECK(decide::gate_record(*prepared({s}), person, at(kNow)) ==
          R"({"at":1790000000000,"person":"ann","last_call":1789996400000,"sessions":1,"document":"0123456789abcdef",)"
          R"("triggers":{"s.1#0":{"count":4},"s.1#1":{"count":1}}})");
    person.anonymous = true;
    CHECK(record({s}, person).find("person")->text().empty());
}

TEST_CASE("a wait closes a trigger until what is met outlives the wait") {
    survey::Survey s = make_survey("s", {event("bought"), session(1)});
    s.waits = {.answered = 90 * kDay, .dismissed = 30 * kDay, .shown = std::nullopt};
    Person person = make_person();
    history::record_of(person, "s", "1").answered = kNow - kDay;
    const Instant until = kNow + 89 * kDay - s.expires;
    CHECK(closed(record({s}, person), "s.1#0") == "wait_answered " + std::to_string(until));
    CHECK(closed(record({s}, person), "s.1#1") == "wait_answered " + std::to_string(until));
    CHECK(closed(record({s}, person, until - 1), "s.1#0") == "wait_answered " + std::to_string(until));
    CHECK(closed(record({s}, person, until), "s.1#0") == "open");

    person.surveys[0].dismissed = kNow + 70 * kDay;
    CHECK(closed(record({s}, person, kNow + 70 * kDay), "s.1#0") ==
          "wait_dismissed " + std::to_string(kNow + 100 * kDay - s.expires));
}

TEST_CASE("what no time alone opens is closed for ever, in a number that a page can hold") {
    const std::string never = std::to_string(kPageNever);
    survey::Survey s = make_survey("s", {event("bought")});
    CHECK(closed(record({s}, make_person()), "s.1#0") == "open");
    s.sample.threshold = 0;
    CHECK(closed(record({s}, make_person()), "s.1#0") == "sample " + never);
    s.sample.threshold = 100'000;
    s.ends = kNow;
    CHECK(closed(record({s}, make_person()), "s.1#0") == "ended " + never);
    s.enabled = false;
    CHECK(closed(record({s}, make_person()), "s.1#0") == "enabled " + never);
    s.unsupported = Error{"x", "y"};
    CHECK(closed(record({s}, make_person()), "s.1#0") == "supported " + never);
}

TEST_CASE("a sample by occasion stays open, as the next occurrence is drawn anew") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.sample.threshold = 1;
    s.sample.by = survey::SampleBy::occasion;
    CHECK(closed(record({s}, make_person()), "s.1#0") == "open");
    s.sample.threshold = 0;
    CHECK(closed(record({s}, make_person()), "s.1#0") == "sample " + std::to_string(kPageNever));
}

TEST_CASE("a survey that begins later is closed until what is met lives to see it") {
    survey::Survey s = make_survey("s", {event("bought")});
    s.starts = kNow + kDay;
    CHECK(closed(record({s}, make_person()), "s.1#0") == "started " + std::to_string(kNow + kDay - s.expires));
    CHECK(closed(record({s}, make_person(), kNow + kDay - s.expires), "s.1#0") == "open");
}

TEST_CASE("an open delay and an interrupted interview want the core without a further moment") {
    const survey::Survey s = make_survey("s", {event("bought")});
    const auto p = prepared({s});
    Person person = make_person();
    CHECK(record({s}, person).find("due") == nullptr);
    testing::fold(*p, person, tracked("bought", kNow));
    REQUIRE(record({s}, person).find("due") != nullptr);
    CHECK(record({s}, person).find("due")->integer() == kNow + 2 * kSecond);
    CHECK(record({s}, person, kNow + kMinute).find("due")->integer() == kNow + kMinute);
    CHECK(record({s}, person, kNow + 10 * kMinute).find("due") == nullptr);

    Person interrupted = make_person();
    interrupted.running = history::Running{};
    CHECK(record({s}, interrupted).find("due")->integer() == kNow);
}

TEST_CASE("of two surveys of one key the refused one does not close the triggers of the other") {
    const survey::Survey good = make_survey("s", {event("bought")});
    survey::Survey twin = make_survey("s", {event("bought"), event("sold")});
    twin.unsupported = Error{"surveys[1].id", "twice"};
    const json::Value both = record({good, twin}, make_person());
    CHECK(closed(both, "s.1#0") == "open");
    CHECK(both.find("triggers")->members().size() == 1);
}
