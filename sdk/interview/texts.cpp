// What the person reads, and what the report says of it.
#include <utility>

#include "base/sha256.hpp"
#include "interview/interview.hpp"
#include "survey/texts.hpp"

namespace candor::interview {

namespace {

using survey::Document;
using survey::LocalizedText;
using survey::Question;
using survey::QuestionType;

bool has_own_wording(const Question& question) {
    return !question.text.always.empty() || !question.text.passive.empty() || !question.text.promoter.empty() ||
           !question.text.detractor.empty();
}

const LocalizedText& wording_of(const Question& question, std::optional<int> score) {
    static const LocalizedText none;
    if (!question.text.banded()) return question.text.always;
    return score ? question.text.for_band(band_of(*score)) : none;
}

std::string or_else(const LocalizedText& texts, const Document& document, std::string_view locale,
                    std::string_view otherwise) {
    std::string text = survey::localize(texts, locale, document.locale).text;
    return text.empty() ? std::string(otherwise) : text;
}

// Of a scale, before {product} is filled in.
QuestionTexts scale_texts(const Document& document, const Question& question, std::optional<int> score,
                          std::string_view locale) {
    const survey::NpsWording& built_in = survey::nps_wording(locale, document.locale);
    QuestionTexts texts;
    texts.text = built_in.question;
    texts.locale = built_in.locale;
    if (has_own_wording(question)) {
        survey::Localized own = survey::localize(wording_of(question, score), locale, document.locale);
        texts.text = std::move(own.text);
        texts.locale = std::move(own.locale);
    }
    texts.low_label = or_else(question.low_label, document, locale, built_in.low_label);
    texts.high_label = or_else(question.high_label, document, locale, built_in.high_label);
    return texts;
}

QuestionTexts other_texts(const Document& document, const Question& question, std::optional<int> score,
                          std::string_view locale) {
    survey::Localized own = survey::localize(wording_of(question, score), locale, document.locale);
    // Words of our own are in the language of the scale, as all the card is.
    const std::string_view ours = survey::nps_wording(locale, document.locale).locale;
    QuestionTexts texts;
    texts.locale = own.locale.empty() ? std::string(ours) : std::move(own.locale);
    texts.text = std::move(own.text);
    if (question.type == QuestionType::thanks && texts.text.empty()) {
        texts.text = survey::interface_text("thanks", ours);
    }
    if (question.type == QuestionType::text) {
        texts.placeholder =
            or_else(question.placeholder, document, locale, survey::interface_text("placeholder", ours));
    }
    return texts;
}

}  // namespace

QuestionTexts texts(const Document& document, const Question& question, std::optional<int> score,
                    std::string_view locale) {
    const std::string_view wanted = locale.empty() ? std::string_view(document.locale) : locale;
    QuestionTexts texts = question.type == QuestionType::nps ? scale_texts(document, question, score, wanted)
                                                             : other_texts(document, question, score, wanted);
    const std::string given = score ? std::to_string(*score) : std::string();
    const std::vector<std::pair<std::string_view, std::string_view>> values = {{"product", document.product},
                                                                               {"score", given}};
    for (std::string* text : {&texts.text, &texts.low_label, &texts.high_label, &texts.placeholder}) {
        *text = survey::fill(*text, values);
    }
    return texts;
}

json::Value wire_answers(const survey::Survey& survey, const Interview& interview) {
    json::Value answers{json::Array{}};
    for (const Question& question : survey.questions) {
        const Answer* answer = find_answer(interview, question.id);
        const bool skipped = answer && answer->text && answer->text->empty();
        if (!answer || skipped) continue;
        json::Value item{json::Members{}};
        item.set("question", question.id);
        item.set("type", question.type == QuestionType::nps ? "nps" : "text");
        if (answer->score) item.set("score", *answer->score);
        if (answer->text) item.set("text", *answer->text);
        answers.push(std::move(item));
    }
    return answers;
}

json::Value wire_wording(const Document& document, const survey::Survey& survey, std::string_view locale) {
    json::Value wording{json::Members{}};
    const std::string_view wanted = locale.empty() ? std::string_view(document.locale) : locale;
    for (const Question& question : survey.questions) {
        if (question.type != QuestionType::nps) continue;
        const survey::NpsWording& built_in = survey::nps_wording(wanted, document.locale);
        const bool locked = !has_own_wording(question) && question.low_label.empty() && question.high_label.empty();
        const QuestionTexts texts = scale_texts(document, question, std::nullopt, wanted);
        wording.set("id", locked ? "nps" : "custom");
        wording.set("version", locked ? built_in.version : 0);
        wording.set("locale", texts.locale);
        wording.set("hash", locked ? std::string(built_in.hash)
                                   : sha256_hex(texts.text + "\n" + texts.low_label + "\n" + texts.high_label, 16));
        break;
    }
    return wording;
}

}  // namespace candor::interview
