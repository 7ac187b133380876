#include "survey/document.hpp"

#include "base/text.hpp"

namespace candor::survey {

std::string_view type_name(QuestionType type) {
    std::string_view names = kTypeNames;
    for (int before = static_cast<int>(type); before > 0; --before) take_part(names, '|');
    return take_part(names, '|');
}

Bounds scale_of(QuestionType type) {
    switch (type) {
        case QuestionType::nps: return {0, 10};
        case QuestionType::csat: return {1, 5};
        case QuestionType::ces: return {1, 7};
        default: return {};
    }
}

bool is_scale(QuestionType type) { return scale_of(type).most > 0; }

bool is_choice(QuestionType type) { return type == QuestionType::single || type == QuestionType::multiple; }

const LocalizedText& BandedText::for_band(Band band) const {
    if (!by_band()) return always;
    return band == Band::promoter ? promoter : band == Band::passive ? passive : detractor;
}

String Survey::key() const { return every > 0 ? id : joined({id, ".", wave}); }

const Survey* Document::find(std::string_view id) const {
    const Survey* first = nullptr;
    for (const Survey& survey : surveys) {
        if (survey.id != id) continue;
        if (!survey.unsupported) return &survey;
        if (first == nullptr) first = &survey;
    }
    return first;
}

}  // namespace candor::survey
