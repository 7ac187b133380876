#include <algorithm>
#include <utility>

#include "decide/decide.hpp"

namespace candor::decide {

namespace {

bool takes_part(const survey::Survey& survey) { return survey.enabled && !survey.unsupported; }

using Key = std::pair<std::string_view, std::string_view>;
Key key(const survey::Survey& survey) { return {survey.id, survey.wave}; }

}  // namespace

void Prepared::add(std::vector<Named>& all, survey::TriggerKind kind) {
    const auto& surveys = document_->surveys;
    std::vector<std::pair<std::string_view, Slot>> found;
    for (std::uint32_t s = 0; s < surveys.size(); ++s) {
        if (!takes_part(surveys[s])) continue;
        for (std::uint32_t t = 0; t < surveys[s].triggers.size(); ++t) {
            const survey::Trigger& trigger = surveys[s].triggers[t];
            if (trigger.kind == kind) found.push_back({trigger.name, {s, t}});
        }
    }
    const auto clause = [&](Slot slot) -> std::string_view {
        return surveys[slot.survey].triggers[slot.trigger].clause;
    };
    std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : clause(a.second) < clause(b.second);
    });
    for (const auto& [name, slot] : found) {
        if (all.empty() || all.back().name != name) all.push_back({name, {}});
        all.back().slots.push_back(slot);
    }
}

Prepared::Prepared(std::shared_ptr<const survey::Document> document) : document_(std::move(document)) {
    add(events_, survey::TriggerKind::event);
    add(screens_, survey::TriggerKind::screen);
    std::vector<Named> sessions;
    add(sessions, survey::TriggerKind::session);
    for (const Named& named : sessions) {
        session_slots_.insert(session_slots_.end(), named.slots.begin(), named.slots.end());
    }

    const auto& surveys = document_->surveys;
    for (std::uint32_t s = 0; s < surveys.size(); ++s) {
        by_key_.push_back(s);
        for (const survey::Trigger& trigger : surveys[s].triggers) {
            if (trigger.kind != survey::TriggerKind::session) clauses_.push_back(trigger.clause);
        }
    }
    std::stable_sort(by_key_.begin(), by_key_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return key(surveys[a]) < key(surveys[b]); });
    std::sort(clauses_.begin(), clauses_.end());
    clauses_.erase(std::unique(clauses_.begin(), clauses_.end()), clauses_.end());
}

const std::vector<Prepared::Slot>* Prepared::find_slots(const std::vector<Named>& all, std::string_view name) {
    const auto at = std::lower_bound(all.begin(), all.end(), name,
                                     [](const Named& named, std::string_view n) { return named.name < n; });
    return at != all.end() && at->name == name ? &at->slots : nullptr;
}

const std::vector<Prepared::Slot>* Prepared::event_slots(std::string_view name) const {
    return find_slots(events_, name);
}

const std::vector<Prepared::Slot>* Prepared::screen_slots(std::string_view name) const {
    return find_slots(screens_, name);
}

const survey::Survey* Prepared::find(std::string_view survey, std::string_view wave) const {
    const Key wanted{survey, wave};
    const auto& surveys = document_->surveys;
    const auto at = std::lower_bound(by_key_.begin(), by_key_.end(), wanted,
                                     [&](std::uint32_t s, const Key& k) { return key(surveys[s]) < k; });
    return at != by_key_.end() && key(surveys[*at]) == wanted ? &surveys[*at] : nullptr;
}

bool Prepared::has_survey(std::string_view survey) const {
    const auto& surveys = document_->surveys;
    const auto at = std::lower_bound(by_key_.begin(), by_key_.end(), survey,
                                     [&](std::uint32_t s, std::string_view id) { return surveys[s].id < id; });
    return at != by_key_.end() && surveys[*at].id == survey;
}

bool Prepared::counts(std::string_view clause) const {
    return std::binary_search(clauses_.begin(), clauses_.end(), clause);
}

std::shared_ptr<const Prepared> prepare(std::shared_ptr<const survey::Document> document) {
    return std::make_shared<const Prepared>(std::move(document));
}

}  // namespace candor::decide
