#include "simulate/report.hpp"

#include <algorithm>
#include <cmath>

#include "base/json_writer.hpp"

namespace candor::simulate {

namespace {

constexpr double kZ = 1.959963984540054;  // of 95 %, two-sided
constexpr std::int64_t kFewest = 10;      // responses, below which no pace is guessed

double percent(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

double reach_of(const Nps& score) { return (score.high - score.low) / 2; }

// How often at most the first `share` of those who were asked were.
std::int64_t quantile(const List<std::int64_t>& people_by_prompts, std::int64_t people, double share) {
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(people)));
    std::int64_t seen = 0;
    for (std::size_t prompts = 1; prompts < people_by_prompts.size(); ++prompts) {
        seen += people_by_prompts[prompts];
        if (people > 0 && seen >= wanted) return static_cast<std::int64_t>(prompts);
    }
    return 0;
}

Burden burden_of(const SurveyTally& tally, const Settings& settings) {
    Burden out;
    out.people = sum(tally.asked);
    out.share = percent(out.people, settings.people);
    out.prompts = tally.prompts;
    out.mean = static_cast<double>(tally.prompts) / static_cast<double>(settings.people);
    out.median = quantile(tally.people_by_prompts, out.people, 0.5);
    out.most_of_95 = quantile(tally.people_by_prompts, out.people, 0.95);
    out.most = quantile(tally.people_by_prompts, out.people, 1);
    out.per_day = static_cast<double>(tally.prompts) / static_cast<double>(settings.days);
    for (std::size_t day = 0; day < tally.prompts_on.size(); ++day) {
        if (tally.prompts_on[day] <= out.peak) continue;
        out.peak = tally.prompts_on[day];
        out.peak_day = static_cast<std::int64_t>(day) + 1;
    }
    return out;
}

// Of a part of a group. How far a lot would move it follows from how unlike each other the group's people are: the
// deviation of the mean of n of N that are drawn without putting any back.
Bias bias_of(const Nps& part, const Nps& group) {
    const auto n = static_cast<double>(part.n);
    const auto all = static_cast<double>(group.n);
    const double ends = static_cast<double>(group.promoters + group.detractors) / all;
    const double middle = group.score / 100;
    const double left = part.n < group.n ? (all - n) / (all - 1) : 0;
    return {part.score - group.score, 100 * kZ * std::sqrt(std::max(0.0, ends - middle * middle) / n * left)};
}

ScoreCounts scaled(const ScoreCounts& counts, double times) {
    ScoreCounts out = {};
    for (std::size_t i = 0; i < kScores; ++i) {
        out[i] = static_cast<std::int64_t>(std::round(static_cast<double>(counts[i]) * times));
    }
    return out;
}

bool is_precise(const ScoreCounts& counts) { return reach_of(nps(counts)) <= kPrecise; }

// How many times as many responses of the same kind make the interval narrow enough.
double times_enough(const ScoreCounts& counts) {
    double few = 1, enough = 2;
    while (!is_precise(scaled(counts, enough))) enough *= 2;
    for (int i = 0; i < 30; ++i) {
        const double middle = (few + enough) / 2;
        (is_precise(scaled(counts, middle)) ? enough : few) = middle;
    }
    return enough;
}

void set_precision(SurveyReport& out, const SurveyTally& tally, std::int64_t days) {
    out.reach = reach_of(out.measured);
    const List<Nps> scores = scores_by_day(tally);
    for (std::size_t day = 0; day < scores.size(); ++day) {
        if (scores[day].n == 0 || reach_of(scores[day]) > kPrecise) continue;
        out.precise_after = static_cast<std::int64_t>(day) + 1;
        return;
    }
    if (out.measured.n >= kFewest) out.precise_about = static_cast<double>(days) * times_enough(tally.responses);
}

void set_biases(SurveyReport& out, const SurveyTally& tally, const Nps& truth) {
    const Nps asked = nps(tally.asked);
    const Nps answered = nps(tally.answered);
    if (asked.n == 0) return;
    out.asked_score = asked.score;
    out.selection = bias_of(asked, truth);
    if (answered.n == 0) return;
    out.answered_score = answered.score;
    out.non_response = bias_of(answered, asked);
    out.repeats = out.measured.score - answered.score;
}

// Two groups of different people: their intervals add up as squares.
void set_control(SurveyReport& out, const SurveyTally& tally) {
    ScoreCounts targeted = tally.responses;
    for (std::size_t i = 0; i < kScores; ++i) targeted[i] -= tally.control[i];
    ControlReport report;
    report.control = nps(tally.control);
    report.targeted = nps(targeted);
    if (report.control.n == 0 || report.targeted.n == 0) return;
    report.moved.points = report.targeted.score - report.control.score;
    report.moved.chance = std::hypot(reach_of(report.targeted), reach_of(report.control));
    out.control = report;
}

SurveyReport survey_report(const survey::Survey& survey, const SurveyTally& tally, const Settings& settings,
                           const Nps& truth) {
    SurveyReport out;
    out.survey = survey.id;
    out.wave = survey.wave;
    out.burden = burden_of(tally, settings);
    out.answered = sum(tally.answered);
    out.response_rate = percent(out.answered, out.burden.people);
    out.responses = tally.outcomes[static_cast<std::size_t>(Outcome::answered)];
    out.dismissed = tally.outcomes[static_cast<std::size_t>(Outcome::dismissed)];
    out.left_alone = tally.outcomes[static_cast<std::size_t>(Outcome::left_alone)];
    out.complete = tally.complete;
    out.comments = tally.comments;
    out.measured = nps(tally.responses);
    set_biases(out, tally, truth);
    if (survey.control.threshold > 0) set_control(out, tally);
    set_precision(out, tally, settings.days);
    return out;
}

// ---- JSON ----

using json::Writer;

void number_or_null(Writer& out, const char* key, const std::optional<double>& value) {
    if (value) {
        out.number(key, *value);
    } else {
        out.null(key);
    }
}

// With a score only where there is somebody to have one.
void write_nps(Writer& out, const char* key, const Nps& score) {
    out.object(key).whole("n", score.n);
    if (score.n > 0) {
        out.number("score", score.score);
    } else {
        out.null("score");
    }
    out.number("low", score.low).number("high", score.high);
    out.whole("promoters", score.promoters).whole("passives", score.passives).whole("detractors", score.detractors);
    out.end();
}

template <class Counts>
void write_counts(Writer& out, const char* key, const Counts& counts, std::size_t many) {
    out.array(key);
    for (std::size_t i = 0; i < many; ++i) out.whole(nullptr, counts[i]);
    out.end();
}

void write_bias(Writer& out, const char* key, const std::optional<Bias>& bias) {
    if (!bias) {
        out.null(key);
        return;
    }
    out.object(key).number("points", bias->points).number("chance", bias->chance).end();
}

void write_burden(Writer& out, const Burden& burden, const SurveyTally& tally) {
    out.object("asked").whole("people", burden.people).number("percent", burden.share).end();
    out.object("prompts").whole("all", burden.prompts).number("per_person", burden.mean);
    out.whole("median_of_asked", burden.median).whole("most_of_95_percent", burden.most_of_95);
    out.whole("most", burden.most);
    const auto most = static_cast<std::size_t>(burden.most);
    write_counts(out, "people_by_prompts", tally.people_by_prompts, most + 1);
    out.number("per_day", burden.per_day);
    out.whole("peak", burden.peak).whole("peak_day", burden.peak_day);
    write_counts(out, "by_day", tally.prompts_on, tally.prompts_on.size());
    out.end();
}

void write_survey(Writer& out, const SurveyReport& report, const SurveyTally& tally) {
    out.object().text("survey", report.survey).text("wave", report.wave);
    write_burden(out, report.burden, tally);
    out.object("answered").whole("people", report.answered).number("response_rate", report.response_rate).end();
    out.object("responses").whole("all", report.responses).whole("complete", report.complete);
    out.whole("comments", report.comments);
    out.number("per_day", percent(report.responses, static_cast<std::int64_t>(tally.prompts_on.size())) / 100);
    write_counts(out, "scores", tally.responses, tally.responses.size());
    out.end();
    out.whole("dismissed", report.dismissed).whole("left_alone", report.left_alone);
    write_nps(out, "measured", report.measured);
    number_or_null(out, "asked_score", report.asked_score);
    number_or_null(out, "answered_score", report.answered_score);
    out.object("bias");
    std::optional<double> all;
    if (report.repeats) all = report.selection->points + report.non_response->points + *report.repeats;
    number_or_null(out, "all", all);
    write_bias(out, "selection", report.selection);
    write_bias(out, "non_response", report.non_response);
    number_or_null(out, "repeats", report.repeats);
    out.end();
    if (report.control) {
        out.object("control");
        write_nps(out, "control", report.control->control);
        write_nps(out, "targeted", report.control->targeted);
        write_bias(out, "moved", report.control->moved);
        out.end();
    } else {
        out.null("control");
    }
    out.object("precision").number("reach", report.reach).number("wanted", kPrecise);
    std::optional<double> after;
    if (report.precise_after) after = static_cast<double>(*report.precise_after);
    number_or_null(out, "after_days", after);
    number_or_null(out, "at_this_pace_after_days", report.precise_about);
    out.end().end();
}

}  // namespace

