#include <utility>

#include "base/order.hpp"
#include "decide/decide.hpp"

namespace candor::decide {

namespace {

bool less(const Prepared::Entry& a, const Prepared::Entry& b) {
    if (a.sort != b.sort) return a.sort < b.sort;
    const int order = a.first.compare(b.first);
    return order != 0 ? order < 0 : a.second < b.second;
}

}  // namespace

void Prepared::add(Sort sort, const String& first, const String& second, const survey::Survey& survey,
                   const survey::Trigger* trigger) {
    Entry& entry = entries_.emplace_back();
    entry.sort = sort;
    entry.first = first;
    entry.second = second;
    entry.survey = &survey;
    entry.trigger = trigger;
}

void Prepared::sort() {
    Indices order = counted(entries_.size());
    sort_indices(order, [this](std::uint32_t a, std::uint32_t b) { return less(entries_[a], entries_[b]); });
    List<Entry> sorted;
    for (const std::uint32_t index : order) sorted.emplace_back() = entries_[index];
    entries_.swap(sorted);
}

Prepared::Prepared(Shared<const survey::Document> document) : document_(std::move(document)) {
    for (const survey::Survey& survey : document_->surveys) {
        add(Sort::survey, survey.id, survey.wave, survey);
        for (const survey::Trigger& trigger : survey.triggers) {
            const bool takes_part = survey.enabled && !survey.unsupported;
            const auto sort = static_cast<Sort>(trigger.kind);
            if (takes_part) add(sort, trigger.name, trigger.clause, survey, &trigger);
            if (sort != Sort::session) add(Sort::clause, trigger.clause, trigger.name, survey, &trigger);
        }
    }
    sort();
}

const Prepared::Entry* Prepared::lower_bound(Sort sort, std::string_view first, std::string_view second) const {
    const Entry wanted{sort, first, second, nullptr, nullptr};
    const Entry* begin = entries_.data();
    for (std::size_t count = entries_.size(); count > 0;) {
        const std::size_t half = count / 2;
        const bool after = less(begin[half], wanted);
        if (after) begin += half + 1;
        count = after ? count - half - 1 : half;
    }
    return begin;
}

bool Prepared::is(const Entry* entry, Sort sort, std::string_view first) const {
    return entry != entries_.data() + entries_.size() && entry->sort == sort && entry->first == first;
}

std::span<const Prepared::Entry> Prepared::waiting(survey::TriggerKind kind, std::string_view name) const {
    const auto sort = static_cast<Sort>(kind);
    const Entry* begin = lower_bound(sort, name, "");
    const Entry* end = begin;
    while (is(end, sort, name)) ++end;
    return {begin, end};
}

const survey::Survey* Prepared::find(const String& survey, const String& wave) const {
    const Entry* entry = lower_bound(Sort::survey, survey, wave);
    return is(entry, Sort::survey, survey) && entry->second == wave ? entry->survey : nullptr;
}

Shared<const Prepared> prepare(Shared<const survey::Document> document) {
    return make_shared<const Prepared>(std::move(document));
}

}  // namespace candor::decide
