// A person and an install as JSON, and back. Each record names its fields once, for both ways.

#include <limits>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "history/history.hpp"

namespace candor::history {

namespace {

using json::Object;
using json::Value;

constexpr std::size_t kMostItems = 100'000;  // of a list that is read: the size limit of the text comes first
constexpr std::size_t kMostTextBytes = 4096;
constexpr std::size_t kMostStateBytes = 1u << 20;

const json::Limits kLimits = {.bytes = 4u << 20, .depth = 64, .text_bytes = kMostStateBytes};

class Fields;
using Describe = void (*)(Fields&, void* record);

// Takes the fields of a record one after the other, and writes each or reads it.
class Fields {
public:
    explicit Fields(json::Writer& out) : out_(&out) {}
    explicit Fields(Object& in) : in_(&in) {}

    void text(const char* key, String& value, std::size_t most_bytes = kMostTextBytes);
    void id(const char* key, String& value) { text(key, value, kMostIdBytes); }
    void flag(const char* key, bool& value);
    void count(const char* key, std::int64_t& value) { whole(key, value, 0); }
    void instant(const char* key, Instant& value) { whole(key, value, std::numeric_limits<Instant>::min()); }
    void mark(const char* key, std::optional<Instant>& value);
    void reached(const char* key, Reached& value);
    void rare_reached(const char* key, Reached& value) {
        if (out_ == nullptr || value != Reached::nothing) reached(key, value);
    }
    void submissions(const char* key, List<String>& value);
    void members(const char* key, json::Members& value);
    // Left out where they are empty, as mostly they are.
    void rare_text(const char* key, String& value) {
        if (out_ == nullptr || !value.empty()) text(key, value);
    }
    void instants(const char* key, List<Instant>& value);

    template <class T>
    void list(const char* key, List<T>& items);
    template <class T>
    void optional(const char* key, Maybe<T>& item);

private:
    json::Writer* out_ = nullptr;  // one of the two
    Object* in_ = nullptr;

