// Runs tests/conformance/decide.json. The corpus says by itself what its members mean.

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file.is_open());
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

const json::Value& member(const json::Value& value, std::string_view key) {
    const json::Value* found = value.find(key);
    if (!found) FAIL("the corpus has no \"" << key << "\" here");
    return *found;
}

bool flag(const json::Value& value, std::string_view key, bool absent = false) {
    const json::Value* found = value.find(key);
    return found ? found->boolean() : absent;
}

Moment moment_of(const json::Value& value) {
    static const std::map<std::string, MomentKind> kKinds = {{"event", MomentKind::event},
                                                             {"screen", MomentKind::screen},
                                                             {"call", MomentKind::call},
                                                             {"time", MomentKind::time}};
    Moment moment;
    moment.kind = kKinds.at(member(value, "kind").text());
    if (const json::Value* name = value.find("name")) moment.name = name->text();
    moment.now = member(value, "now").integer();
    const json::Value* at = value.find("at");
    moment.at = at ? at->integer() : moment.now;
    moment.may_begin_session = flag(value, "may_begin_session", true);
    return moment;
}

Situation situation_of(const json::Value& value) {
    Situation s;
    s.now = member(value, "now").integer();
    s.owner = member(value, "owner").text();
    s.install = member(value, "install").text();
    s.busy = flag(value, "busy");
    s.hidden = flag(value, "hidden");
    s.prompt_open = flag(value, "prompt_open");
    s.consent_unknown = flag(value, "consent_unknown");
    s.answers_fill_queue = flag(value, "answers_fill_queue");
    s.holds_lock = flag(value, "holds_lock");
    s.locks_exist = flag(value, "locks_exist");
    return s;
}

Names texts(const json::Value& array) {
    Names names;
    for (const json::Value& item : array.array()) names.push_back(item.text());
    return names;
}

void check_person(const history::Person& person, const json::Value& expected) {
    if (const json::Value* pending = expected.find("pending")) {
        Names open;
        for (const history::Pending& entry : person.pending) open.push_back(entry.survey);
        CHECK(open == texts(*pending));
    }
    if (const json::Value* sessions = expected.find("sessions")) CHECK(person.sessions == sessions->integer());
    if (const json::Value* counters = expected.find("counters")) {
        for (const auto& [clause, n] : counters->members()) CHECK(history::counted(person, clause) == n.integer());
    }
    if (const json::Value* marks = expected.find("marks")) {
        for (const auto& [survey, mark] : marks->members()) {
            const history::SurveyRecord* record = history::find_record(person, survey);
            REQUIRE(record != nullptr);
            CHECK(record->answered == member(mark, "answered").integer());
        }
    }
}

void run(const json::Value& document_value, const json::Value& c) {
    auto document = survey::read_document(json::dump(document_value), json::Reading::strict);
    if (!document) FAIL(describe(document.error()));
    const auto p = prepare(make_shared<const survey::Document>(*std::move(document)));
    auto person = history::read_person(json::dump(member(c, "person")));
    if (!person) FAIL(describe(person.error()));

    const Situation situation = situation_of(member(c, "situation"));
    for (const json::Value& moment : member(c, "moments").array()) {
        decide::fold(*p, *person, moment_of(moment), situation);
    }
    const Decision decision = decide::decide(*p, *person, situation);

    const json::Value& expected = member(c, "expected");
    const json::Value& wanted = member(expected, "chosen");
    CHECK(chosen(*p, decision) == (wanted.is_null() ? "none" : wanted.text()));
    const json::Value& next = member(expected, "next");
    CHECK(decision.next == (next.is_null() ? kNever : next.integer()));
    const json::Value& blocked = member(expected, "blocked");
    CHECK(blocked.members().size() == p->document().surveys.size());
    for (std::size_t i = 0; i < p->document().surveys.size(); ++i) {
        CHECK(blocking(decision, i) == texts(member(blocked, p->document().surveys[i].id)));
    }
    check_person(*person, expected);
}

}  // namespace

TEST_CASE("the corpus of decisions") {
    const std::string path = std::string(CANDOR_TESTS_DIR) + "/conformance/decide.json";
    const Result<json::Value> corpus = json::parse(read_file(path), {.bytes = 64u << 20, .depth = 64});
    if (!corpus) FAIL(describe(corpus.error()));
    const json::Value& documents = member(*corpus, "documents");
    const json::Array& cases = member(*corpus, "cases").array();
    REQUIRE(cases.size() >= 25);
    for (const json::Value& c : cases) {
        INFO(member(c, "name").text() << ": " << member(c, "reason").text());
        const json::Value& document = member(c, "document");
        run(document.type() == json::Type::text ? member(documents, document.text()) : document, c);
    }
}
