#include "client/journal.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "base/json.hpp"

namespace candor::client {

namespace {

std::string_view text_of(const json::Value& entry, std::string_view key) {
    const json::Value* member = entry.find(key);
    return member ? std::string_view(member->text()) : std::string_view();
}

// A page writes numbers as doubles; one that no instant can be is none.
Instant instant_of(const json::Value& value) {
    constexpr double kLimit = 9007199254740992.0;  // 2^53
    const double number = value.number();
    return number > -kLimit && number < kLimit ? static_cast<Instant>(number) : 0;
}

std::optional<Instant> instant_of(const json::Value& entry, std::string_view key) {
    const json::Value* member = entry.find(key);
    if (member == nullptr) return std::nullopt;
    return instant_of(*member);
}

json::Members members_of(const json::Value& entry, std::string_view key) {
    json::Members members;
    const json::Value* object = entry.find(key);
    if (object == nullptr || object->type() != json::Type::object) return members;
    // As an app's own call would have it.
    for (const auto& [name, value] : object->members()) {
        const bool scalar = value.type() != json::Type::object && value.type() != json::Type::array;
        members.emplace_back(name, scalar ? value : json::Value());
    }
    return members;
}

// What the loader journalled, on its way into the history. It has told the sessions apart: nothing but its starts
// begins one, each where it stands in time, for what counts within a session has to come after the start of its own.
class Journal {
public:
    Journal(const Step& step, People& people, Ledger& ledger) : step_(step), people_(people), ledger_(ledger) {
        moment_.now = step.request.now;
        moment_.may_begin_session = false;
    }

    // False: something could not be read.
    bool fold_all(const List<outbox::Record>& journal) {
        List<json::Value> entries;
        for (const outbox::Record& record : journal) {
            if (Result<json::Value> read = json::parse(record.value)) entries.push_back(*std::move(read));
        }
        for (const json::Value& entry : entries) {
            if (text_of(entry, "kind") == "session") session_ = &entry;
        }
        for (const json::Value& entry : entries) take(entry);
        begin_until(kNever);
        const std::optional<Instant> last = session_ != nullptr ? instant_of(*session_, "last") : std::nullopt;
        if (last) fold_one(decide::MomentKind::call, {}, *last);
        return entries.size() == journal.size();
    }

private:
    const Step& step_;
    People& people_;
    Ledger& ledger_;
    decide::Moment moment_;
    const json::Value* session_ = nullptr;
    std::size_t begun_ = 0;  // of its starts

    void fold_one(decide::MomentKind kind, std::string_view name, Instant at, const json::Value* counted = nullptr) {
        moment_.kind = kind;
        moment_.name = name;
        moment_.at = at;
        fold(moment_, counted);
    }

    // `counted`, if there: by the id of a closed trigger, the event by which the loader has counted the moment under
    // it.
    void fold(const decide::Moment& moment, const json::Value* counted) {
        history::Person& person = people_.current();
        List<decide::Met> met;
        decide::fold(*step_.prepared, person, moment, step_.situation, &met);
        for (const decide::Met& one : met) {
            const json::Value* event = counted != nullptr ? counted->find(one.trigger) : nullptr;
            ledger_.meet(person, one, id_of(event).empty() ? nullptr : event);
        }
        if (counted == nullptr || counted->type() != json::Type::object) return;
        for (const auto& [trigger, event] : counted->members()) {
            if (const std::string_view id = id_of(&event); !id.empty()) ledger_.add(id, json::dump(event));
        }
    }

    // Of an event that can be sent.
    static std::string_view id_of(const json::Value* event) {
        return event != nullptr ? text_of(*event, "id") : std::string_view();
    }

    void begin_until(Instant at) {
        const json::Value* starts = session_ != nullptr ? session_->find("starts") : nullptr;
        if (starts == nullptr) return;
        for (; begun_ < starts->array().size(); ++begun_) {
            const Instant start = instant_of(starts->array()[begun_]);
            if (start > at) return;
            const decide::Moment began{decide::MomentKind::call, {}, start, moment_.now};
            fold(began, nullptr);
        }
    }

    void take(const json::Value& entry) {
        const std::string_view kind = text_of(entry, "kind");
        if (kind == "session") return;
        const Instant at = instant_of(entry, "at").value_or(moment_.now);
        begin_until(at);
        if (kind == "event" || kind == "screen") {
            const json::Members properties = members_of(entry, "properties");
            moment_.properties = &properties;
            fold_one(kind == "event" ? decide::MomentKind::event : decide::MomentKind::screen, text_of(entry, "name"),
                     at, entry.find("counted"));
            moment_.properties = nullptr;
        }
        if (kind == "call") fold_one(decide::MomentKind::call, {}, at);
        if (kind == "reset") people_.reset(step_.fresh.anonymous, moment_.now);
        const std::string_view person = text_of(entry, "person");
        if (kind == "identify" && valid_person(person)) people_.identify(person, moment_.now);
    }
};

}  // namespace

bool fold_journal(const Step& step, const List<outbox::Record>& journal, People& people, Ledger& ledger) {
    return Journal(step, people, ledger).fold_all(journal);
}

}  // namespace candor::client
