// Opening the store, the document in force, persons and consent.
#include <algorithm>

#include "base/shared.hpp"
#include "base/text.hpp"
#include "client/client.hpp"
#include "outbox/host_store.hpp"

namespace candor::client {

using outbox::Change;
using outbox::Durability;
using outbox::State;

namespace {

constexpr Span kTryAgain = 10 * kSecond;
constexpr std::size_t kMostPeekedRows = 20'000;
constexpr std::size_t kMostPeekedBytes = 32u << 20;

// What the step brings back is of the person in force, unless the app has said meanwhile who it is.
void find_current(Step& step, People& people, Change& change) {
    people.write(step.gate, step.request.now, change);
    step.known = std::move(people.current());
}

// What a server has said of waiting, or that it is gone, was said for its address and this key. (A page has no bytes
// for it.)
void begin_anew_elsewhere(const String& target, const State& state, Change& change) {
    if (target.empty()) return;
    const String* const before = state.find(kTargetRecord);
    if (before != nullptr && *before == target) return;
    if (before != nullptr) change.erases.emplace_back(courier::kRecord);
    change.puts.push_back({String(kTargetRecord), target});
}

}  // namespace

// ---- the store ----

void Client::open() {
    const Scope scope(*this);
    post_open_store(consent_ != Consent::unknown);
    read_everything();
}

void Client::post_open_store(bool persistent) {
    post([](Client& client, Task& task) { client.open_store(task.flag); }, 0, persistent);
}

// A task of the executor. While consent is unknown nothing may be stored: memory serves until it is known.
void Client::open_store(bool wanted) {
    bool persistent = wanted && (host_.store() != nullptr || !config_.storage_path.empty());
    String failure;
    std::unique_ptr<outbox::Store> store;
    if (persistent && host_.store() != nullptr) {
        store = outbox::host_store(*host_.store());
#ifndef __EMSCRIPTEN__
    } else if (persistent) {
        auto opened =
            outbox::sqlite_store(config_.storage_path + "/" + config_.project + ".candor.db", &storage_notices_);
        if (opened) {
            store = std::move(*opened);
        } else {
            failure = describe(opened.error());
        }
#endif
    }
    if (store == nullptr) {
        persistent = false;
        store = outbox::memory_store();
    }
    if (store_ != nullptr) store_->close();
    store_ = std::move(store);
#ifndef __EMSCRIPTEN__
    tell_storage_notices();
#endif
    const Scope scope(*this);
    persistent_ = persistent;
    if (!failure.empty()) error({"storage: ", failure, "; answers are kept in memory only"});
}

#ifndef __EMSCRIPTEN__
// A task of the executor.
void Client::tell_storage_notices() {
    const Scope scope(*this);
    for (const String& notice : storage_notices_) error({"storage: ", notice});
    storage_notices_.clear();
}
#endif

void Client::read_everything() {
    const Shared<Step> all = step(
        [](Step& step, const State& state, Change& change) {
            const bool denied = state.find(kDeniedRecord) != nullptr;
            step.denied = denied && !step.asked;
            if (step.denied) return;
            if (denied) {
                // What the denial left behind, a deletion request above all, stays queued.
                change.erases.emplace_back(kDeniedRecord);
                change.erases.emplace_back(kGateRecord);
            }
            if (const String* document = state.find(kDocumentRecord)) step.text = *document;
            if (kThreaded) begin_anew_elsewhere(step.tag, state, change);
            People people(state, step.fresh, step.request.now);
            step.damaged = people.damaged();
            step.install = people.install();
            find_current(step, people, change);
        },
        [](Client& client, Step& step, bool stands) { client.opened(step, stands); });
    all->request.reads = People::reads();
    all->request.reads.emplace_back(kDeniedRecord);
    all->request.reads.emplace_back(kDocumentRecord);
    if (kThreaded) {
        all->request.reads.emplace_back(kTargetRecord);
        if (!config_.endpoint.empty()) all->tag = joined({config_.endpoint, " ", config_.write_key});
    }
    all->gate = {};  // no document yet: the gate's record stays as it was
    all->fresh = fresh_ids();
    all->asked = consent_ == Consent::granted;
    if (all->asked) all->request.durability = Durability::full;  // it may take a denial back
    all->count = ++readings_;
    post(all);
}

void Client::opened(Step& step, bool stands) {
    if (step.count != readings_) return;  // consent was given meanwhile: another store is read
    if (!stands) {
        // Nothing is known of anybody, not even whether they said no: nothing begins on that.
        set_alarm(Alarm::open, kTryAgain);
        return;
    }
    if (step.damaged) error({"storage: a record could not be read"});
    phase_ = Phase::open;
    if (step.denied) {
        consent_ = Consent::denied;
        pump();  // a deletion request may still wait
        return;
    }
    if (consent_ == Consent::denied) {
        erase(true);
        return;
    }
    const bool same_person = step.person_changes == person_changes_;
    if (install_id_.empty() || same_person) install_id_ = step.install.id;  // else everything was erased meanwhile
    if (same_person) {                                                      // else the app has said who it is
        person_ = step.install.current;
        person_known(step, false);
    }
    if (!prepared_ && !step.text.empty()) {
        stored_document_in_force_ = read_and_put_in_force(step.text, "stored document: ");
    }
    if (prepared_) became_ready();
    fetch_document();
    pump();
}

// ---- the document ----

candor_status Client::load(std::string_view text) {
    Error refused;
    auto document = survey::read_document(text, config_.reading, config_.project, refused);
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (document == nullptr) {
        error({"document: ", describe(refused)});
        return CANDOR_REFUSED;
    }
    document_by_host_ = true;
    put_in_force(std::move(document), text);
    if (phase_ == Phase::open) became_ready();
    return CANDOR_OK;
}

void Client::put_in_force(Shared<const survey::Document> document, std::string_view text) {
    store_counts();  // under the document that they were counted by
    decision_.reset();
    draws_.reset();  // of the document that goes; another may come to lie where it lay
    if (kGivesEvidence) source_ = text;
    prepared_ = decide::prepare(std::move(document));
}

// False: it was refused, and why was told.
bool Client::read_and_put_in_force(std::string_view text, std::string_view whose) {
    Error refused;
    auto document = survey::read_document(text, config_.reading, config_.project, refused);
    if (document == nullptr) {
        error({whose, describe(refused)});
        return false;
    }
    put_in_force(std::move(document), text);
    return true;
}

void Client::became_ready() {
    if (!ready()) return;
    for (const survey::Survey& survey : prepared_->document().surveys) {
        if (survey.unsupported) {
            log(2, {"survey ", survey.id, " is not supported: ", describe(*survey.unsupported)});
        }
    }
    notify(CANDOR_EVENT_READY, {}, joined({"document ", prepared_->document().hash}), prepared_->document().revision);
    resume_if_interrupted();
    List<OwnedMoment> moments = std::exchange(unfolded_, {});
    moments.emplace_back().at = host_.now();
    moments.back().kind = decide::MomentKind::call;
    if (host_.store() != nullptr && persistent_) {
        fold_journal(std::move(moments));
    } else {
        fold_and_decide(std::move(moments));
    }
}

void Client::fetch_document() {
    if (config_.document_url.empty() || document_by_host_ || document_fetched_ || host_.http() == nullptr || offline())
        return;
    document_fetched_ = true;
    const Shared<Step> tag = step(
        [](Step& step, const State& state, Change&) {
            if (const String* stored = state.find(kDocumentTagRecord)) step.tag = *stored;
        },
        [](Client& client, Step& step, bool) {
            client.document_ticket_ = open_ticket(Shared<Client>(&client), Asked::document);
            courier::HttpRequest request;
            request.method = "GET";
            request.url = client.config_.document_url;
            // "Not modified" would leave us with none if none is in force.
            if (client.stored_document_in_force_ && !step.tag.empty()) {
                request.headers.emplace_back("If-None-Match", std::move(step.tag));
            }
            client.send_request(client.document_ticket_, std::move(request), true);
        });
    tag->request.reads.emplace_back(kDocumentTagRecord);
    post(tag);
}

void Client::fetched(const courier::HttpResponse& response) {
    const Scope scope(*this);
    if (!alive()) return;
    document_ticket_ = 0;
    if (response.status == 304 || document_by_host_ || consent_ == Consent::denied) return;
    if (response.status != 200 || response.redirected) {
        const String status = joined({"status ", digits(response.status)});
        error({"document: ", config_.document_url, ": ", response.error.empty() ? status : response.error});
        return;
    }
    if (!read_and_put_in_force(response.body, "document: ")) return;
    const Shared<Step> kept = step([](Step& step, const State&, Change& change) {
        change.puts.push_back({String(kDocumentRecord), step.text});
        change.puts.push_back({String(kDocumentTagRecord), step.tag});
    });
    kept->text = response.body;
    if (const String* tag = response.header("etag")) kept->tag = *tag;
    post(kept);
    became_ready();
}

// ---- persons ----

// The step has told who the person in force is.
void Client::person_known(Step& step, bool resumes) {
    if (step.known.id != person_) return;  // somebody else by now
    known_ = std::move(step.known);
    last_call_ = last_call_stored_ = known_->last_call;
    if (!resumes || !ready()) return;
    resume_if_interrupted();
    call_now();
}

void Client::change_person(std::string_view id) {
    person_ = id;
    ++person_changes_;
    known_.reset();
    written_ = make_shared<Written>();
    profile_.attributes.clear();
    shared_profile_ = nullptr;
}

// Until the store has been read it may say no. (After that a page's store looks for another tab's.)
List<String> Client::people_reads() const {
    List<String> reads = People::reads();
    if (phase_ != Phase::open) reads.emplace_back(kDeniedRecord);
    return reads;
}

candor_status Client::identify(std::string_view id) {
    if (!valid_person(id)) return CANDOR_INVALID;
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (consent_ == Consent::denied) return CANDOR_OK;
    store_counts();
    // From one known person to another nothing goes along, and the card least of all.
    if (prompt_ && prompt_->person != id && !prompt_->person.starts_with(kAnonymousPrefix))
        end_with(history::Reached::shown);
    if (prompt_) prompt_->person = id;
    change_person(id);
    const Shared<Step> known = step(
        [](Step& step, const State& state, Change& change) {
            if (state.find(kDeniedRecord) != nullptr) return;
            People people(state, step.fresh, step.request.now);
            people.identify(step.person, step.request.now);
            find_current(step, people, change);
        },
        [](Client& client, Step& step, bool) { client.person_known(step, true); });
    known->request.reads = people_reads();
    known->fresh = fresh_ids();
    post(known);
    return CANDOR_OK;
}

candor_status Client::reset() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (consent_ == Consent::denied) return CANDOR_OK;
    store_counts();
    if (prompt_) end_with(history::Reached::shown);
    FreshIds fresh = fresh_ids();
    change_person(fresh.anonymous);
    const Shared<Step> known = step(
        [](Step& step, const State& state, Change& change) {
            if (state.find(kDeniedRecord) != nullptr) return;
            People people(state, step.fresh, step.request.now);
            people.reset(step.person, step.request.now);
            find_current(step, people, change);
        },
        [](Client& client, Step& step, bool) { client.person_known(step, true); });
    known->request.reads = people_reads();
    known->fresh = std::move(fresh);
    post(known);
    return CANDOR_OK;
}

