#include "client/people.hpp"

#include <utility>

#include "decide/gate.hpp"

namespace candor::client {
namespace {

void begin(history::Person& person, std::string_view id, Instant now) {
    person.id = id;
    person.anonymous = id.starts_with(kAnonymousPrefix);
    person.first_seen = now;
}

// False: it cannot be read.
bool read(history::Person& person, const String& bytes, Instant now) {
    if (history::read(bytes, person)) return false;
    history::settle_clock(person, now);
    return true;
}

void put(outbox::Change& change, String key, String value) {
    change.puts.push_back({std::move(key), std::move(value)});
}

}  // namespace

// A key that ends in '*' would mean all that begin so.
String person_key(std::string_view id) {
    String key(kPersonRecords);
    for (const char c : id) {
        if (c == '*') {
            key += "%2A";
        } else if (c == '%') {
            key += "%25";
        } else {
            key += c;
        }
    }
    return key;
}

bool valid_person(std::string_view id) {
    constexpr std::size_t kMostBytes = 200;
    return !id.empty() && id.size() <= kMostBytes && !id.starts_with(kAnonymousPrefix);
}

history::Person load_person(const outbox::State& state, std::string_view id, Instant now, const Written& written) {
    history::Person person;
    const String* bytes = state.find(person_key(id));
    if (bytes != nullptr && !bytes->empty() && *bytes == written.bytes) {
        person = written.person;
        history::settle_clock(person, now);
        return person;
    }
    if (bytes != nullptr && read(person, *bytes, now)) return person;
    if (bytes != nullptr) person = {};
    begin(person, id, now);
    return person;
}

void Gate::put(const history::Person& person, Instant now, outbox::Change& change) const {
    if (prepared == nullptr) return;
    decide::Situation situation;
    situation.now = now;
    situation.locks_exist = true;
    situation.holds_lock = true;
    situation.owner = owner;
    situation.install = install;
    client::put(change, String(kGateRecord), decide::gate_record(*prepared, person, situation));
}

void put_person(const history::Person& person, const Gate& gate, Instant now, outbox::Change& change,
                Written& written) {
    written.bytes = history::write(person);
    written.person = person;
    written.person.settled = {};
    put(change, person_key(person.id), written.bytes);
    gate.put(person, now, change);
}

List<String> People::reads() { return {String(kInstallRecord), String(kPersonRecords) + "*"}; }

People::People(const outbox::State& state, const FreshIds& fresh, Instant now) {
    if (const String* bytes = state.find(kInstallRecord)) {
        if (history::read(*bytes, install_)) {
            install_ = {};
            damaged_ = true;
        } else {
            stored_install_ = *bytes;
        }
    }
    for (const outbox::Record& record : state.records) {
        if (!record.key.starts_with(kPersonRecords)) continue;
        Loaded& loaded = persons_.emplace_back().emplace();
        if (read(loaded.person, record.value, now)) {
            loaded.stored = record.value;
        } else {
            damaged_ = true;
            erased_.push_back(record.key);
            persons_.pop_back();
        }
    }
    if (install_.id.empty()) install_.id = fresh.install;
    if (install_.current.empty()) install_.current = fresh.anonymous;
    find_or_add(install_.current, now);
    remember_current(now);
}

history::Person& People::current() { return *find(install_.current); }

void People::identify(std::string_view id, Instant now) {
    const String before = install_.current;
    if (before == id) return;
    history::Person& person = find_or_add(id, now);
    if (const history::Person* old = find(before); old != nullptr && old->anonymous) {
        history::merge(person, *old);
        erase(before);
    }
    install_.current = id;
    remember_current(now);
}

void People::reset(std::string_view anonymous_id, Instant now) {
    const String before = install_.current;
    if (const history::Person* old = find(before); old != nullptr && old->anonymous) erase(before);
    find_or_add(anonymous_id, now);
    install_.current = anonymous_id;
    remember_current(now);
}

void People::write(const Gate& gate, Instant now, outbox::Change& change) {
    gate.put(current(), now, change);
    for (const String& key : erased_) change.erases.push_back(key);
    for (const Maybe<Loaded>& loaded : persons_) {
        String bytes = history::write(loaded->person);
        if (bytes != loaded->stored) put(change, person_key(loaded->person.id), std::move(bytes));
    }
    String bytes = history::write(install_);
    if (bytes != stored_install_) put(change, String(kInstallRecord), std::move(bytes));
}

history::Person* People::find(std::string_view id) {
    for (Maybe<Loaded>& loaded : persons_) {
        if (loaded->person.id == id) return &loaded->person;
    }
    return nullptr;
}

history::Person& People::find_or_add(std::string_view id, Instant now) {
    if (history::Person* person = find(id)) return *person;
    history::Person& person = persons_.emplace_back().emplace().person;
    begin(person, id, now);
    return person;
}

void People::erase(std::string_view id) {
    persons_.erase_if([&](const Maybe<Loaded>& known) { return known->person.id == id; });
    install_.persons.erase_if([&](const history::PersonMark& mark) { return mark.id == id; });
    erased_.push_back(person_key(id));
}

void People::remember_current(Instant now) {
    for (const String& forgotten : history::remember(install_, install_.current, now)) erase(forgotten);
}

}  // namespace candor::client
