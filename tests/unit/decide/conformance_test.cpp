// Runs tests/conformance/decide.json and rules.json. The corpus says by itself what its members mean.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "decide/gate.hpp"
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

json::Members members_of(const json::Value& value) {
    json::Members members;
    for (const auto& [key, member] : value.members()) members.emplace_back(key, member);
    return members;
}

Profile profile_of(const json::Value& value) {
    Profile profile;
    if (const json::Value* attributes = value.find("attributes")) profile.attributes = members_of(*attributes);
    const std::pair<const char*, String*> texts[] = {
        {"app_version", &profile.app_version}, {"os_version", &profile.os_version}, {"platform", &profile.platform},
        {"locale", &profile.locale},           {"country", &profile.country},       {"device", &profile.device}};
    for (const auto& [key, text] : texts) {
        if (const json::Value* given = value.find(key)) *text = given->text();
    }
    if (const json::Value* offsets = value.find("offsets")) {
        for (const json::Value& offset : offsets->array()) {
            const auto minutes = static_cast<std::int32_t>(member(offset, "minutes").integer());
            profile.offsets.push_back({member(offset, "from").integer(), minutes});
        }
    }
    return profile;
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
    if (const json::Value* key = value.find("last_key")) s.last_key = key->integer();
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

// Its one survey so many times, each with an event of its own.
void copy_survey(survey::Document& document, std::int64_t copies) {
    const survey::Survey one = document.surveys.front();
    document.surveys.clear();
    for (std::int64_t i = 0; i < copies; ++i) {
        survey::Survey& copy = document.surveys.emplace_back(one);
        copy.id = joined({"s", i});
        copy.triggers.front().name = joined({"e", i});
        copy.triggers.front().clause = joined({"event:e", i});
    }
}

survey::Document document_of(const json::Value& value, const json::Value& c) {
    const json::Reading reading = c.find("reading") != nullptr ? json::Reading::field : json::Reading::strict;
    auto document = survey::read_document(json::dump(value), reading);
    if (!document) FAIL(describe(document.error()));
    if (const json::Value* copies = c.find("copies")) copy_survey(*document, copies->integer());
    return *std::move(document);
}

void check_blocked(const Prepared& p, const Decision& decision, const json::Value& expected) {
    const auto& surveys = p.document().surveys;
    if (const json::Value* all_but = expected.find("blocks_all_but")) {
        std::size_t wrong = 0;
        for (const TraceRecord& record : decision.trace) {
            const bool blocks = record.rule == Rule::trigger && record.survey != all_but->integer();
            wrong += (record.verdict == Verdict::block) != blocks ? 1 : 0;
        }
        CHECK(wrong == 0);
        return;
    }
    const json::Value& blocked = member(expected, "blocked");
    CHECK(blocked.members().size() == surveys.size());
    for (std::size_t i = 0; i < surveys.size(); ++i) {
        Names wanted = texts(member(blocked, surveys[i].id));
        std::sort(wanted.begin(), wanted.end());
        Names found = blocking(decision, i);
        std::sort(found.begin(), found.end());
        CHECK(found == wanted);
    }
}

// All that the engine writes: what it must be everywhere to the byte.
void write_all(const Prepared& p, const history::Person& person, const Decision& decision, const Situation& situation,
               String& out) {
    if (p.document().surveys.size() > 100) return;  // megabytes, and no more than a few surveys show
    out += history::write(person);
    out += decide::explain(p, person, decision, situation, "");
    out += decide::gate(p.document(), "document.json");
    out += decide::gate_record(p, person, situation);
    for (const TraceRecord& record : decision.trace) {
        out += joined({record.survey, ",", static_cast<int>(record.rule), ",", record.seen, ",", record.wanted, ",",
                       record.earliest, ";"});
    }
}

void run(const json::Value& document_value, const json::Value& c, String& written) {
    const auto p = prepare(make_shared<const survey::Document>(document_of(document_value, c)));
    auto person = history::read_person(json::dump(member(c, "person")));
    if (!person) FAIL(describe(person.error()));

    Situation situation = situation_of(member(c, "situation"));
    const json::Value* given = member(c, "situation").find("profile");
    const Profile profile = given != nullptr ? profile_of(*given) : Profile();
    situation.profile = &profile;
    for (const json::Value& value : member(c, "moments").array()) {
        Moment moment = moment_of(value);
        const json::Value* properties = value.find("properties");
        const json::Members members = properties != nullptr ? members_of(*properties) : json::Members();
        moment.properties = &members;
        decide::fold(*p, *person, moment, situation);
    }
    const Decision decision = decide::decide(*p, *person, situation);

    const json::Value& expected = member(c, "expected");
    const json::Value& wanted = member(expected, "chosen");
    CHECK(chosen(*p, decision) == (wanted.is_null() ? "none" : wanted.text()));
    const json::Value& next = member(expected, "next");
    CHECK(decision.next == (next.is_null() ? kNever : next.integer()));
    check_blocked(*p, decision, expected);
    // The same with buckets that were drawn before.
    const std::string_view unit = person->anonymous ? situation.install : std::string_view(person->id);
    const Draws draws = draw(*p, unit, situation.now);
    situation.draws = &draws;
    CHECK(decide::decide(*p, *person, situation).trace == decision.trace);
    check_person(*person, expected);
    write_all(*p, *person, decision, situation, written);
}

void run_corpus(const char* name, std::size_t least, const char* digest) {
    const std::string path = std::string(CANDOR_TESTS_DIR) + "/conformance/" + name;
    const Result<json::Value> corpus = json::parse(read_file(path), {.bytes = 64u << 20, .depth = 64});
    if (!corpus) FAIL(describe(corpus.error()));
    const json::Value& documents = member(*corpus, "documents");
    const json::Array& cases = member(*corpus, "cases").array();
    REQUIRE(cases.size() >= least);
    String written;
    for (const json::Value& c : cases) {
        INFO(member(c, "name").text() << ": " << member(c, "reason").text());
        const json::Value& document = member(c, "document");
        run(document.type() == json::Type::text ? member(documents, document.text()) : document, c, written);
    }
    // Where what is written is meant to change, so does this: then it is the one that natively comes out.
    CHECK(sha256_hex(written, 16) == digest);
}

}  // namespace

TEST_CASE("the corpus of decisions") { run_corpus("decide.json", 25, "0851ac2163a55649"); }

TEST_CASE("the corpus of rules: just inside and just outside") { run_corpus("rules.json", 500, "e1a10484be3da530"); }