// ---- consent ----

candor_status Client::consent(int consent) {
    if (consent < CANDOR_CONSENT_UNKNOWN || consent > CANDOR_CONSENT_DENIED) return CANDOR_INVALID;
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    const Consent before = consent_;
    switch (consent) {
        case CANDOR_CONSENT_DENIED:
            consent_ = Consent::denied;
            // The denial itself is to outlast the run.
            if (before == Consent::unknown) post_open_store(true);
            erase(true);
            break;
        case CANDOR_CONSENT_UNKNOWN:
            // What is known cannot become unknown again: what was stored by leave is there.
            return before == Consent::unknown ? CANDOR_OK : CANDOR_INVALID;
        default:
            consent_ = Consent::granted;
            if (before == Consent::denied) {
                phase_ = Phase::opening;
                read_everything();
            }
            if (before == Consent::unknown) switch_store();
            break;
    }
    return CANDOR_OK;
}

// From memory to the disk: what the anonymous person did while consent was unknown goes along.
void Client::switch_store() {
    phase_ = Phase::opening;
    const auto records = make_shared<List<outbox::Record>>();
    const Shared<Step> from = step([](Step& step, const State& state, Change&) { *step.records = state.records; });
    from->request.reads.emplace_back("*");
    from->records = records;
    post(from);
    post_open_store(true);
    const Shared<Step> to = step([](Step& step, const State& state, Change& change) {
        const Instant now = step.request.now;
        State memory;
        memory.records = *step.records;
        People before(memory, step.fresh, now);
        People people(state, step.fresh, now);
        if (!before.current().anonymous) people.identify(before.current().id, now);
        history::merge(people.current(), before.current());
        people.write({}, now, change);
    });
    to->request.reads = People::reads();
    to->fresh = fresh_ids();
    to->records = records;
    post(to);
    read_everything();
}

