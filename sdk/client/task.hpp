// What the executor does for a client, and among it the steps on the store, as one value each: a function, and what it
// takes along. One type for all of them and not a lambda for each: every lambda with texts of its own would bring its
// own constructors, moves and destructors, and on the web each of those is paid for.
#pragma once

#include <cstdint>
#include <memory>

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/result.hpp"
#include "base/shared.hpp"
#include "base/string.hpp"
#include "client/people.hpp"
#include "courier/courier.hpp"
#include "decide/decide.hpp"
#include "history/history.hpp"
#include "outbox/store.hpp"

namespace candor::client {

class Client;

struct OwnedMoment {
    decide::MomentKind kind = decide::MomentKind::time;
    String name;
    Instant at = 0;
    json::Members properties;
};

// A pure step and what follows it. `run` runs inside the store's transaction and reads nothing but its arguments; it
// may run again, so it assigns all that it brings back. `then` runs under the client's mutex when the commit stands or
// failed; a failure was reported by then. Steps run in the order in which they were posted.
struct Step {
    outbox::Request request;  // its `now` is the step's
    void (*run)(Step& step, const outbox::State& state, outbox::Change& change) = nullptr;
    void (*then)(Client& client, Step& step, bool stands) = nullptr;

    // ---- taken along; each kind of step fills what it needs ----
    Gate gate;  // with the owner and the install
    Shared<Written> written;
    FreshIds fresh;
    List<String> ids;  // for the events that it may have to append
    String person;
    std::uint64_t person_changes = 0;  // of the client when it was posted
    std::uint64_t epoch = 0;           // likewise
    std::uint64_t count = 0;           // another of the client's counters, see there: serial, readings
    String text, tag;
    bool asked = false;    // what it is to do beside its usual work
    bool loader = false;   // a page's loader reads the gate's record
    Instant asked_at = 0;  // where the request's now is another instant

    // a decision
    Shared<const decide::Prepared> prepared;
    decide::Situation situation;  // its owner and install are the gate's, what it points to is the next two's
    Shared<const decide::Profile> profile;
    Shared<const decide::Draws> draws;
    List<OwnedMoment> moments;

    // the running prompt
    Shared<const survey::Document> document;
    std::size_t survey_index = 0;
    String wave, touchpoint, submission, state, last_event;
    history::Reached ledger_state = history::Reached::nothing;  // of the moment, before it was shown
    json::Members properties;                                   // of the moment
    bool would_target = false;
    bool names_person = false;  // shown and dismissed leave with the person's id
    Instant shown = 0;
    history::Reached outcome = history::Reached::shown;
    std::int64_t revision = 0;
    bool complete = false, preview = false, skipped = false;
    String before_revision, after_revision;  // of the response's text
    Instant hold_until = 0;

    // the courier
    const courier::Wire* wire = nullptr;  // where `asked`: the network costs
    List<outbox::Event> batch;
    courier::Acknowledgement acknowledgement;
    std::uint32_t random = 0;

    // from one store to another
    Shared<List<outbox::Record>> records;

    // ---- brought back ----
    history::Person known;  // the person as stored
    history::Install install;
    decide::Decision decision;
    courier::Plan plan;
    std::int64_t rows = 0;
    bool denied = false, damaged = false, claimed = false, wants_claim = false, resumes = false, reports = false;

    const survey::Survey& survey() const;
};

struct Task {
    Shared<Client> client;  // lives until the task is done or dropped
    void (*run)(Client& client, Task& task) = nullptr;
    std::uint32_t number = 0;
    bool flag = false;
    String text;
    Shared<Step> step;
    courier::HttpRequest request;
    courier::HttpResponse response;
};

}  // namespace candor::client
