#include "card/page.hpp"

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
    const Question* last = nullptr;
    for (const Question& question : view.survey->questions) {
        if (question.type != QuestionType::thanks && interview::asked(*view.interview, question)) last = &question;
    }
    return last;
}

void place(const View& view, const Question& shown, Page& page) {
    if (shown.type == QuestionType::text) page.text = &shown;
    for (const Question& question : view.survey->questions) {
        if (question.type == QuestionType::nps) page.scale = &question;
        if (&question == &shown) break;
    }
}

}  // namespace

bool is_complete(const View& view) { return view.document && view.survey && view.interview; }

Page page_of(const View& view) {
    Page page;
    const Question* now = interview::current(*view.survey, *view.interview);
    const bool at_the_end = !now || now->type == QuestionType::thanks;
    const Question* shown = question_of(view);
    page.score = interview::score(*view.interview);
    page.over = !shown || (at_the_end && (view.status == Status::done || view.status == Status::asking));
    if (page.over) {
        page.thanks = now;
        return page;
    }
    place(view, *shown, page);
    const bool storing = view.status == Status::storing;
    page.shows_retry = view.status == Status::failed;
    page.can_choose = page.scale && !storing;
    if (!page.text) return page;
    const interview::Answer* answer = interview::find_answer(*view.interview, page.text->id);
    page.sent = at_the_end;
    page.typed = view.interview->draft;
    if (page.sent && answer && answer->text) page.typed = *answer->text;
    page.can_type = !page.sent;
    const bool open = page.can_type && !storing;
    const bool empty = blank(page.typed);
    page.can_send = open && !empty;
    page.shows_skip = page.can_type && page.text->optional && empty;
    page.can_skip = page.shows_skip && open;
    return page;
}

}  // namespace candor::card