candor_status Client::forget() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    const bool in_memory = consent_ == Consent::unknown;
    // While consent is unknown the disk is not ours to write, but what an earlier run left there is to go.
    if (in_memory) post_open_store(true);
    erase(consent_ == Consent::denied);
    if (in_memory) post_open_store(false);
    return CANDOR_OK;
}

void Client::forget_in_memory() {
    if (prompt_) end_prompt();
    change_person({});
    decision_.reset();
    unfolded_.clear();
    unstored_.clear();
    stop_alarm(Alarm::answers);
    stop_alarm(Alarm::decide);
    stop_alarm(Alarm::draft);
    decide_at_wall_ = kNever;
}

// Erases everything of everybody; the collector is asked to do the same for what it was sent.
void Client::erase(bool remember_denial) {
    forget_in_memory();
    stop_sending();
    FreshIds fresh = fresh_ids();
    install_id_ = fresh.install;
    person_ = fresh.anonymous;
    const Shared<Step> erased = step(
        [](Step& step, const State& state, Change& change) {
            change.erase_everything = true;
            // An earlier deletion request that has not gone out yet must still go.
            for (const outbox::Event& event : state.queue) {
                if (event.kind == outbox::EventKind::control) change.appends.push_back(event);
            }
            if (const String* bytes = state.find(kInstallRecord)) {
                const Result<history::Install> install = history::read_install(*bytes);
                if (install && !install->submissions.empty()) {
                    append_deletion_event(step.ids[0], step.asked_at, step.text, install->submissions, change.appends);
                }
            }
            if (!step.asked) {
                People people(State{}, step.fresh, step.asked_at);
                people.write(step.gate, step.asked_at, change);
                return;
            }
            change.puts.push_back({String(kDeniedRecord), "1"});
            if (step.loader) change.puts.push_back({String(kGateRecord), R"({"denied":true})"});
        },
        [](Client& client, Step& step, bool stands) {
            if (!stands) {
                client.set_alarm(Alarm::erase, kTryAgain);
                return;
            }
            history::Person& person = client.known_.emplace();
            person.id = step.fresh.anonymous;
            client.pump();
            if (client.ready()) client.call_now();
        });
    erased->request.durability = Durability::full;
    erased->request.reads.emplace_back(kInstallRecord);
    erased->asked_at = erased->request.now;
    erased->request.now = later(erased->asked_at, outbox::kLongestHold);
    erased->request.peek_rows = kMostPeekedRows;
    erased->request.peek_bytes = kMostPeekedBytes;
    erased->asked = remember_denial;
    erased->loader = host_.store() != nullptr;
    erased->text = config_.project;
    erased->ids.push_back(fresh_id());
    erased->fresh = std::move(fresh);
    post(erased);
}

}  // namespace candor::client
