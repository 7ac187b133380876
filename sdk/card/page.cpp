#include "card/page.hpp"

#include <algorithm>

namespace candor::card {

namespace {

using survey::Question;
using survey::QuestionType;

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// The question that the card is about. While the last answer is being stored the interview is past it, but only a
// durable answer may be thanked for: until then the last question stays.
const Question* question_of(const View& view) {
    const Question* now = interview::current(*view.survey, *view.interview);
    if (now && now->type != QuestionType::thanks) return now;
    return interview::before(*view.survey, *view.interview, now ? std::string_view(now->id) : std::string_view());
}

// A scale stays where nothing but texts came after it: they are about it.
const Question* scale_above(const View& view, const Question& text) {
    const Question* scale = nullptr;
    for (const Question& question : view.survey->questions) {
        if (&question == &text) break;
        if (!interview::asked(*view.survey, *view.interview, question)) continue;
        if (question.type != QuestionType::text) scale = survey::is_scale(question.type) ? &question : nullptr;
    }
    return scale;
}

void place(const View& view, const Question& shown, Page& page) {
    page.asked = &shown;
    if (survey::is_scale(shown.type)) page.scale = &shown;
    if (survey::is_choice(shown.type)) page.choice = &shown;
    if (shown.type == QuestionType::statement) page.statement = &shown;
    if (shown.type != QuestionType::text) return;
    page.text = &shown;
    page.scale = scale_above(view, shown);
}

// What was begun, or was given before.
void place_answers(const View& view, Page& page) {
    const interview::Interview& interview = *view.interview;
    if (page.scale) {
        const interview::Answer* answer = interview::find_answer(interview, page.scale->id);
        if (answer) page.score = answer->score;
    }
    const interview::Answer* answer = interview::find_answer(interview, page.asked->id);
    if (!page.sent && interview::drafts(interview, page.asked->id)) {
        page.picked = {interview.picked.data(), interview.picked.size()};
        page.typed = interview.draft;
    } else if (answer) {
        page.picked = {answer->choices.data(), answer->choices.size()};
        if (answer->text) page.typed = *answer->text;
    }
}

}  // namespace

bool Page::is_picked(std::string_view id) const { return std::find(picked.begin(), picked.end(), id) != picked.end(); }

bool is_complete(const View& view) { return view.document && view.survey && view.interview; }

Page page_of(const View& view) {
    Page page;
    const Question* now = interview::current(*view.survey, *view.interview);
    const bool at_the_end = !now || now->type == QuestionType::thanks;
    const Question* shown = question_of(view);
    page.waits_for_agreement =
        at_the_end && view.agreement == Agreement::wanted && interview::answered(*view.interview);
    page.can_agree = view.agreement == Agreement::wanted && view.status != Status::storing;
    page.over = !shown || (at_the_end && !page.waits_for_agreement &&
                           (view.status == Status::done || view.status == Status::asking));
    if (page.over) {
        page.thanks = now;
        return page;
    }
    place(view, *shown, page);
    page.sent = at_the_end;
    place_answers(view, page);
    const bool storing = view.status == Status::storing;
    const bool open = !page.sent && !storing;
    page.shows_retry = view.status == Status::failed;
    page.can_choose = page.choice ? open : page.scale && !storing;
    page.has_box = page.text ||
                   (page.choice && page.choice->choices.back().other && page.is_picked(page.choice->choices.back().id));
    page.can_type = page.has_box && !page.sent;
    bool empty = page.text ? blank(page.typed) : page.choice ? page.picked.empty() : !page.score;
    if (page.statement) empty = false;
    page.shows_send = page.has_box || shown->type == QuestionType::multiple || page.statement;
    page.needs_answer = empty && !shown->optional;
    page.can_send = open && (!empty || page.needs_answer);
    page.shows_later = view.survey->look.later && view.interview->answers.empty() && view.status == Status::asking;
    // The first page is a question like any other card's; what is told of is that more than one follows it.
    const interview::Progress progress = interview::progress(*view.survey, *view.interview, *shown);
    if (progress.number > 1 && progress.count > 2) page.progress = progress;
    page.shows_skip = !page.sent && shown->optional && empty;
    page.can_skip = page.shows_skip && open;
    const Question& first = page.scale ? *page.scale : *shown;
    page.shows_back = interview::before(*view.survey, *view.interview, first.id) != nullptr;
    page.can_back = page.shows_back && open;
    return page;
}

}  // namespace candor::card
