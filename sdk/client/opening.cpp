// Opening the store, the document in force, persons and consent.
#include <algorithm>

#include "base/utf8.hpp"
#include "client/client.hpp"
#include "client/registry.hpp"
#include "client/tickets.hpp"
#include "client/transact.hpp"
#include "outbox/host_store.hpp"

namespace candor::client {

using outbox::Change;
using outbox::Durability;
using outbox::Request;
using outbox::State;

namespace {

constexpr Span kDocumentTimeout = 30 * kSecond;
constexpr Span kTryAgain = 10 * kSecond;
constexpr std::size_t kMostDocumentBytes = 4u << 20;
constexpr std::size_t kMostPeekedRows = 20'000;
constexpr std::size_t kMostPeekedBytes = 32u << 20;

}  // namespace

struct Client::Opened {
    bool denied = false;  // and consent was not given since
    bool damaged = false;
    history::Install install;
    history::Person person;
    std::string document;
};

// ---- the store ----

void Client::open() {
    const Scope scope(*this);
    const bool persistent = consent_ != Consent::unknown;
    executor_.post([self = shared_from_this(), persistent] { self->open_store(persistent); });
    read_everything();
}

// A task of the executor. While consent is unknown nothing may be stored: memory serves until it is known.
void Client::open_store(bool wanted) {
    bool persistent = wanted && (host_.store() != nullptr || !config_.storage_path.empty());
    std::string failure;
    std::vector<std::string> notices;
    std::unique_ptr<outbox::Store> store;
    if (persistent && host_.store() != nullptr) {
        store = outbox::host_store(*host_.store());
#ifndef __EMSCRIPTEN__
    } else if (persistent) {
        auto opened = outbox::sqlite_store(config_.storage_path + "/" + config_.project + ".candor.db", &notices);
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
    const Scope scope(*this);
    persistent_ = persistent;
    for (const std::string& notice : notices) error("storage: " + notice);
    if (!failure.empty()) error("storage: " + failure + "; answers are kept in memory only");
}

void Client::read_everything() {
    const Instant now = host_.now();
    const FreshIds fresh = fresh_ids();
    Request request{.durability = Durability::normal, .reads = People::reads(), .now = now};
    request.reads.emplace_back(kDeniedRecord);
    request.reads.emplace_back(kDocumentRecord);
    transact<Opened>(
        std::move(request),
        [now, fresh, granted = consent_ == Consent::granted](const State& state, Opened& opened) {
            Change change;
            const bool denied = state.find(kDeniedRecord) != nullptr;
            opened.denied = denied && !granted;
            if (opened.denied) return change;
            if (denied) {
                // What the denial left behind, a deletion request above all, stays queued.
                change.erases.emplace_back(kDeniedRecord);
                change.erases.emplace_back(kGateRecord);
            }
            if (const std::string* document = state.find(kDocumentRecord)) opened.document = *document;
            People people(state, fresh, now);
            opened.damaged = people.damaged();
            opened.install = people.install();
            opened.person = people.current();
            people.write({}, now, change);  // no document yet: the gate's record stays as it was
            return change;
        },
        [changes = person_changes_, reading = ++readings_](Client& self, const Result<void>& outcome, Opened& opened) {
            if (reading != self.readings_) return;  // consent was given meanwhile: another store is read
            self.opened(outcome, opened, changes == self.person_changes_);
        });
}

void Client::opened(const Result<void>& outcome, Opened& opened, bool same_person) {
    if (!outcome) {
        // Nothing is known of anybody, not even whether they said no: nothing begins on that.
        error("storage: " + describe(outcome.error()));
        open_at_ = later(host_.monotonic(), kTryAgain);
        arm_alarm();
        return;
    }
    if (opened.damaged) error("storage: a record could not be read and was begun anew");
    phase_ = Phase::open;
    if (opened.denied) {
        consent_ = Consent::denied;
        pump();  // a deletion request may still wait
        return;
    }
    if (consent_ == Consent::denied) {
        erase(true);
        return;
    }
    if (install_id_.empty() || same_person) install_id_ = opened.install.id;  // else everything was erased meanwhile
    if (same_person) {                                                        // else the app has said who it is
        person_ = opened.install.current;
        last_call_ = last_call_stored_ = opened.person.last_call;
        known_ = std::move(opened.person);
    }
    if (!prepared_ && !opened.document.empty()) {
        const Result<void> read = put_in_force(opened.document);
        stored_document_in_force_ = read.has_value();
        if (!read) error("stored document: " + describe(read.error()));
    }
    if (prepared_) became_ready();
    fetch_document();
    pump();
}

// ---- the document ----

candor_status Client::load(std::string_view text) {
    auto document = survey::read_document(text, config_.reading, config_.project);
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (!document) {
        error("document: " + describe(document.error()));
        return CANDOR_REFUSED;
    }
    document_by_host_ = true;
    decision_.reset();
    prepared_ = decide::prepare(std::make_shared<const survey::Document>(std::move(*document)));
    if (phase_ == Phase::open) became_ready();
    return CANDOR_OK;
}

Result<void> Client::put_in_force(std::string_view text) {
    auto document = survey::read_document(text, config_.reading, config_.project);
    if (!document) return tl::unexpected(document.error());
    decision_.reset();
    prepared_ = decide::prepare(std::make_shared<const survey::Document>(std::move(*document)));
    return {};
}

void Client::became_ready() {
    if (!ready()) return;
    for (const survey::Survey& survey : prepared_->document().surveys) {
        if (survey.unsupported) log(2, "survey " + survey.id + " is not supported: " + describe(*survey.unsupported));
    }
    notify({CANDOR_EVENT_READY, 0, "", "document " + prepared_->document().hash, prepared_->document().revision});
    if (known_) resume_if_interrupted(*known_);
    std::vector<OwnedMoment> moments = std::exchange(early_, {});
    moments.push_back({decide::MomentKind::call, "", host_.now()});
    if (host_.store() != nullptr && persistent_) {
        fold_journal(moments);
    } else {
        fold_and_decide(moments);
    }
}

void Client::fetch_document() {
    if (config_.document_url.empty() || document_by_host_ || document_fetched_ || host_.http() == nullptr) return;
    document_fetched_ = true;
    struct Tag {
        std::string value;
    };
    transact<Tag>(
        Request{.reads = {std::string(kDocumentTagRecord)}, .now = host_.now()},
        [](const State& state, Tag& tag) {
            if (const std::string* stored = state.find(kDocumentTagRecord)) tag.value = *stored;
            return Change{};
        },
        [](Client& self, const Result<void>&, Tag& tag) {
            if (!self.stored_document_in_force_) tag.value.clear();  // "not modified" would leave us with none
            self.document_ticket_ =
                open_http_ticket([client = self.shared_from_this()](courier::HttpResponse response) {
                    client->executor_.post(
                        [client, response = std::move(response)]() mutable { client->fetched(std::move(response)); });
                });
            self.executor_.post([client = self.shared_from_this(), ticket = self.document_ticket_, tag = tag.value] {
                std::vector<candor_header> headers;
                if (!tag.empty()) headers.push_back({candor_text("If-None-Match"), borrow(tag)});
                candor_http_request request{};
                request.size = sizeof request;
                request.method = candor_text("GET");
                request.url = borrow(client->config_.document_url);
                request.headers = headers.data();
                request.header_count = headers.size();
                request.timeout = kDocumentTimeout;
                request.response_limit = kMostDocumentBytes;
                client->host_.http()->send(client->host_.http()->context, ticket, &request);
            });
        });
}

void Client::fetched(const courier::HttpResponse& response) {
    const Scope scope(*this);
    if (!alive()) return;
    document_ticket_ = 0;
    if (response.status == 304 || document_by_host_ || consent_ == Consent::denied) return;
    if (response.status != 200 || response.redirected) {
        error("document: " + config_.document_url + ": " +
              (response.error.empty() ? "status " + std::to_string(response.status) : response.error));
        return;
    }
    if (const Result<void> read = put_in_force(response.body); !read) {
        error("document: " + describe(read.error()));
        return;
    }
    const std::string* tag = response.header("etag");
    transact<int>(
        Request{.reads = {}, .now = host_.now()},
        [body = response.body, tag = tag ? *tag : std::string()](const State&, int&) {
            Change change;
            change.puts.push_back({std::string(kDocumentRecord), body});
            change.puts.push_back({std::string(kDocumentTagRecord), tag});
            return change;
        },
        [](Client& self, const Result<void>& outcome, int&) {
            if (!outcome) self.error("storage: " + describe(outcome.error()));
        });
    became_ready();
}

// ---- persons ----

candor_status Client::identify(std::string_view id) {
    if (!valid_person(id)) return CANDOR_INVALID;
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (consent_ == Consent::denied) return CANDOR_OK;
    const Instant now = host_.now();
    // From one known person to another nothing goes along, and the card least of all.
    if (prompt_ && prompt_->person != id && !prompt_->person.starts_with(kAnonymousPrefix)) {
        store_outcome(false);
        end_prompt();
    }
    if (prompt_) prompt_->person = id;
    person_ = id;
    ++person_changes_;
    known_.reset();
    attributes_.clear();
    transact<history::Person>(
        Request{.durability = Durability::normal, .reads = People::reads(), .now = now},
        [id = std::string(id), now, fresh = fresh_ids(), gate = gate()](const State& state, history::Person& person) {
            Change change;
            People people(state, fresh, now);
            people.identify(id, now);
            person = people.current();
            people.write(gate, now, change);
            return change;
        },
        [](Client& self, const Result<void>& outcome, history::Person& person) {
            if (!outcome) self.error("storage: " + describe(outcome.error()));
            if (person.id != self.person_) return;  // somebody else by now
            self.known_ = person;
            self.last_call_ = self.last_call_stored_ = person.last_call;
            if (!self.ready()) return;
            self.resume_if_interrupted(person);
            self.fold_and_decide({{decide::MomentKind::call, "", self.host_.now()}});
        });
    return CANDOR_OK;
}

candor_status Client::reset() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    if (consent_ == Consent::denied) return CANDOR_OK;
    if (prompt_) {
        store_outcome(false);
        end_prompt();
    }
    const Instant now = host_.now();
    const FreshIds fresh = fresh_ids();
    person_ = fresh.anonymous;
    ++person_changes_;
    known_.reset();
    attributes_.clear();
    transact<history::Person>(
        Request{.durability = Durability::normal, .reads = People::reads(), .now = now},
        [now, fresh, gate = gate()](const State& state, history::Person& person) {
            Change change;
            People people(state, fresh, now);
            people.reset(fresh.anonymous, now);
            person = people.current();
            people.write(gate, now, change);
            return change;
        },
        [](Client& self, const Result<void>& outcome, history::Person& person) {
            if (!outcome) self.error("storage: " + describe(outcome.error()));
            if (person.id != self.person_) return;
            self.known_ = person;
            self.last_call_ = self.last_call_stored_ = person.last_call;
            if (self.ready()) self.fold_and_decide({{decide::MomentKind::call, "", self.host_.now()}});
        });
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
            if (before == Consent::unknown) executor_.post([self = shared_from_this()] { self->open_store(true); });
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
    struct Kept {
        std::vector<outbox::Record> records;
    };
    auto kept = std::make_shared<Kept>();
    transact<int>(
        Request{.reads = {"*"}, .now = host_.now()},
        [kept](const State& state, int&) {
            kept->records = state.records;
            return Change{};
        },
        [](Client&, const Result<void>&, int&) {});
    executor_.post([self = shared_from_this()] { self->open_store(true); });
    transact<int>(
        Request{.reads = People::reads(), .now = host_.now()},
        [kept, now = host_.now(), fresh = fresh_ids()](const State& state, int&) {
            Change change;
            const State memory{.records = kept->records, .queue = {}, .journal = {}, .totals = {}};
            People before(memory, fresh, now);
            People people(state, fresh, now);
            if (!before.current().anonymous) people.identify(before.current().id, now);
            history::Person stretch = before.current();
            history::merge(people.current(), stretch);
            people.write({}, now, change);
            return change;
        },
        [](Client& self, const Result<void>& outcome, int&) {
            if (!outcome) self.error("storage: " + describe(outcome.error()));
        });
    read_everything();
}

candor_status Client::forget() {
    const Scope scope(*this);
    if (!alive()) return CANDOR_CLOSED;
    const bool in_memory = consent_ == Consent::unknown;
    // While consent is unknown the disk is not ours to write, but what an earlier run left there is to go.
    if (in_memory) executor_.post([self = shared_from_this()] { self->open_store(true); });
    erase(consent_ == Consent::denied);
    if (in_memory) executor_.post([self = shared_from_this()] { self->open_store(false); });
    return CANDOR_OK;
}

void Client::forget_in_memory() {
    if (prompt_) end_prompt();
    known_.reset();
    decision_.reset();
    early_.clear();
    attributes_.clear();
    decide_at_ = decide_at_wall_ = draft_at_ = kNever;
}

// Erases everything of everybody; the collector is asked to do the same for what it was sent.
void Client::erase(bool remember_denial) {
    forget_in_memory();
    stop_sending();
    const Instant now = host_.now();
    const FreshIds fresh = fresh_ids();
    install_id_ = fresh.install;
    person_ = fresh.anonymous;
    ++person_changes_;
    transact<int>(
        Request{.durability = Durability::full,
                .reads = {std::string(kInstallRecord)},
                .now = later(now, outbox::kLongestHold),
                .peek_rows = kMostPeekedRows,
                .peek_bytes = kMostPeekedBytes},
        [remember_denial, now, fresh, stamp = stamp(), gate = gate(), loader = host_.store() != nullptr,
         project = config_.project](const State& state, int&) {
            Change change;
            change.erase_everything = true;
            // An earlier deletion request that has not gone out yet must still go.
            for (const outbox::Event& event : state.queue) {
                if (event.kind == outbox::EventKind::control) change.appends.push_back(event);
            }
            history::Install install;
            if (const std::string* bytes = state.find(kInstallRecord)) {
                if (auto read = history::read_install(*bytes)) install = std::move(*read);
            }
            if (!install.submissions.empty())
                change.appends.push_back(deletion_event(stamp, project, install.submissions));
            if (remember_denial) {
                change.puts.push_back({std::string(kDeniedRecord), "1"});
                if (loader) change.puts.push_back({std::string(kGateRecord), R"({"denied":true})"});
            } else {
                People people(State{}, fresh, now);
                people.write(gate, now, change);
            }
            return change;
        },
        [fresh](Client& self, const Result<void>& outcome, int&) {
            if (!outcome) {
                self.error("storage: could not erase, trying again: " + describe(outcome.error()));
                self.erase_at_ = later(self.host_.monotonic(), kTryAgain);
                self.arm_alarm();
                return;
            }
            history::Person person;
            person.id = fresh.anonymous;
            self.known_ = person;
            self.pump();
            if (self.ready()) self.fold_and_decide({{decide::MomentKind::call, "", self.host_.now()}});
        });
}

}  // namespace candor::client