    void whole(const char* key, std::int64_t& value, std::int64_t least);
    void list(const char* key, std::size_t size, void* (*item_at)(void* items, std::size_t index), void* items,
              Describe describe);
    void write(const char* key, Describe describe, void* record);
    void read(const Value& value, String path, Describe describe, void* record);
};

void describe(Fields& fields, Counter& counter) {
    fields.text("clause", counter.clause);
    fields.count("count", counter.count);
    fields.rare_text("scope", counter.scope);
    fields.instants("recent", counter.recent);
}

void describe(Fields& fields, PromptMark& mark) {
    fields.instant("at", mark.at);
    fields.flag("transactional", mark.transactional);
}

void describe(Fields& fields, SurveyRecord& record) {
    fields.text("survey", record.survey);
    fields.text("wave", record.wave);
    fields.reached("reached", record.reached);
    fields.text("touchpoint", record.touchpoint);
    fields.count("prompts", record.prompts);
    fields.mark("shown", record.shown);
    fields.mark("dismissed", record.dismissed);
    fields.mark("snoozed", record.snoozed);
    fields.mark("answered", record.answered);
}

void describe(Fields& fields, Pending& pending) {
    fields.text("survey", pending.survey);
    fields.text("wave", pending.wave);
    fields.text("touchpoint", pending.touchpoint);
    fields.count("occurrence", pending.occurrence);
    fields.instant("met", pending.met);
    fields.instant("due", pending.due);
    fields.instant("expires", pending.expires);
    fields.rare_reached("reached", pending.ledger_state);
    fields.members("properties", pending.properties);
}

void describe(Fields& fields, Claim& claim) {
    fields.text("owner", claim.owner);
    fields.text("survey", claim.survey);
    fields.text("wave", claim.wave);
    fields.text("touchpoint", claim.touchpoint);
    fields.instant("at", claim.at);
}

void describe(Fields& fields, Running& running) {
    fields.text("owner", running.owner);
    fields.text("survey", running.survey);
    fields.text("wave", running.wave);
    fields.text("touchpoint", running.touchpoint);
    fields.text("submission", running.submission);
    fields.count("revision", running.revision);
    fields.text("last_event", running.last_event);
    fields.instant("shown", running.shown);
    fields.instant("touched", running.touched);
    fields.flag("would_target", running.would_target);
    fields.text("state", running.state, kMostStateBytes);
    fields.members("properties", running.properties);
}

void describe(Fields& fields, PersonMark& mark) {
    fields.id("id", mark.id);
    fields.instant("last_seen", mark.last_seen);
}

void describe(Fields& fields, Person& person) {
    fields.id("id", person.id);
    fields.flag("anonymous", person.anonymous);
    fields.instant("first_seen", person.first_seen);
    fields.instant("last_call", person.last_call);
    fields.count("sessions", person.sessions);
    fields.instant("session_began", person.session_began);
    fields.count("active_days", person.active_days);
    fields.instant("active_day", person.active_day);
    fields.rare_text("version", person.version);
    fields.count("updates", person.updates);
    fields.list("prompts", person.prompts);
    fields.list("counters", person.counters);
    fields.list("surveys", person.surveys);
    fields.list("pending", person.pending);
    fields.optional("claim", person.claim);
    fields.optional("running", person.running);
}

void describe(Fields& fields, Install& install) {
    fields.id("id", install.id);
    fields.id("current", install.current);
    fields.list("persons", install.persons);
    fields.submissions("submissions", install.submissions);
}

template <class T>
void describe_as(Fields& fields, void* record) {
    describe(fields, *static_cast<T*>(record));
}

// ---- a field ----

void Fields::text(const char* key, String& value, std::size_t most_bytes) {
    if (out_ != nullptr) {
        out_->text(key, value);
    } else {
        value = in_->text(key, {.max_bytes = most_bytes}, "");
    }
}

void Fields::flag(const char* key, bool& value) {
    if (out_ != nullptr) {
        out_->boolean(key, value);
    } else {
        value = in_->boolean(key, value);
    }
}

// A count ends at the largest that doubles hold exactly, an instant at "never".
void Fields::whole(const char* key, std::int64_t& value, std::int64_t least) {
    if (out_ != nullptr) {
        out_->whole(key, value);
    } else {
        value = in_->integer(key, least, least == 0 ? kMostCount : kNever, 0);
    }
}

void Fields::mark(const char* key, std::optional<Instant>& value) {
    if (out_ != nullptr ? value.has_value() : in_->has(key)) instant(key, out_ != nullptr ? *value : value.emplace());
}

// Left out where there are none.
void Fields::members(const char* key, json::Members& value) {
    if (out_ != nullptr) {
        if (!value.empty()) out_->value(key, value);
    } else if (const Value* object = in_->object(key, false)) {
        for (const auto& [name, member] : object->members()) value.emplace_back(name, member);
    }
}

void Fields::reached(const char* key, Reached& value) {
    if (out_ != nullptr) {
        out_->text(key, name(value));
        return;
    }
    List<std::string_view> names(static_cast<std::size_t>(Reached::answered) + 1);
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = name(static_cast<Reached>(i));
    value = static_cast<Reached>(in_->choice(key, names, std::size_t{0}));
}

// ---- records in records ----

String path_at(const Object& object, const char* key, std::size_t index) {
    return joined({object.path_of(key), "[", digits(static_cast<std::int64_t>(index)), "]"});
}

void Fields::write(const char* key, Describe describe, void* record) {
    out_->object(key);
    describe(*this, record);
    out_->end();
}

void Fields::read(const Value& value, String path, Describe describe, void* record) {
    Object object(value, std::move(path), json::Reading::field);
    Fields fields(object);
    describe(fields, record);
    if (auto error = object.finish()) in_->refuse(*std::move(error));
}

void Fields::list(const char* key, std::size_t size, void* (*item_at)(void* items, std::size_t index), void* items,
                  Describe describe) {
    if (out_ != nullptr) {
        out_->array(key);
        for (std::size_t i = 0; i < size; ++i) write(nullptr, describe, item_at(items, i));
        out_->end();
        return;
    }
    const Value* array = in_->array(key, false, kMostItems);
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->array().size() && in_->ok(); ++i) {
        read(array->array()[i], path_at(*in_, key, i), describe, item_at(items, i));
    }
}

// What is read is put behind what is there.
template <class T>
void Fields::list(const char* key, List<T>& items) {
    const auto item_at = [](void* all, std::size_t index) -> void* {
        auto& list = *static_cast<List<T>*>(all);
        if (index == list.size()) list.emplace_back();
        return &list[index];
    };
    list(key, items.size(), item_at, &items, describe_as<T>);
}

template <class T>
void Fields::optional(const char* key, Maybe<T>& item) {
    if (out_ != nullptr) {
        if (item) write(key, describe_as<T>, &*item);
    } else if (const Value* value = in_->object(key, false)) {
        read(*value, in_->path_of(key), describe_as<T>, &item.emplace());
    }
}

void Fields::instants(const char* key, List<Instant>& value) {
    if (out_ != nullptr) {
        if (value.empty()) return;
        out_->array(key);
        for (const Instant instant : value) out_->whole(nullptr, instant);
        out_->end();
        return;
    }
    const Value* array = in_->array(key, false, kMostRecent);
    if (array == nullptr) return;
    for (const Value& instant : array->array()) {
        if (instant.type() != json::Type::integer) return in_->refuse(key, "must be whole numbers");
        value.push_back(instant.integer());
    }
}

// The last ones: a text that has more of them loses the first.
void Fields::submissions(const char* key, List<String>& value) {
    const auto surplus = [](std::size_t size) { return size > kMostSubmissions ? size - kMostSubmissions : 0; };
    if (out_ != nullptr) {
        out_->array(key);
        for (std::size_t i = surplus(value.size()); i < value.size(); ++i) out_->text(nullptr, value[i]);
        out_->end();
        return;
    }
    const Value* array = in_->array(key, false, kMostItems);
    if (array == nullptr) return;
    const json::Array& items = array->array();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool is_text = items[i].type() == json::Type::text;
        if (!is_text || items[i].text().size() > kMostIdBytes) {
            return in_->refuse({path_at(*in_, key, i), is_text ? "must not be longer than 200 bytes" : "must be text"});
        }
        if (i >= surplus(items.size())) value.push_back(items[i].text());
    }
}

