// One running survey: the current question, branching, answers, revisions. Values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/json_writer.hpp"
#include "base/list.hpp"
#include "base/maybe.hpp"
#include "base/result.hpp"
#include "base/string.hpp"
#include "survey/document.hpp"

namespace candor::interview {

// Of the three the one that its question takes; none of them where it was skipped, or a statement was read.
struct Answer {
    String question;
    std::optional<int> score;    // of a scale
    List<String> choices;        // their ids, in the document's order
    std::optional<String> text;  // of a text question, or beside the choice that has a field; empty: skipped

    bool given() const { return score || !choices.empty() || (text && !text->empty()); }
    bool operator==(const Answer&) const = default;
};

struct Interview {
    String current;          // the id of the question asked now
    List<Answer> answers;    // in the order of the questions
    String draft;            // typed and not sent yet
    List<String> picked;     // choices made and not sent yet
    String drafted;          // the question that these two belong to; empty: the current one
    String wording;          // that the main question was answered to, as `wording` tells it: the caller's to keep
    std::uint32_t seed = 0;  // of the order of shuffled choices: the caller's to give, the same after a resume
    bool operator==(const Interview&) const = default;
};

constexpr std::size_t kMostTextBytes = 4000;  // of one answer; longer is cut between code points by `clip`

Interview begin(const survey::Survey& survey);

// Whether the question is put to this person: its condition holds, and where its wording depends on the band there is
// one for that band (and a score).
bool asked(const survey::Survey& survey, const Interview& interview, const survey::Question& question);

// How far the person is with that question, from 1, and how many there are at most: what depends on an answer that is
// not given yet may still be asked. Thanks are none.
struct Progress {
    int number = 0, count = 0;
};
Progress progress(const survey::Survey& survey, const Interview& interview, const survey::Question& question);

// What is given as an answer: a score, choices (with what was written beside them), or a text. None of it: skipped, or
// read where it is a statement.
struct Given {
    std::optional<int> score;
    std::string_view text;
    List<String> choices = {};
};

// Takes an answer; an error leaves the interview as it was. An earlier question may be answered anew: what is asked is
// then decided anew; answers to questions that are no longer asked go. What is begun stays until its own question is
// answered. Text of blanks alone counts as none. Errors: no such question or choice, one twice or one too many, out of
// range, wrong type, not UTF-8, required and empty.
Maybe<Error> give(const survey::Survey& survey, Interview& interview, std::string_view question, const Given& given);
// To the question before, with its answer as what is begun, unless something else is; the first stays the first.
void back(const survey::Survey& survey, Interview& interview);
// To the question before that one, which is asked.
void back_from(const survey::Survey& survey, Interview& interview, std::string_view question);

const survey::Question* current(const survey::Survey& survey, const Interview& interview);
const survey::Question* before(const survey::Survey& survey, const Interview& interview, std::string_view question);
const Answer* find_answer(const Interview& interview, std::string_view question);
bool complete(const survey::Survey& survey, const Interview& interview);  // nothing is left to answer
bool answered(const Interview& interview);                                // something, beside what was skipped

// What is begun on this question: typed, and chosen.
bool drafts(const Interview& interview, std::string_view question);

// What the report is about: the recommendation question, else the first scale, else the first choice. Null: a survey
// without any.
const survey::Question* main_question(const survey::Survey& survey);
std::optional<int> score(const survey::Survey& survey, const Interview& interview);  // of the main question
// Of the recommendation score.
std::optional<Band> band(const survey::Survey& survey, const Interview& interview);

String clip(std::string_view text);  // well-formed and at most kMostTextBytes

// In which order the choices stand: `order[i]` is the place in the document of the one that stands i-th.
using Order = std::array<std::uint8_t, survey::kMostChoices>;
Order order_of(const survey::Question& question, std::uint32_t seed);
// From whatever names the interview, the same for equal texts.
std::uint32_t seed_of(std::string_view name);

// For the history. Reading checks against the survey: an interview that no longer fits it is an error, and `interview`
// then of no use. The seed is not in it.
String write(const Interview& interview);
Maybe<Error> read(const survey::Survey& survey, std::string_view bytes, Interview& interview);

// The member "answers" of docs/wire.md; a skipped question is left out.
void write_answers(json::Writer& out, const survey::Survey& survey, const Interview& interview);

// Who reads: all that the words on the card depend on.
struct Reader {
    const survey::Document& document;
    const survey::Survey& survey;
    const Interview& interview;
    std::string_view locale;
    std::span<const survey::NamedText> given = {};  // of {attribute.…} and {property.…}
};

// The texts of a question as this person sees them: locale, band, names filled in.
struct QuestionTexts {
    String text;
    String low_label, high_label;  // of a scale
    String placeholder;
    String link;
    String locale;  // of `text`
};
QuestionTexts texts(const Reader& reader, const survey::Question& question);
String text_of(const Reader& reader, const survey::Choice& choice);

// The member "wording" of docs/wire.md, as JSON: of the main question as this person sees it now. The author's own
// words or labels: id "custom", version 0, and the hash over question and labels as written. Whoever gives a score
// keeps it with the answer, since the language may change after it.
String wording(const survey::Document& document, const survey::Survey& survey, std::string_view locale);

}  // namespace candor::interview
