// A person and an install as JSON, and back.

#include <algorithm>
#include <limits>

#include "history/history.hpp"

namespace candor::history {

namespace {

using json::Object;
using json::Reading;
using json::Value;

constexpr std::size_t kMostItems = 100'000;  // of a list that is read: the size limit of the text comes first
constexpr std::size_t kMostStateBytes = 1u << 20;

const json::Limits kLimits = {.bytes = 4u << 20, .depth = 64, .text_bytes = kMostStateBytes};
const Object::TextRule kId = {.max_bytes = kMostIdBytes};
const Object::TextRule kText = {.max_bytes = 4096};
const Object::TextRule kState = {.max_bytes = kMostStateBytes};

// ---- writing ----

Value object() { return json::Members{}; }

template <class T, class Write>
Value list(const std::vector<T>& items, Write write_item) {
    Value array{json::Array{}};
    for (const T& item : items) array.push(write_item(item));
    return array;
}

void set_if(Value& value, const char* key, const std::optional<Instant>& instant) {
    if (instant) value.set(key, *instant);
}

Value to_json(const Counter& counter) {
    Value v = object();
    v.set("clause", counter.clause);
    v.set("count", counter.count);
    return v;
}

Value to_json(const SurveyRecord& record) {
    Value v = object();
    v.set("survey", record.survey);
    v.set("wave", record.wave);
    v.set("reached", name(record.reached));
    v.set("touchpoint", record.touchpoint);
    v.set("prompts", record.prompts);
    set_if(v, "shown", record.shown);
    set_if(v, "dismissed", record.dismissed);
    set_if(v, "answered", record.answered);
    return v;
}

Value to_json(const Pending& pending) {
    Value v = object();
    v.set("survey", pending.survey);
    v.set("wave", pending.wave);
    v.set("touchpoint", pending.touchpoint);
    v.set("occurrence", pending.occurrence);
    v.set("met", pending.met);
    v.set("due", pending.due);
    v.set("expires", pending.expires);
    return v;
}

Value to_json(const Claim& claim) {
    Value v = object();
    v.set("owner", claim.owner);
    v.set("survey", claim.survey);
    v.set("wave", claim.wave);
    v.set("touchpoint", claim.touchpoint);
    v.set("at", claim.at);
    return v;
}

Value to_json(const Running& running) {
    Value v = object();
    v.set("owner", running.owner);
    v.set("survey", running.survey);
    v.set("wave", running.wave);
    v.set("touchpoint", running.touchpoint);
    v.set("submission", running.submission);
    v.set("revision", running.revision);
    v.set("last_event", running.last_event);
    v.set("shown", running.shown);
    v.set("touched", running.touched);
    v.set("state", running.state);
    return v;
}

Value to_json(const PersonMark& mark) {
    Value v = object();
    v.set("id", mark.id);
    v.set("last_seen", mark.last_seen);
    return v;
}

// ---- reading ----

Instant instant(Object& object, const char* key) {
    return object.integer(key, std::numeric_limits<Instant>::min(), kNever, 0);
}

std::optional<Instant> mark(Object& object, const char* key) {
    if (!object.has(key)) return std::nullopt;
    return instant(object, key);
}

std::int64_t number(Object& object, const char* key) { return object.integer(key, 0, kMostCount, 0); }

std::string text(Object& object, const char* key, const Object::TextRule& rule = kText) {
    return object.text(key, rule, "");
}

void from_json(Object& object, Counter& counter) {
    counter.clause = text(object, "clause");
    counter.count = number(object, "count");
}

void from_json(Object& object, SurveyRecord& record) {
    const std::vector<std::string_view> states = {
        name(Reached::nothing), name(Reached::possible),  name(Reached::sampled), name(Reached::shown),
        name(Reached::snoozed), name(Reached::dismissed), name(Reached::answered)};
    record.survey = text(object, "survey");
    record.wave = text(object, "wave");
    record.reached = static_cast<Reached>(object.choice("reached", states, std::size_t{0}));
    record.touchpoint = text(object, "touchpoint");
    record.prompts = number(object, "prompts");
    record.shown = mark(object, "shown");
    record.dismissed = mark(object, "dismissed");
    record.answered = mark(object, "answered");
}

void from_json(Object& object, Pending& pending) {
    pending.survey = text(object, "survey");
    pending.wave = text(object, "wave");
    pending.touchpoint = text(object, "touchpoint");
    pending.occurrence = number(object, "occurrence");
    pending.met = instant(object, "met");
    pending.due = instant(object, "due");
    pending.expires = instant(object, "expires");
}

void from_json(Object& object, Claim& claim) {
    claim.owner = text(object, "owner");
    claim.survey = text(object, "survey");
    claim.wave = text(object, "wave");
    claim.touchpoint = text(object, "touchpoint");
    claim.at = instant(object, "at");
}

void from_json(Object& object, Running& running) {
    running.owner = text(object, "owner");
    running.survey = text(object, "survey");
    running.wave = text(object, "wave");
    running.touchpoint = text(object, "touchpoint");
    running.submission = text(object, "submission");
    running.revision = number(object, "revision");
    running.last_event = text(object, "last_event");
    running.shown = instant(object, "shown");
    running.touched = instant(object, "touched");
    running.state = text(object, "state", kState);
}

void from_json(Object& object, PersonMark& mark) {
    mark.id = text(object, "id", kId);
    mark.last_seen = instant(object, "last_seen");
}

template <class T>
void read_into(Object& parent, const Value& value, std::string path, T& item) {
    Object reader(value, std::move(path), Reading::field);
    from_json(reader, item);
    if (auto error = reader.finish()) parent.refuse(*std::move(error));
}

template <class T>
void read_list(Object& object, const char* key, std::vector<T>& items) {
    const Value* array = object.array(key, false, kMostItems);
    if (!array) return;
    items.reserve(array->array().size());
    for (const Value& value : array->array()) {
        const std::string path = object.path_of(key) + "[" + std::to_string(items.size()) + "]";
        read_into(object, value, path, items.emplace_back());
        if (!object.ok()) return;
    }
}

template <class T>
void read_optional(Object& object, const char* key, std::optional<T>& item) {
    const Value* value = object.object(key, false);
    if (value) read_into(object, *value, object.path_of(key), item.emplace());
}

void read_submissions(Object& object, std::vector<std::string>& submissions) {
    const Value* array = object.array("submissions", false, kMostItems);
    if (!array) return;
    for (std::size_t i = 0; i < array->array().size(); ++i) {
        const Value& value = array->array()[i];
        const std::string path = object.path_of("submissions") + "[" + std::to_string(i) + "]";
        if (value.type() != json::Type::text) return object.refuse(Error{path, "must be text"});
        if (value.text().size() > kMostIdBytes) {
            return object.refuse(Error{path, "must not be longer than 200 bytes"});
        }
        submissions.push_back(value.text());
    }
    const std::size_t size = submissions.size();
    if (size > kMostSubmissions) {
        submissions.erase(submissions.begin(), submissions.end() - kMostSubmissions);
    }
}

void from_json(Object& object, Person& person) {
    person.id = text(object, "id", kId);
    person.anonymous = object.boolean("anonymous", true);
    person.first_seen = instant(object, "first_seen");
    person.last_call = instant(object, "last_call");
    person.sessions = number(object, "sessions");
    person.session_began = instant(object, "session_began");
    read_list(object, "counters", person.counters);
    read_list(object, "surveys", person.surveys);
    read_list(object, "pending", person.pending);
    read_optional(object, "claim", person.claim);
    read_optional(object, "running", person.running);
}

void from_json(Object& object, Install& install) {
    install.id = text(object, "id", kId);
    install.current = text(object, "current", kId);
    read_list(object, "persons", install.persons);
    read_submissions(object, install.submissions);
}

template <class T>
Result<T> read(std::string_view bytes) {
    const Result<Value> value = json::parse(bytes, kLimits);
    if (!value) return tl::unexpected<Error>(value.error());
    Object object(*value, "", Reading::field);
    T item;
    from_json(object, item);
    if (auto error = object.finish()) return tl::unexpected<Error>(*std::move(error));
    return item;
}

}  // namespace

std::string write(const Person& person) {
    const auto item = [](const auto& i) { return to_json(i); };
    Value v = object();
    v.set("id", person.id);
    v.set("anonymous", person.anonymous);
    v.set("first_seen", person.first_seen);
    v.set("last_call", person.last_call);
    v.set("sessions", person.sessions);
    v.set("session_began", person.session_began);
    v.set("counters", list(person.counters, item));
    v.set("surveys", list(person.surveys, item));
    v.set("pending", list(person.pending, item));
    if (person.claim) v.set("claim", to_json(*person.claim));
    if (person.running) v.set("running", to_json(*person.running));
    return json::dump(v);
}

std::string write(const Install& install) {
    Value submissions{json::Array{}};
    const std::size_t size = install.submissions.size();
    for (std::size_t i = size > kMostSubmissions ? size - kMostSubmissions : 0; i < size; ++i) {
        submissions.push(install.submissions[i]);
    }
    Value v = object();
    v.set("id", install.id);
    v.set("current", install.current);
    v.set("persons", list(install.persons, [](const PersonMark& mark) { return to_json(mark); }));
    v.set("submissions", std::move(submissions));
    return json::dump(v);
}

Result<Person> read_person(std::string_view bytes) { return read<Person>(bytes); }

Result<Install> read_install(std::string_view bytes) { return read<Install>(bytes); }

}  // namespace candor::history
