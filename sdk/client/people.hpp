// The install and its persons inside one step: read from the store's state, changed, and written back as far as they
// changed.
#pragma once

#include <memory>
#include <string_view>

#include "base/list.hpp"
#include "base/maybe.hpp"
#include "base/shared.hpp"
#include "base/string.hpp"
#include "decide/decide.hpp"
#include "history/history.hpp"
#include "outbox/damage.hpp"
#include "outbox/store.hpp"

namespace candor::client {

inline constexpr std::string_view kInstallRecord = "install";
inline constexpr std::string_view kPersonRecords = "person/";
inline constexpr std::string_view kDeniedRecord = outbox::kDeniedRecord;
inline constexpr std::string_view kDocumentRecord = "document";
inline constexpr std::string_view kDocumentTagRecord = "document.etag";
inline constexpr std::string_view kGateRecord = "gate";
inline constexpr std::string_view kTargetRecord = "target";
inline constexpr std::string_view kDroppedRecord = "dropped";
inline constexpr std::string_view kAnonymousPrefix = "anon:";

String person_key(std::string_view id);

// An id of the host's own: 1 to 200 bytes, and not one that looks like an anonymous person's.
bool valid_person(std::string_view id);

// Ids for what a step may have to create, made before it runs.
struct FreshIds {
    String install;
    String anonymous;  // with its prefix
};

// The person last written, and as what: the next step mostly finds those bytes again, and need not read them. Of a
// client, and looked at within its steps alone, to which it makes no difference but time.
struct Written {
    String bytes;
    history::Person person;
};

// The person of that id: as stored, with its clock settled; new when there is none, and when the bytes cannot be read:
// what cannot be read cannot be kept.
history::Person load_person(const outbox::State& state, std::string_view id, Instant now, const Written& written);

// Where a page's loader decides whether the core is needed (a host's store): what it must know of the person in force
// lies beside the history, and is written with it.
struct Gate {
    Shared<const decide::Prepared> prepared;  // null: no loader
    String owner, install;

    void put(const history::Person& person, Instant now, outbox::Change& change) const;
};

void put_person(const history::Person& person, const Gate& gate, Instant now, outbox::Change& change, Written& written);

class People {
public:
    // Reads "install" and every "person/*" that the state holds.
    People(const outbox::State& state, const FreshIds& fresh, Instant now);

    static List<String> reads();

    const history::Install& install() const { return install_; }
    history::Install& install() { return install_; }
    history::Person& current();

    // The anonymous history moves to the person; from one known person to another nothing goes along.
    void identify(std::string_view id, Instant now);
    // To a new anonymous person of that id; the old anonymous one, whom nobody can come back to, goes.
    void reset(std::string_view anonymous_id, Instant now);

    // Adds what changed to the change.
    void write(const Gate& gate, Instant now, outbox::Change& change);

    bool damaged() const { return damaged_; }

private:
    struct Loaded {
        history::Person person;
        String stored;  // bytes, as read
    };
    history::Install install_;
    String stored_install_;
    List<Maybe<Loaded>> persons_;  // each on the heap, for the list moves about
    List<String> erased_;
    bool damaged_ = false;

    history::Person* find(std::string_view id);
    history::Person& find_or_add(std::string_view id, Instant now);
    void erase(std::string_view id);
    void remember_current(Instant now);
};

}  // namespace candor::client
