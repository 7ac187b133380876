#include "survey/document.hpp"

#include "base/text.hpp"

namespace candor::survey {

const LocalizedText& BandedText::for_band(Band band) const {
    if (!banded()) return always;
    return band == Band::promoter ? promoter : band == Band::passive ? passive : detractor;
}

String Survey::key() const { return joined({id, ".", wave}); }

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
