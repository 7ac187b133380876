#include "simulate/life.hpp"

#include <algorithm>

#include "interview/interview.hpp"

namespace candor::simulate {

namespace {

constexpr std::string_view kOwner = "simulation";

void close_delay(history::Person& person, const String& survey, const String& wave) {
    person.pending.erase_if([&](const history::Pending& p) { return p.survey == survey && p.wave == wave; });
}

}  // namespace

Life::Life(const Crowd& crowd, const decide::Prepared& prepared, const Settings& settings, Diary& diary)
    : crowd_(crowd), prepared_(prepared), settings_(settings), diary_(diary) {}

Maybe<Error> Life::live(std::uint64_t number) {
    somebody_ = draw(crowd_, settings_.seed, number);
    person_ = {};
    person_.id = somebody_.id;
    person_.anonymous = false;
    introduce();
    responses_.emplace(settings_.seed, number, Stream::responses);
    wake_ = kNever;
    leaves_ = 0;
    diary_.begin(somebody_.opinion, somebody_.segment);
    Visits visits(crowd_, somebody_, settings_);
    while (visits.next(visit_)) attend();
    diary_.end();
    diary_.tally().sessions += person_.sessions;
    return std::move(error_);
}

// What the engine is told of somebody beside the history, and all that it is told.
void Life::introduce() {
    profile_ = {};
    profile_.attributes = somebody_.attributes;
    const std::pair<const char*, String*> texts[] = {
        {"app_version", &profile_.app_version}, {"os_version", &profile_.os_version}, {"platform", &profile_.platform},
        {"locale", &profile_.locale},           {"country", &profile_.country},       {"device", &profile_.device}};
    for (const json::Member& value : somebody_.context) {
        for (const auto& [name, text] : texts) {
            if (value.first == name) *text = value.second.text();
        }
    }
    situation_ = {};
    situation_.owner = kOwner;
    situation_.install = somebody_.id;
    situation_.locks_exist = situation_.holds_lock = true;  // one device, one window
    situation_.profile = &profile_;
    draws_ = {};
}

// As a client does: once, and again when a wave has begun.
void Life::draw_buckets(Instant now) {
    if (draws_.of == nullptr || now >= draws_.until) draws_ = decide::draw(prepared_, somebody_.id, now);
    situation_.draws = &draws_;
}

void Life::attend() {
    // A card that was answered for long may reach into what was to be the next visit, which then begins after it.
    const Span late = std::max<Span>(0, leaves_ - visit_.begins);
    leaves_ = visit_.ends + late;
    draw_buckets(visit_.begins + late);
    tell(decide::MomentKind::call, {}, visit_.begins + late);
    const List<Watched>& watched = crowd_.kinds()[somebody_.segment].watched;
    for (const Happened& happened : visit_.happened) {
        const Instant at = happened.at + late;
        while (turn_before(at)) {
        }
        // While somebody is there, what nobody waits for keeps the session going.
        history::called(person_, at);
        tell(watched[happened.watched].kind, watched[happened.watched].name, at);
    }
    while (turn_before(leaves_)) {
    }  // each may put off the end
    if (card_) close(leaves_);
    history::called(person_, leaves_);
    Tally& tally = diary_.tally();
    ++tally.visits;
    tally.watched += static_cast<std::int64_t>(visit_.happened.size());
    tally.events += static_cast<std::int64_t>(visit_.happened.size()) + visit_.others;
}

void Life::tell(decide::MomentKind kind, std::string_view name, Instant at) {
    decide::Moment moment;
    moment.kind = kind;
    moment.name = name;
    moment.at = moment.now = situation_.now = at;
    decide::fold(prepared_, person_, moment, situation_);
    set_wake(at);
}

// Before the first delay has ended there is nothing to decide.
void Life::set_wake(Instant now) {
    wake_ = kNever;
    for (const history::Pending& pending : person_.pending) wake_ = std::min(wake_, std::max(now, pending.due));
}

bool Life::turn_before(Instant until) {
    const Instant turn = card_ ? card_->closes : wake_;
    if (turn > until) return false;
    if (card_) {
        close(turn);
    } else {
        decide_at(turn);
    }
    return true;
}

void Life::decide_at(Instant now) {
    decide::Moment moment;
    moment.now = moment.at = situation_.now = now;
    decide::fold(prepared_, person_, moment, situation_);
    wake_ = kNever;
    if (person_.pending.empty()) return;
    const decide::Decision decision = decide::decide(prepared_, person_, situation_);
    if (decision.chosen) {
        show(*decision.chosen, now);
    } else if (decision.next > now) {
        wake_ = decision.next;
    }
}

// Claim and first frame fall into one instant: nobody else is there who could see the one without the other.
void Life::show(const decide::Choice& choice, Instant now) {
    const survey::Survey& survey = prepared_.document().surveys[choice.survey];
    Card& card = card_.emplace();
    card.survey = choice.survey;
    card.wave = choice.pending.wave;
    card.touchpoint = choice.pending.touchpoint;
    card.control = choice.control;
    history::Running& running = person_.running.emplace();
    running.owner = kOwner;
    running.survey = survey.id;
    running.wave = card.wave;
    running.touchpoint = card.touchpoint;
    running.shown = running.touched = now;
    close_delay(person_, survey.id, card.wave);
    history::SurveyRecord& record = history::record_of(person_, survey.id, card.wave);
    history::shown(person_, record, now, survey.kind == survey::Kind::transactional);
    history::reach(record, history::Reached::shown, card.touchpoint);
    situation_.prompt_open = true;
    diary_.shown(choice.survey, day_of(now));

    const double met = responses_->unit() * 100;
    const double seconds = response().seconds.of(somebody_.band) * responses_->exponential();
    const double answer = response().answer.of(somebody_.band);
    const bool answers = met < answer;
    if (!answers && met >= answer + response().dismiss.of(somebody_.band)) return;
    card.outcome = answers ? Outcome::answered : Outcome::dismissed;
    card.closes = now + std::max<Span>(kSecond, static_cast<Span>(seconds * kSecond));
    leaves_ = std::max(leaves_, card.closes);
}

void Life::close(Instant now) {
    const survey::Survey& survey = survey_of(*card_);
    diary_.closed(card_->survey, card_->outcome);
    if (card_->outcome != Outcome::left_alone) {
        history::SurveyRecord& record = history::record_of(person_, survey.id, card_->wave);
        const bool answered = card_->outcome == Outcome::answered;
        (answered ? record.answered : record.dismissed) = now;
        history::reach(record, answered ? history::Reached::answered : history::Reached::dismissed, card_->touchpoint);
        if (answered) answer(now);
    }
    close_delay(person_, survey.id, card_->wave);
    person_.running.reset();
    situation_.prompt_open = false;
    card_.reset();
    set_wake(now);
}

// The score is what the person thinks, also on other scales; of choices any is as likely as another; each text question
// gets a comment or not. Where one must not be skipped and is, the person leaves.
void Life::answer(Instant now) {
    const survey::Survey& survey = survey_of(*card_);
    const double comment = response().comment.of(somebody_.band);
    interview::Interview interview = interview::begin(survey);
    Diary::Given given;
    given.score = somebody_.opinion;
    given.control = card_->control;
    while (!interview::complete(survey, interview)) {
        const survey::Question& question = *interview::current(survey, interview);
        interview::Given answer;
        const survey::Bounds scale = survey::scale_of(question.type);
        if (survey::is_scale(question.type)) {
            answer.score = scale.least + (somebody_.opinion * (scale.most - scale.least) + 5) / 10;
        } else if (survey::is_choice(question.type)) {
            const auto count = static_cast<double>(question.choices.size());
            answer.choices.push_back(question.choices[static_cast<std::size_t>(responses_->unit() * count)].id);
        } else if (question.type == survey::QuestionType::text) {
            const bool writes = responses_->unit() * 100 < comment;
            if (!writes && !question.optional) break;
            if (writes) answer.text = "…";
            given.comments += writes ? 1 : 0;
        }
        const String id = question.id;
        error_ = interview::give(survey, interview, id, answer);
        if (error_) return;
    }
    given.complete = interview::complete(survey, interview);
    diary_.gave(card_->survey, day_of(now), given);
}

}  // namespace candor::simulate
