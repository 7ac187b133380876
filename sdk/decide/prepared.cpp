#include <utility>

#include "base/order.hpp"
#include "decide/decide.hpp"

namespace candor::decide {

int Prepared::compare(const Key& a, const Key& b) {
    if (a.kind != b.kind) return a.kind - b.kind;
    const int first = a.first.compare(b.first);
    return first != 0 ? first : a.second.compare(b.second);
}

Prepared::Key Prepared::waiting_key(const survey::Document& document, Slot slot) {
    const survey::Trigger& trigger = document.surveys[slot.survey].triggers[slot.trigger];
    return {static_cast<int>(trigger.kind), trigger.name, trigger.clause};
}

Prepared::Key Prepared::clause_key(const survey::Document& document, Slot slot) {
    return {0, document.surveys[slot.survey].triggers[slot.trigger].clause};
}

Prepared::Key Prepared::survey_key(const survey::Document& document, Slot slot) {
    const survey::Survey& survey = document.surveys[slot.survey];
    return {0, survey.id, survey.wave};
}

void Prepared::sort(std::vector<Slot>& slots, KeyOf key_of) const {
    Indices order = candor::counted(slots.size());
    sort_indices(order, [&](std::uint32_t a, std::uint32_t b) {
        return compare(key_of(*document_, slots[a]), key_of(*document_, slots[b])) < 0;
    });
    std::vector<Slot> sorted(slots.size());
    for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = slots[order[i]];
    slots.swap(sorted);
}

const Prepared::Slot* Prepared::lower_bound(const std::vector<Slot>& slots, KeyOf key_of, const Key& key) const {
    std::size_t begin = 0, end = slots.size();
    while (begin < end) {
        const std::size_t middle = (begin + end) / 2;
        if (compare(key_of(*document_, slots[middle]), key) < 0) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return slots.data() + begin;
}

Prepared::Prepared(std::shared_ptr<const survey::Document> document) : document_(std::move(document)) {
    const auto& surveys = document_->surveys;
    for (std::uint32_t s = 0; s < surveys.size(); ++s) {
        surveys_.push_back({s, 0});
        for (std::uint32_t t = 0; t < surveys[s].triggers.size(); ++t) {
            if (surveys[s].enabled && !surveys[s].unsupported) waiting_.push_back({s, t});
            if (surveys[s].triggers[t].kind != survey::TriggerKind::session) counted_.push_back({s, t});
        }
    }
    sort(waiting_, waiting_key);
    sort(counted_, clause_key);
    sort(surveys_, survey_key);
}

std::span<const Prepared::Slot> Prepared::waiting(survey::TriggerKind kind, std::string_view name) const {
    const Slot* begin = lower_bound(waiting_, waiting_key, {static_cast<int>(kind), name});
    const Slot* end = begin;
    while (end != waiting_.data() + waiting_.size() && trigger(*end).kind == kind && trigger(*end).name == name) ++end;
    return {begin, end};
}

const survey::Survey* Prepared::find(std::string_view survey, std::string_view wave) const {
    const Key key{0, survey, wave};
    const Slot* at = lower_bound(surveys_, survey_key, key);
    if (at == surveys_.data() + surveys_.size() || compare(survey_key(*document_, *at), key) != 0) return nullptr;
    return &document_->surveys[at->survey];
}

bool Prepared::has_survey(std::string_view survey) const {
    const Slot* at = lower_bound(surveys_, survey_key, {0, survey});
    return at != surveys_.data() + surveys_.size() && document_->surveys[at->survey].id == survey;
}

bool Prepared::counts(std::string_view clause) const {
    const Slot* at = lower_bound(counted_, clause_key, {0, clause});
    return at != counted_.data() + counted_.size() && trigger(*at).clause == clause;
}

std::shared_ptr<const Prepared> prepare(std::shared_ptr<const survey::Document> document) {
    return std::make_shared<const Prepared>(std::move(document));
}

}  // namespace candor::decide
