// One running survey: the current question, branching, answers, revisions. Values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_writer.hpp"
#include "base/list.hpp"
#include "base/result.hpp"
#include "base/string.hpp"
#include "survey/document.hpp"

namespace candor::interview {

struct Answer {
    String question;
    std::optional<int> score;    // of a scale
    std::optional<String> text;  // of a text question; empty: skipped
    bool operator==(const Answer&) const = default;
};

struct Interview {
    String current;        // the id of the question asked now
    List<Answer> answers;  // in the order of the questions
    String draft;          // typed into the current text question and not sent yet
    String wording;        // that the score was given to, as `wording` tells it: the caller's to keep
    bool operator==(const Interview&) const = default;
};

constexpr std::size_t kMostTextBytes = 4000;  // of one answer; longer is cut between code points by `clip`

Interview begin(const survey::Survey& survey);

// Whether the question is put to this person: a text question whose wording depends on the band is not, where the band
// has no wording (or no score is given yet).
bool asked(const Interview& interview, const survey::Question& question);

// What is given as an answer: a score, or else a text.
struct Given {
    std::optional<int> score;
    std::string_view text;
};

// Takes an answer; an error leaves the interview as it was. An earlier question may be answered anew: the score's band
// then decides anew what is asked; answers to questions that are no longer asked go. The draft stays until its own
// question is answered. Text of blanks alone counts as skipped. Errors: no such question, out of range, wrong type, not
// UTF-8, required and empty.
std::optional<Error> give(const survey::Survey& survey, Interview& interview, std::string_view question,
                          const Given& given);
// To the question before, with its text as the draft; the first stays the first.
void back(const survey::Survey& survey, Interview& interview);

const survey::Question* current(const survey::Survey& survey, const Interview& interview);
const Answer* find_answer(const Interview& interview, std::string_view question);
std::optional<int> score(const Interview& interview);                     // of the recommendation question
bool complete(const survey::Survey& survey, const Interview& interview);  // nothing is left to answer

String clip(std::string_view text);  // well-formed and at most kMostTextBytes

// For the history. Reading checks against the survey: an interview that no longer fits it is an error, and `interview`
// then of no use.
String write(const Interview& interview);
std::optional<Error> read(const survey::Survey& survey, std::string_view bytes, Interview& interview);

// The member "answers" of docs/wire.md; a skipped question is left out.
void write_answers(json::Writer& out, const survey::Survey& survey, const Interview& interview);

// The texts of a question as this person sees them: locale, band, product name.
struct QuestionTexts {
    String text;
    String low_label, high_label;  // of a scale
    String placeholder;
    String locale;  // of `text`
};
QuestionTexts texts(const survey::Document& document, const survey::Question& question, std::optional<int> score,
                    std::string_view locale);

// The member "wording" of docs/wire.md, as JSON: of the recommendation question as this person sees it now. The
// author's own words or labels: id "custom", version 0, and the hash over question and labels as written. Whoever gives
// a score keeps it with the answer, since the language may change after it.
String wording(const survey::Document& document, const survey::Survey& survey, std::string_view locale);

}  // namespace candor::interview
