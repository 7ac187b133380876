#include "client/people.hpp"

#include <algorithm>
#include <utility>

#include "decide/gate.hpp"

namespace candor::client {
namespace {

history::Person new_person(std::string_view id, Instant now) {
    history::Person person;
    person.id = id;
    person.anonymous = id.starts_with(kAnonymousPrefix);
    person.first_seen = now;
    return person;
}

}  // namespace

// A key that ends in '*' would mean all that begin so.
std::string person_key(std::string_view id) {
    std::string key(kPersonRecords);
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

history::Person load_person(const outbox::State& state, std::string_view id, Instant now, bool* damaged) {
    if (const std::string* bytes = state.find(person_key(id))) {
        if (Result<history::Person> person = history::read_person(*bytes)) {
            history::settle_clock(*person, now);
            return std::move(*person);
        }
        if (damaged != nullptr) *damaged = true;
    }
    return new_person(id, now);
}

void Gate::put(const history::Person& person, Instant now, outbox::Change& change) const {
    if (prepared == nullptr) return;
    decide::Situation situation;
    situation.now = now;
    situation.locks_exist = true;
    situation.holds_lock = true;
    situation.owner = owner;
    situation.install = install;
    change.puts.push_back({std::string(kGateRecord), decide::gate_record(*prepared, person, situation)});
}

void put_person(const history::Person& person, const Gate& gate, Instant now, outbox::Change& change) {
    change.puts.push_back({person_key(person.id), history::write(person)});
    gate.put(person, now, change);
}

std::vector<std::string> People::reads() { return {std::string(kInstallRecord), std::string(kPersonRecords) + "*"}; }

People::People(const outbox::State& state, const FreshIds& fresh, Instant now) {
    if (const std::string* bytes = state.find(kInstallRecord)) {
        if (Result<history::Install> install = history::read_install(*bytes)) {
            install_ = std::move(*install);
            stored_install_ = *bytes;
        } else {
            damaged_ = true;
        }
    }
    for (const outbox::Record& record : state.records) {
        if (!record.key.starts_with(kPersonRecords)) continue;
        Result<history::Person> person = history::read_person(record.value);
        if (!person) {
            damaged_ = true;
            erased_.push_back(record.key);
            continue;
        }
        history::settle_clock(*person, now);
        persons_.push_back({std::move(*person), record.value});
    }
    if (install_.id.empty()) install_.id = fresh.install;
    if (install_.current.empty()) install_.current = fresh.anonymous;
    find_or_add(install_.current, now);
    remember_current(now);
}

history::Person& People::current() { return *find(install_.current); }

void People::identify(std::string_view id, Instant now) {
    const std::string before = install_.current;
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
    const std::string before = install_.current;
    if (const history::Person* old = find(before); old != nullptr && old->anonymous) erase(before);
    find_or_add(anonymous_id, now);
    install_.current = anonymous_id;
    remember_current(now);
}

void People::write(const Gate& gate, Instant now, outbox::Change& change) {
    gate.put(current(), now, change);
    for (const std::string& key : erased_) change.erases.push_back(key);
    for (const Loaded& loaded : persons_) {
        std::string bytes = history::write(loaded.person);
        if (bytes != loaded.stored) change.puts.push_back({person_key(loaded.person.id), std::move(bytes)});
    }
    std::string bytes = history::write(install_);
    if (bytes != stored_install_) change.puts.push_back({std::string(kInstallRecord), std::move(bytes)});
}

history::Person* People::find(std::string_view id) {
    const auto found =
        std::find_if(persons_.begin(), persons_.end(), [&](const Loaded& l) { return l.person.id == id; });
    return found == persons_.end() ? nullptr : &found->person;
}

history::Person& People::find_or_add(std::string_view id, Instant now) {
    if (history::Person* person = find(id)) return *person;
    persons_.push_back({new_person(id, now), ""});
    return persons_.back().person;
}

void People::erase(std::string_view id) {
    std::erase_if(persons_, [&](const Loaded& l) { return l.person.id == id; });
    std::erase_if(install_.persons, [&](const history::PersonMark& m) { return m.id == id; });
    erased_.push_back(person_key(id));
}

void People::remember_current(Instant now) {
    for (const std::string& forgotten : history::remember(install_, install_.current, now)) erase(forgotten);
}

}  // namespace candor::client
