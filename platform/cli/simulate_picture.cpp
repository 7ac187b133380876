#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cli/figures.hpp"
#include "cli/simulate.hpp"
#include "cli/svg.hpp"

namespace candor::cli {

namespace {

using simulate::SurveyReport;
using simulate::SurveyTally;

constexpr double kWidth = 960;
constexpr double kMargin = 40;
constexpr double kInner = kWidth - 2 * kMargin;
constexpr double kHeader = 100;
constexpr double kTile = 96;
constexpr double kCharts = 272;
constexpr double kPanel = 318;
constexpr double kGap = 20;
constexpr double kFooter = 56;
constexpr std::size_t kMostBins = 110;
constexpr std::size_t kMostNameLetters = 70;

constexpr std::string_view kStyle =
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;font-size:13px;fill:#171b22}"
    ".page{fill:#f4f5f7}.card{fill:#fff;stroke:#e1e4e9}"
    ".title{font-size:26px;font-weight:650}.head{font-size:16px;font-weight:650}"
    ".big{font-size:26px;font-weight:650}.quiet{fill:#586170}.small{font-size:12px;fill:#586170}"
    ".strong{font-weight:650}.middle{text-anchor:middle}.end{text-anchor:end}"
    ".grid{stroke:#e8ebef}.axis{stroke:#b4bcc8}"
    ".bar{fill:#1c7f8f}.area{fill:#1c7f8f;fill-opacity:.16}.curve{fill:none;stroke:#1c7f8f;stroke-width:2;"
    "stroke-linejoin:round}"
    ".truth{fill:none;stroke:#171b22;stroke-width:1.5;stroke-dasharray:5 4}.mark{stroke:#c8592f;stroke-width:1.5;"
    "stroke-dasharray:2 3}"
    ".up{fill:#d98a2b}.down{fill:#7a6bb5}.link{stroke:#b4bcc8;stroke-dasharray:2 2}"
    ".hold{fill:none;stroke:#1c7f8f;stroke-width:2}.point{fill:#1c7f8f}.black{fill:#171b22}.warn{fill:#a8431c}";

std::string people_of(std::int64_t people) { return thousands(people) + (people == 1 ? " person" : " people"); }

std::string days_of(std::int64_t days) { return thousands(days) + (days == 1 ? " day" : " days"); }

// ---- the whole ----

void draw_header(Svg& svg, const simulate::Report& report) {
    const simulate::Settings& settings = report.settings;
    const std::string project = shortened(report.project, 26);
    svg.text({kMargin, 52}, project + ": what " + days_of(settings.days) + " would bring", "title");
    svg.text({kMargin, 78},
             people_of(settings.people) + " simulated from " + std::string(utc_day(report.start)) + " · " +
                 thousands(report.visits) + " visits · revision " + std::to_string(report.revision) + " · seed " +
                 std::to_string(settings.seed),
             "quiet");
}

void draw_tile(Svg& svg, int index, std::string_view big, std::string_view what, std::string_view more) {
    constexpr double kTileWidth = (kInner - 3 * 16) / 4;
    const Box box{kMargin + index * (kTileWidth + 16), kHeader, kTileWidth, kTile};
    svg.box(box, "card", 12);
    svg.text({box.x + 18, box.y + 38}, big, "big");
    svg.text({box.x + 18, box.y + 60}, what, "");
    svg.text({box.x + 18, box.y + 79}, more, "small");
}

void draw_tiles(Svg& svg, const simulate::Report& report) {
    const simulate::Burden& all = report.all;
    const auto open = [](std::int64_t prompts) {
        return std::to_string(prompts) + (prompts >= static_cast<std::int64_t>(simulate::kMostPrompts) ? "+" : "");
    };
    draw_tile(svg, 0, percent(all.share), "of people are asked", people_of(all.people));
    draw_tile(svg, 1, rate(all.mean), "prompts a person",
              all.people > 0 ? "19 of 20 asked: up to " + open(all.most_of_95) : "nobody is asked");
    draw_tile(
        svg, 2, rate(all.per_day), "prompts a day",
        all.peak_day > 0 ? "busiest: " + thousands(all.peak) + " on day " + std::to_string(all.peak_day) : "none");
    draw_tile(svg, 3, points(report.truth.score), "true NPS of all of them", "which no survey sees");
}

// ---- prompts by day, and by person ----

struct Bins {
    std::vector<double> means;  // a day
    double days = 1;            // in each; the last may have fewer
};

Bins bins_of(const candor::List<std::int64_t>& by_day) {
    Bins bins;
    const std::size_t size = (by_day.size() + kMostBins - 1) / kMostBins;
    bins.days = static_cast<double>(size);
    for (std::size_t begin = 0; begin < by_day.size(); begin += size) {
        const std::size_t end = std::min(begin + size, by_day.size());
        double sum = 0;
        for (std::size_t day = begin; day < end; ++day) sum += static_cast<double>(by_day[day]);
        bins.means.push_back(sum / static_cast<double>(end - begin));
    }
    return bins;
}

void draw_grid(Svg& svg, const Scale& up, const Box& plot, std::string (*label)(double)) {
    for (const double tick : up.ticks(4)) {
        svg.line({plot.x, up(tick)}, {plot.right(), up(tick)}, "grid");
        svg.text({plot.x - 8, up(tick) + 4}, label(tick), "small end");
    }
}

void draw_days(Svg& svg, const Scale& across, const Box& plot) {
    std::string_view unit = "day ";
    for (const double tick : across.ticks(5)) {
        if (tick < 1 || tick != std::floor(tick)) continue;
        const bool last = across(tick) > plot.right() - 20;
        const Point at{last ? plot.right() : across(tick), plot.bottom() + 18};
        svg.text(at, std::string(unit) + thousands(std::llround(tick)), last ? "small end" : "small middle");
        unit = "";
    }
    svg.line({plot.x, plot.bottom()}, {plot.right(), plot.bottom()}, "axis");
}

void draw_by_day(Svg& svg, const Box& card, const SurveyTally& all, std::int64_t days) {
    svg.box(card, "card", 12);
    svg.text({card.x + 20, card.y + 32}, "Prompts a day, all surveys", "head");
    const Bins bins = bins_of(all.prompts_on);
    const double most = *std::max_element(bins.means.begin(), bins.means.end());
    if (bins.days > 1) {
        svg.text({card.right() - 20, card.y + 32}, "each bar: the mean of " + fixed(bins.days, 0) + " days",
                 "small end");
    }
    const Box plot{card.x + 72, card.y + 56, card.width - 96, card.height - 56 - 40};
    const Scale up{0, most > 0 ? most * 1.05 : 1, plot.bottom(), plot.y};
    const Scale across{0, static_cast<double>(days), plot.x, plot.right()};
    draw_grid(svg, up, plot,
              [](double tick) { return tick == std::floor(tick) ? thousands(std::llround(tick)) : rate(tick); });
    for (std::size_t i = 0; i < bins.means.size(); ++i) {
        const double begin = across(static_cast<double>(i) * bins.days);
        const double end = across(std::min(static_cast<double>(i + 1) * bins.days, static_cast<double>(days)));
        const double gap = std::min(1.0, (end - begin) / 4);
        svg.box({begin, up(bins.means[i]), end - begin - gap, plot.bottom() - up(bins.means[i])}, "bar");
    }
    draw_days(svg, across, plot);
}

struct Group {
    const char* name;
    std::size_t from, to;
};

void draw_by_person(Svg& svg, const Box& card, const SurveyTally& all, std::int64_t people) {
    constexpr Group kGroups[] = {
        {"none", 0, 0}, {"1", 1, 1},     {"2", 2, 2},       {"3", 3, 3},
        {"4–6", 4, 6},  {"7–12", 7, 12}, {"13–24", 13, 24}, {"25+", 25, simulate::kMostPrompts}};
    svg.box(card, "card", 12);
    svg.text({card.x + 20, card.y + 32}, "Prompts a person", "head");
    svg.text({card.right() - 20, card.y + 32}, "% of people", "small end");
    constexpr double kBars = 128;
    double y = card.y + 60;
    for (const Group& group : kGroups) {
        std::int64_t count = 0;
        for (std::size_t prompts = group.from; prompts <= group.to; ++prompts) count += all.people_by_prompts[prompts];
        const double share = static_cast<double>(count) / static_cast<double>(people);
        svg.text({card.x + 64, y + 12}, group.name, "small end");
        svg.box({card.x + 74, y, kBars, 16}, "page", 3);
        if (count > 0) svg.box({card.x + 74, y, std::max(1.5, share * kBars), 16}, "bar", 3);
        svg.text({card.right() - 20, y + 12.5}, percent(100 * share), "small end");
        y += 25;
    }
}

// ---- a survey ----

// One step from what all people think to what is measured.
struct Step {
    std::string name, what;
    double from = 0, to = 0;
};

std::vector<Step> steps_of(const SurveyReport& survey, double truth) {
    std::vector<Step> steps;
    double at = truth;
    const auto add = [&](const char* name, const char* what, double points) {
        steps.push_back({name, what, at, at + points});
        at += points;
    };
    if (survey.selection) add("selection", "whom it asks", survey.selection->points);
    if (survey.non_response) add("non-response", "who answers", survey.non_response->points);
    if (survey.repeats) add("repeats", "who answers often", *survey.repeats);
    return steps;
}

Scale scale_of(const std::vector<Step>& steps, const SurveyReport& survey, double truth, const Box& plot) {
    double low = truth, high = truth;
    for (const Step& step : steps) {
        low = std::min(low, step.to);
        high = std::max(high, step.to);
    }
    if (survey.measured.n > 0) {
        low = std::min(low, survey.measured.low);
        high = std::max(high, survey.measured.high);
    }
    const double pad = std::max(2.0, (high - low) * 0.08);
    return {low - pad, high + pad, plot.x, plot.right()};
}

void draw_step(Svg& svg, const Step& step, const Scale& across, double x, double right, double y) {
    const double change = step.to - step.from;
    svg.text({x, y + 4}, step.name, "");
    svg.text({x, y + 20}, step.what, "small");
    const double begin = std::min(across(step.from), across(step.to));
    const double length = std::abs(across(step.to) - across(step.from));
    svg.box({begin, y - 7, std::max(1.5, length), 14}, change < 0 ? "down" : "up", 2);
    svg.text({right, y + 5}, points(change), "strong end");
}

// From the truth to what is measured, a step for each bias.
void draw_biases(Svg& svg, const Box& area, const SurveyReport& survey, double truth) {
    constexpr double kNames = 122, kNumbers = 56, kRow = 41;
    const Box plot{area.x + kNames, area.y, area.width - kNames - kNumbers, area.height - 24};
    const std::vector<Step> steps = steps_of(survey, truth);
    const Scale across = scale_of(steps, survey, truth, plot);
    for (const double tick : across.ticks(4)) {
        svg.line({across(tick), plot.y}, {across(tick), plot.bottom()}, "grid");
        svg.text({across(tick), plot.bottom() + 17},
                 (tick > 0 ? "+" : "") + fixed(tick, tick == std::floor(tick) ? 0 : 1), "small middle");
    }
    double y = area.y + 14;
    svg.text({area.x, y + 5}, "true NPS", "strong");
    svg.dot({across(truth), y}, 6, "black");
    svg.text({area.right(), y + 5}, points(truth), "strong end");
    for (const Step& step : steps) {
        svg.line({across(step.from), y + 8}, {across(step.from), y + kRow - 8}, "link");
        y += kRow;
        draw_step(svg, step, across, area.x, area.right(), y);
    }
    if (survey.measured.n == 0) {
        svg.text({area.x, area.bottom() - 48}, survey.burden.people == 0 ? "Nobody is asked." : "Nobody answers.",
                 "warn");
        return;
    }
    const double measured = survey.measured.score;
    svg.line({across(measured), y + 8}, {across(measured), y + kRow - 8}, "link");
    y += kRow;
    svg.text({area.x, y + 4}, "measured", "strong");
    svg.text({area.x, y + 20}, "95 % interval", "small");
    const double low = across(survey.measured.low), high = across(survey.measured.high);
    svg.path({{low, y - 5}, {low, y + 5}}, "hold");
    svg.path({{low, y}, {high, y}}, "hold");
    svg.path({{high, y - 5}, {high, y + 5}}, "hold");
    svg.dot({across(measured), y}, 6, "point");
    svg.text({area.right(), y + 5}, points(measured), "strong end");
}

std::string precision(const SurveyReport& survey) {
    if (survey.precise_after) return "±5 points after " + days_of(*survey.precise_after);
    if (survey.precise_about) return "±5 points in about " + days_of(std::llround(*survey.precise_about));
    return "±5 points: out of reach";
}

// The score over the days, with its interval, which narrows; and the truth.
void draw_course(Svg& svg, const Box& area, const SurveyReport& survey, const SurveyTally& tally, double truth) {
    svg.text({area.x, area.y - 14}, "The score so far", "strong");
    svg.text({area.right(), area.y - 14}, precision(survey), "small end");
    const Box plot{area.x + 40, area.y, area.width - 40, area.height - 24};
    const candor::List<Nps> scores = simulate::scores_by_day(tally);
    const auto days = static_cast<double>(scores.size());
    const double measured = survey.measured.n > 0 ? survey.measured.score : truth;
    const double reach = std::max({12.0, std::abs(measured - truth) + 5, 1.6 * std::min(survey.reach, 60.0)});
    const bool none = survey.measured.n == 0;
    const double low = std::min(measured - reach, none ? measured : survey.measured.low - 2);
    const double high = std::max(measured + reach, none ? measured : survey.measured.high + 2);
    const Scale up{std::max(-100.0, low), std::min(100.0, high), plot.bottom(), plot.y};
    const Scale across{0, days, plot.x, plot.right()};
    draw_grid(svg, up, plot,
              [](double tick) { return (tick > 0 ? "+" : "") + fixed(tick, tick == std::floor(tick) ? 0 : 1); });
    std::vector<Point> line, upper, lower;
    const std::size_t step = std::max<std::size_t>(1, scores.size() / 180);
    for (std::size_t day = 0; day < scores.size(); ++day) {
        const bool drawn = day % step == 0 || day + 1 == scores.size();
        if (!drawn || scores[day].n == 0) continue;
        const double x = across(static_cast<double>(day + 1));
        line.push_back({x, up(scores[day].score)});
        upper.push_back({x, up(scores[day].high)});
        lower.push_back({x, up(scores[day].low)});
    }
    svg.begin_clip(plot);
    if (!line.empty()) {
        upper.insert(upper.end(), lower.rbegin(), lower.rend());
        svg.path(upper, "area", true);
        svg.path(line, "curve");
    }
    if (survey.precise_after) {
        const double x = across(static_cast<double>(*survey.precise_after));
        svg.line({x, plot.y}, {x, plot.bottom()}, "mark");
    }
    svg.end_clip();
    svg.line({plot.x, up(truth)}, {plot.right(), up(truth)}, "truth");
    draw_days(svg, across, plot);
}

std::string in_short(const SurveyReport& survey) {
    if (survey.burden.people == 0) return "0 % of people are asked";
    return percent(survey.burden.share) + " of people are asked, " + percent(survey.response_rate) +
           " of them answer: " + thousands(survey.responses) +
           (survey.responses == 1 ? " response, " : " responses, ") + thousands(survey.comments) +
           (survey.comments == 1 ? " comment · " : " comments · ") + rate(survey.burden.per_day) + " prompts a day";
}

void draw_survey(Svg& svg, double y, const SurveyReport& survey, const SurveyTally& tally, double truth) {
    const Box card{kMargin, y, kInner, kPanel};
    svg.box(card, "card", 12);
    const std::string name = std::string(survey.survey) + (survey.wave.empty() ? "" : " · " + std::string(survey.wave));
    svg.text({card.x + 20, card.y + 34}, shortened(name, kMostNameLetters), "head");
    svg.text({card.x + 20, card.y + 58}, in_short(survey), "quiet");
    draw_biases(svg, {card.x + 20, card.y + 86, 430, kPanel - 86 - 12}, survey, truth);
    draw_course(svg, {card.x + 486, card.y + 100, kInner - 486 - 24, kPanel - 100 - 12}, survey, tally, truth);
}

}  // namespace

std::string to_picture(const simulate::Report& report, const simulate::Tally& tally) {
    const std::size_t panels = std::min(report.surveys.size(), kMostPanels);
    const double charts = kHeader + kTile + kGap;
    const double first = charts + kCharts + kGap;
    const double bottom = first + static_cast<double>(panels) * (kPanel + kGap);
    const double height = bottom - kGap + kFooter;
    Svg svg(kWidth, height, "What candor simulate says of " + std::string(report.project), kStyle);
    svg.box({0, 0, kWidth, height}, "page");
    draw_header(svg, report);
    draw_tiles(svg, report);
    draw_by_day(svg, {kMargin, charts, 564, kCharts}, tally.all, report.settings.days);
    draw_by_person(svg, {kMargin + 580, charts, kInner - 580, kCharts}, tally.all, report.settings.people);
    for (std::size_t i = 0; i < panels; ++i) {
        const double y = first + static_cast<double>(i) * (kPanel + kGap);
        draw_survey(svg, y, report.surveys[i], tally.surveys[i], report.truth.score);
    }
    std::string note = "Dashed: the true score. Shaded: the 95 % interval. Dotted: ±5 points are reached.";
    if (panels < report.surveys.size()) {
        note = "And " + std::to_string(report.surveys.size() - panels) + " more surveys: see the table. " + note;
    }
    svg.text({kMargin, height - 24}, note, "small");
    return svg.take();
}

}  // namespace candor::cli