// ---- the whole ----

// Writing only looks at the record: one description serves both ways, so it takes what it could change.
template <class T>
String written(const T& record) {
    json::Writer out;
    out.object();
    Fields fields(out);
    describe(fields, const_cast<T&>(record));
    return out.end().take();
}

Maybe<Error> read(std::string_view bytes, Describe describe, void* record) {
    const Result<Value> value = json::parse(bytes, kLimits);
    if (!value) return value.error();
    Object object(*value, "", json::Reading::field);
    Fields fields(object);
    describe(fields, record);
    return object.finish();
}

}  // namespace

String write(const Person& person) { return written(person); }
String write(const Install& install) { return written(install); }

Maybe<Error> read(std::string_view bytes, Person& person) { return read(bytes, describe_as<Person>, &person); }

Maybe<Error> read(std::string_view bytes, Install& install) { return read(bytes, describe_as<Install>, &install); }

Result<Person> read_person(std::string_view bytes) {
    Person person;
    if (auto error = read(bytes, person)) return tl::unexpected<Error>(*std::move(error));
    return person;
}

Result<Install> read_install(std::string_view bytes) {
    Install install;
    if (auto error = read(bytes, install)) return tl::unexpected<Error>(*std::move(error));
    return install;
}

}  // namespace candor::history
