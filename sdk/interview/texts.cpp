// What the person reads, and what the report says of it.
#include "survey/texts.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "interview/interview.hpp"

namespace candor::interview {

namespace {

using survey::Document;
using survey::LocalizedText;
using survey::Question;
using survey::QuestionType;

// Where the words depend on the band and there is no score, those for all bands, of which there are none.
const LocalizedText& wording_of(const Question& question, std::optional<int> score) {
    return score ? question.text.for_band(band_of(*score)) : question.text.always;
}

// Which of the languages there are is a person's.
struct Wanted {
    std::string_view locale;
    std::string_view fallback;
};

// The author's text, else ours.
const survey::LocaleText* choose(const LocalizedText& texts, const Wanted& wanted, std::string_view ours, String& out) {
    const survey::LocaleText* own = survey::find_text(texts, wanted.locale, wanted.fallback);
    if (own != nullptr && own->second.empty()) own = nullptr;
    out = own != nullptr ? std::string_view(own->second) : ours;
    return own;
}

// Before {product} is filled in.
QuestionTexts raw_texts(const Document& document, const Question& question, std::optional<int> score,
                        std::string_view locale) {
    const Wanted wanted = {locale.empty() ? std::string_view(document.locale) : locale, document.locale};
    // Words of our own are in the language of the scale, as all the card is.
    const survey::NpsWording ours = survey::nps_wording(wanted.locale, wanted.fallback);
    std::string_view text;
    if (question.type == QuestionType::nps) text = ours.question;
    if (question.type == QuestionType::thanks) text = survey::interface_text("thanks", ours.locale);

    QuestionTexts texts;
    const survey::LocaleText* own = choose(wording_of(question, score), wanted, text, texts.text);
    texts.locale = own != nullptr ? std::string_view(own->first) : ours.locale;
    if (question.type == QuestionType::nps) {
        choose(question.low_label, wanted, ours.low_label, texts.low_label);
        choose(question.high_label, wanted, ours.high_label, texts.high_label);
    }
    if (question.type == QuestionType::text) {
        choose(question.placeholder, wanted, survey::interface_text("placeholder", ours.locale), texts.placeholder);
    }
    return texts;
}

}  // namespace

QuestionTexts texts(const Document& document, const Question& question, std::optional<int> score,
                    std::string_view locale) {
    QuestionTexts texts = raw_texts(document, question, score, locale);
    const String given = score ? digits(*score) : String();
    for (String* text : {&texts.text, &texts.low_label, &texts.high_label, &texts.placeholder}) {
        *text = survey::fill(*text, {{"product", document.product}, {"score", given}});
    }
    return texts;
}

void write_answers(json::Writer& out, const survey::Survey& survey, const Interview& interview) {
    out.array("answers");
    for (const Question& question : survey.questions) {
        const Answer* answer = find_answer(interview, question.id);
        const bool skipped = answer && answer->text && answer->text->empty();
        if (!answer || skipped) continue;
        out.object().text("question", question.id);
        out.text("type", question.type == QuestionType::nps ? "nps" : "text");
        if (answer->score) out.whole("score", *answer->score);
        if (answer->text) out.text("text", *answer->text);
        out.end();
    }
    out.end();
}

String wording(const Document& document, const survey::Survey& survey, std::string_view locale) {
    json::Writer out;
    out.object();
    for (const Question& question : survey.questions) {
        if (question.type != QuestionType::nps) continue;
        const bool locked = question.text.always.empty() && question.low_label.empty() && question.high_label.empty();
        const QuestionTexts texts = raw_texts(document, question, std::nullopt, locale);
        out.text("id", locked ? "nps" : "custom").whole("version", locked ? survey::kNpsVersion : 0);
        out.text("locale", texts.locale);
        out.text("hash", sha256_hex(joined({texts.text, "\n", texts.low_label, "\n", texts.high_label}), 16));
        break;
    }
    return out.end().take();
}

}  // namespace candor::interview
