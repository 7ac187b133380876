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
const LocalizedText& wording_of(const Question& question, std::optional<Band> band) {
    return band ? question.text.for_band(*band) : question.text.always;
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

Wanted wanted_of(const Document& document, std::string_view locale) {
    return {locale.empty() ? std::string_view(document.locale) : locale, document.locale};
}

// Before names are filled in.
QuestionTexts raw_texts(const Document& document, const Question& question, std::optional<Band> band,
                        std::string_view locale) {
    const Wanted wanted = wanted_of(document, locale);
    // Words of our own are in the language of the scale, as all the card is.
    const survey::NpsWording ours = survey::nps_wording(wanted.locale, wanted.fallback);
    std::string_view text;
    if (question.type == QuestionType::nps) text = ours.question;
    if (question.type == QuestionType::thanks) text = survey::interface_text("thanks", ours.locale);

    QuestionTexts texts;
    const survey::LocaleText* own = choose(wording_of(question, band), wanted, text, texts.text);
    texts.locale = own != nullptr ? std::string_view(own->first) : ours.locale;
    const bool nps = question.type == QuestionType::nps;
    choose(question.low_label, wanted, nps ? ours.low_label : std::string_view(), texts.low_label);
    choose(question.high_label, wanted, nps ? ours.high_label : std::string_view(), texts.high_label);
    choose(question.link.text, wanted, {}, texts.link);
    choose(question.placeholder, wanted, survey::interface_text("placeholder", ours.locale), texts.placeholder);
    return texts;
}

String filled(const Reader& reader, const String& text) {
    const std::optional<int> given = score(reader.survey, reader.interview);
    const String digits = given ? candor::digits(*given) : String();
    return survey::fill(text, {{"product", reader.document.product}, {"score", digits}}, reader.given);
}

}  // namespace

QuestionTexts texts(const Reader& reader, const Question& question) {
    QuestionTexts texts = raw_texts(reader.document, question, band(reader.survey, reader.interview), reader.locale);
    for (String* text : {&texts.text, &texts.low_label, &texts.high_label, &texts.placeholder, &texts.link}) {
        *text = filled(reader, *text);
    }
    return texts;
}

String text_of(const Reader& reader, const survey::Choice& choice) {
    String text;
    choose(choice.text, wanted_of(reader.document, reader.locale), {}, text);
    return filled(reader, text);
}

void write_answers(json::Writer& out, const survey::Survey& survey, const Interview& interview) {
    out.array("answers");
    for (const Question& question : survey.questions) {
        const Answer* answer = find_answer(interview, question.id);
        if (!answer || !answer->given()) continue;
        out.object().text("question", question.id).text("type", survey::type_name(question.type));
        if (answer->score) out.whole("score", *answer->score);
        if (!answer->choices.empty()) {
            out.array("choices");
            for (const String& id : answer->choices) out.text(nullptr, id);
            out.end();
        }
        if (answer->text) out.text("text", *answer->text);
        out.end();
    }
    out.end();
}

String wording(const Document& document, const survey::Survey& survey, std::string_view locale) {
    json::Writer out;
    out.object();
    if (const Question* question = main_question(survey)) {
        const bool locked = question->type == QuestionType::nps && question->text.always.empty() &&
                            question->low_label.empty() && question->high_label.empty();
        const QuestionTexts texts = raw_texts(document, *question, std::nullopt, locale);
        out.text("id", locked ? "nps" : "custom").whole("version", locked ? survey::kNpsVersion : 0);
        out.text("locale", texts.locale);
        out.text("hash", sha256_hex(joined({texts.text, "\n", texts.low_label, "\n", texts.high_label}), 16));
    }
    return out.end().take();
}

}  // namespace candor::interview
