// What a tracked event costs that no survey waits for, and what deciding on fifty surveys costs.

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "decide/decide.hpp"
#include "report.hpp"

namespace {

using namespace candor;

constexpr Instant kNow = 1'790'000'000'000;
constexpr int kSurveys = 50;
constexpr int kClauses = 10;
constexpr int kTriggers = 10;
constexpr int kAttributes = 20;
constexpr int kTurns = 7;

// Of this program alone: both measures are computing and nothing else, whatever else the machine does meanwhile.
template <class Work>
double cpu_seconds_of(Work&& work) {
    const std::clock_t begin = std::clock();
    work();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

std::string json_text(int i) { return "value " + std::to_string(i); }

decide::Profile make_profile() {
    decide::Profile profile;
    for (int i = 0; i < kAttributes; ++i) {
        const std::string name = "attribute_" + std::to_string(i);
        profile.attributes.emplace_back(name, json::Value(json_text(i)));
        profile.attributes.emplace_back(name + "_count", json::Value(10 + i));
    }
    return profile;
}

survey::Trigger trigger(const std::string& name, const std::string& id) {
    survey::Trigger t;
    t.name = name;
    t.touchpoint = name;
    t.clause = "event:" + name;
    t.id = id;
    return t;
}

// Tests of attributes that all pass, so that none is left out.
survey::Condition clauses(int index, int count) {
    survey::Condition all;
    for (int i = 0; i < count; ++i) {
        survey::Condition& clause = all.of.emplace_back();
        clause.name = "attribute_" + std::to_string((index + i) % kAttributes);
        clause.test = i % 2 == 0 ? survey::Test::eq : survey::Test::gte;
        clause.operand = i % 2 == 0 ? json::Value(json_text((index + i) % kAttributes)) : json::Value(10);
        if (i % 2 != 0) clause.name += "_count";
    }
    return all;
}

survey::Survey make_survey(int index) {
    survey::Survey s;
    s.id = "survey-" + std::to_string(index);
    s.wave = "2026-q4";
    s.delay = 2 * kSecond;
    s.expires = 10 * kMinute;
    s.waits = {.answered = 90 * kDay, .dismissed = 30 * kDay, .shown = 7 * kDay};
    s.sample.threshold = 50'000;
    s.sample.salt = s.key();
    s.pacing.sessions = 1;
    s.pacing.until_answered = true;
    s.population = clauses(index, 3);
    s.targeting = clauses(index, kClauses);
    for (int i = 0; i < kTriggers; ++i) {
        s.triggers.push_back(
            trigger("event_" + std::to_string(index) + "_" + std::to_string(i), s.key() + "#" + std::to_string(i)));
    }
    return s;
}

Shared<const decide::Prepared> make_prepared() {
    auto document = make_shared<survey::Document>();
    for (int i = 0; i < kSurveys; ++i) document->surveys.push_back(make_survey(i));
    return decide::prepare(document);
}

// Somebody who has used the app for long: every survey has been answered, every clause counted.
history::Person make_person(const survey::Document& document) {
    history::Person person;
    person.id = "somebody@example";
    person.anonymous = false;
    history::touch(person, kNow);
    history::active_on(person, kNow / kDay);
    for (const survey::Survey& s : document.surveys) {
        history::record_of(person, s.id, s.wave).answered = kNow - 100 * kDay;
        for (const survey::Trigger& t : s.triggers) history::count(person, t.clause);
    }
    return person;
}

// Events a second, one core.
double track_idle(const decide::Prepared& prepared, history::Person person) {
    constexpr int kEvents = 2'000'000;
    const std::string name = "row_scrolled_into_view";
    decide::Situation situation;
    situation.install = "install";
    std::int64_t changed = 0;
    const double seconds = cpu_seconds_of([&] {
        for (int i = 0; i < kEvents; ++i) {
            const Instant now = kNow + i;
            const decide::Moment moment{
                .kind = decide::MomentKind::event, .name = name, .at = now, .now = now, .may_begin_session = true};
            situation.now = now;
            changed += decide::fold(prepared, person, moment, situation) ? 1 : 0;
        }
    });
    if (changed != 0 || person.last_call != kNow + kEvents - 1) std::abort();  // it measured something else
    return kEvents / seconds;
}

// Microseconds a decision; all fifty are due.
double fifty_surveys(const decide::Prepared& prepared, history::Person person) {
    constexpr int kDecisions = 2'000;
    for (const survey::Survey& s : prepared.document().surveys) {
        person.pending.push_back({s.id, s.wave, s.triggers[0].touchpoint, 1, kNow, kNow, kNow + kDay});
    }
    decide::Situation situation;
    situation.install = "install";
    const decide::Profile profile = make_profile();
    const decide::Draws draws = decide::draw(prepared, person.id, kNow);
    situation.profile = &profile;
    situation.draws = &draws;
    std::size_t records = 0, blocked = 0;
    situation.now = kNow;
    for (const decide::TraceRecord& record : decide::decide(prepared, person, situation).trace) {
        blocked += record.verdict == decide::Verdict::block && record.rule != decide::Rule::sample ? 1 : 0;
    }
    if (blocked != 0) std::abort();  // something was left out
    const double seconds = cpu_seconds_of([&] {
        for (int i = 0; i < kDecisions; ++i) {
            situation.now = kNow + i;
            records += decide::decide(prepared, person, situation).trace.size();
        }
    });
    if (records != std::size_t{kDecisions} * prepared.trace_size()) std::abort();
    return seconds / kDecisions * 1e6;
}

}  // namespace

int main() {
    const auto prepared = make_prepared();
    const history::Person person = make_person(prepared->document());
    std::vector<double> rates, times;
    for (int turn = 0; turn < kTurns; ++turn) {
        rates.push_back(track_idle(*prepared, person));
        times.push_back(fifty_surveys(*prepared, person));
    }
    // Under Node the limits are a third of what they are natively.
#ifdef __EMSCRIPTEN__
    constexpr const char* kWhere = "_wasm";
    constexpr double kSlower = 3;
#else
    constexpr const char* kWhere = "";
    constexpr double kSlower = 1;
#endif
    const double rate = bench::median(rates), time = bench::median(times);
    const double least = 5e6 / kSlower, most = 20 * kSlower;
    std::printf(R"({"bench": "decide.track_idle%s", "value": %.0f, "unit": "1/s", "limit": %.0f, "ratio": %.3f})",
                kWhere, rate, least, rate / least);
    std::printf("\n");
    std::printf(R"({"bench": "decide.fifty_surveys%s", "value": %.2f, "unit": "us", "limit": %.0f, "ratio": %.3f})",
                kWhere, time, most, time / most);
    std::printf("\n");
}
