// The ledger, within one step: what it moves in the counts of exposure leaves as one event a survey, wave and
// touchpoint, however much moved. The events ride on what the step commits anyway.
#pragma once

#include <string_view>

#include "client/events.hpp"
#include "decide/decide.hpp"
#include "history/history.hpp"
#include "outbox/store.hpp"
#include "survey/document.hpp"

namespace candor::client {

// How many the queue had no room for, as the store has it.
std::int64_t dropped_exposures(const outbox::State& state);

class Ledger {
public:
    Ledger(const survey::Document& document, Instant now) : document_(document), now_(now) {}

    // The person's state in that wave rises to this one, unless it was further already.
    void reach(history::Person& person, std::size_t survey, const String& wave, const String& touchpoint,
               history::Reached reached);

    // A moment of a transactional survey stands at another state.
    void moment(std::size_t survey, std::string_view wave, std::string_view touchpoint, history::Reached from,
                history::Reached to);

    // `by_loader`, if there: the event by which a page's loader has counted the moment.
    void meet(history::Person& person, const decide::Met& met, const json::Value* by_loader = nullptr);

    // An event that goes along: what a page's loader has written for a moment in its journal and could not send, or who
    // was shown a survey.
    void add(std::string_view id, String body);

    // Into the change, with ids numbered from this one. Exposures are the first to give way when the queue is full, and
    // what gives way is counted.
    void append(std::string_view id, const outbox::State& state, outbox::Change& change);

private:
    const survey::Document& document_;
    Instant now_;
    List<Exposure> exposures_;
    List<outbox::Event> events_;

    Exposure& at(std::size_t survey, std::string_view wave, std::string_view touchpoint);
};

}  // namespace candor::client