List<Nps> scores_by_day(const SurveyTally& tally) {
    List<Nps> scores;
    scores.reserve(tally.responses_on.size());
    ScoreCounts counts = {};
    for (const ScoreCounts& day : tally.responses_on) {
        for (std::size_t score = 0; score < kScores; ++score) counts[score] += day[score];
        scores.push_back(nps(counts));
    }
    return scores;
}

Report report_of(const survey::Document& document, const Population& population, const Settings& settings,
                 const Tally& tally) {
    Report out;
    out.project = document.project;
    out.hash = document.hash;
    out.revision = document.revision;
    out.settings = settings;
    out.start = population.start;
    out.truth = nps(tally.people);
    out.visits = tally.visits;
    out.sessions = tally.sessions;
    out.events = tally.events;
    out.watched = tally.watched;
    out.all = burden_of(tally.all, settings);
    for (std::size_t i = 0; i < document.surveys.size(); ++i) {
        out.surveys.push_back(survey_report(document.surveys[i], tally.surveys[i], settings, out.truth));
    }
    for (std::size_t i = 0; i < population.segments.size(); ++i) {
        const SegmentTally& segment = tally.segments[i];
        out.segments.push_back({population.segments[i].name, nps(segment.people), segment.asked, segment.answered});
    }
    return out;
}

String to_json(const Report& report, const Tally& tally) {
    Writer out;
    out.object().whole("simulation", 1).text("project", report.project).whole("revision", report.revision);
    out.text("hash", report.hash);
    out.whole("people", report.settings.people).whole("days", report.settings.days);
    out.whole("seed", static_cast<std::int64_t>(report.settings.seed)).text("start", rfc3339(report.start));
    write_nps(out, "truth", report.truth);
    write_counts(out, "opinions", tally.people, tally.people.size());
    out.whole("visits", report.visits).whole("sessions", report.sessions);
    out.whole("events", report.events).whole("watched_events", report.watched);
    out.object("all");
    write_burden(out, report.all, tally.all);
    out.end();
    out.array("surveys");
    for (std::size_t i = 0; i < report.surveys.size(); ++i) write_survey(out, report.surveys[i], tally.surveys[i]);
    out.end().array("segments");
    for (const SegmentReport& segment : report.segments) {
        out.object().text("name", segment.name);
        write_nps(out, "truth", segment.truth);
        out.whole("asked", segment.asked).whole("answered", segment.answered).end();
    }
    out.end().end();
    return out.take();
}

}  // namespace candor::simulate
