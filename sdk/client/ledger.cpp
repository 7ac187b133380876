#include "client/ledger.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "client/people.hpp"

namespace candor::client {

using decide::Changes;
using history::Reached;

Exposure& Ledger::at(std::size_t survey, std::string_view wave, std::string_view touchpoint) {
    for (Exposure& exposure : exposures_) {
        if (exposure.survey == survey && exposure.wave == wave && exposure.touchpoint == touchpoint) return exposure;
    }
    Exposure& exposure = exposures_.emplace_back();
    exposure.survey = survey;
    exposure.wave = wave;
    exposure.touchpoint = touchpoint;
    return exposure;
}

void Ledger::reach(history::Person& person, std::size_t survey, const String& wave, const String& touchpoint,
                   Reached reached) {
    history::SurveyRecord& record = history::record_of(person, document_.surveys[survey].id, wave);
    const auto rise = history::reach(record, reached, touchpoint);
    if (!rise) return;
    // One less where they were counted before, which may be another place.
    decide::move(at(survey, wave, rise->from_touchpoint).persons, rise->from, Reached::nothing);
    decide::move(at(survey, wave, touchpoint).persons, Reached::nothing, rise->to);
}

void Ledger::moment(std::size_t survey, std::string_view wave, std::string_view touchpoint, Reached from, Reached to) {
    decide::move(at(survey, wave, touchpoint).moments, from, to);
}

void Ledger::meet(history::Person& person, const decide::Met& met, const json::Value* by_loader) {
    reach(person, met.survey, met.wave, met.touchpoint, met.reached);
    if (by_loader == nullptr) return moment(met.survey, met.wave, met.touchpoint, Reached::nothing, met.reached);
    // The loader took the person to stand nowhere yet.
    const json::Value* data = by_loader->find("data");
    const json::Value* changes = data != nullptr ? data->find("changes") : nullptr;
    if (changes == nullptr || changes->members().size() == 0) return;
    decide::move(at(met.survey, met.wave, met.touchpoint).persons, met.reached, Reached::nothing);
}

void Ledger::add(std::string_view id, String body) {
    outbox::Event& event = events_.emplace_back();
    event.id = id;
    event.body = std::move(body);
    event.kind = outbox::EventKind::exposure;
}

namespace {

// Another of the same instant: the last of an id's digits are chance.
String numbered(std::string_view id, std::size_t number) {
    String numbered(id);
    for (char* at = numbered.end(); at != numbered.end() - 4; number /= 16) *--at = "0123456789abcdef"[number % 16];
    return numbered;
}

// Of `nothing` nobody keeps account.
bool moved(const Changes& changes) {
    return std::any_of(changes.begin() + 1, changes.end(), [](std::int64_t change) { return change != 0; });
}

}  // namespace

std::int64_t dropped_exposures(const outbox::State& state) {
    const String* count = state.find(kDroppedRecord);
    const auto read = count != nullptr ? json::parse(*count) : json::Value();
    return read ? read->integer() : 0;
}

void Ledger::append(std::string_view id, const outbox::State& state, outbox::Change& change) {
    for (const Exposure& exposure : exposures_) {
        const bool transactional = document_.surveys[exposure.survey].kind == survey::Kind::transactional;
        if (!moved(exposure.persons) && !(transactional && moved(exposure.moments))) continue;
        append_exposure_event(numbered(id, events_.size()), now_, document_, exposure, events_);
    }
    if (events_.empty()) return;
    if (outbox::others_fill(state.totals)) {
        const auto dropped = static_cast<std::int64_t>(events_.size());
        change.puts.push_back({String(kDroppedRecord), digits(dropped_exposures(state) + dropped)});
        return;
    }
    for (outbox::Event& event : events_) {
        event.created_at = now_;
        change.appends.push_back(std::move(event));
    }
}

}  // namespace candor::client
