#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cli/figures.hpp"
#include "cli/simulate.hpp"

namespace candor::cli {

namespace {

using simulate::Bias;
using simulate::Burden;
using simulate::SurveyReport;

constexpr double kWorthSaying = 0.5;  // points, below which a bias is not put into words
constexpr std::size_t kMostNameLetters = 40;

using Row = std::vector<std::string>;

// The first column to the left, the others to the right.
class Table {
public:
    explicit Table(Row header) { add(std::move(header)); }

    void add(Row row) {
        widths_.resize(std::max(widths_.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], width(row[i]));
        rows_.push_back(std::move(row));
    }

    std::string text() const {
        std::string out;
        for (const Row& row : rows_) {
            std::string line = row[0] + std::string(widths_[0] - width(row[0]), ' ');
            for (std::size_t i = 1; i < row.size(); ++i) {
                line += "  " + std::string(widths_[i] - width(row[i]), ' ') + row[i];
            }
            out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        }
        return out;
    }

private:
    std::vector<Row> rows_;
    std::vector<std::size_t> widths_;
};

std::string name_of(const SurveyReport& survey) {
    const std::string wave = survey.wave.empty() ? "" : " " + std::string(survey.wave);  // `every` makes many
    return shortened(std::string(survey.survey) + wave, kMostNameLetters);
}

std::string at_most(std::int64_t prompts) {
    const bool open = prompts >= static_cast<std::int64_t>(simulate::kMostPrompts);
    return std::to_string(prompts) + (open ? "+" : "");
}

std::string part(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? "-" : percent(100 * static_cast<double>(part) / static_cast<double>(whole));
}

Row burden_row(std::string name, const Burden& burden) {
    return {std::move(name),
            percent(burden.share),
            thousands(burden.prompts),
            rate(burden.mean),
            at_most(burden.median),
            at_most(burden.most_of_95),
            at_most(burden.most),
            rate(burden.per_day),
            burden.peak_day > 0 ? thousands(burden.peak) + ", day " + std::to_string(burden.peak_day) : "-"};
}

std::string burdens(const simulate::Report& report) {
    Table table({"HOW OFTEN PEOPLE ARE ASKED", "of people", "prompts", "a person", "median", "95 %", "most", "a day",
                 "busiest day"});
    for (const SurveyReport& survey : report.surveys) table.add(burden_row(name_of(survey), survey.burden));
    if (report.surveys.size() != 1) table.add(burden_row("all surveys", report.all));
    return table.text() + "median, 95 %, most: prompts of those who were asked; half, 95 of 100, all had no more\n";
}

std::string outcomes(const simulate::Report& report) {
    Table table({"WHAT BECOMES OF IT", "responses", "a day", "answered", "dismissed", "left alone", "response rate",
                 "comments"});
    for (const SurveyReport& survey : report.surveys) {
        const std::int64_t prompts = survey.burden.prompts;
        const auto days = static_cast<double>(report.settings.days);
        table.add({name_of(survey), thousands(survey.responses), rate(static_cast<double>(survey.responses) / days),
                   part(survey.responses, prompts), part(survey.dismissed, prompts), part(survey.left_alone, prompts),
                   part(survey.answered, survey.burden.people), thousands(survey.comments)});
    }
    return table.text() +
           "answered, dismissed, left alone: of prompts; response rate: people who answered, of those asked\n";
}

std::string precision(const SurveyReport& survey) {
    if (survey.precise_after) {
        return "after " + thousands(*survey.precise_after) + (*survey.precise_after == 1 ? " day" : " days");
    }
    if (survey.precise_about) return "no; about " + thousands(std::llround(*survey.precise_about)) + " days";
    return "no";
}

std::string bias(const std::optional<Bias>& bias) {
    return bias ? points(bias->points) + " ±" + fixed(bias->chance, 1) : "-";
}

std::string scores(const simulate::Report& report) {
    Table table({"THE SCORE", "measured", "95 % interval", "true", "off by", "selection", "non-response", "repeats",
                 "±5 points"});
    for (const SurveyReport& survey : report.surveys) {
        const bool any = survey.measured.n > 0;
        table.add({name_of(survey), any ? points(survey.measured.score) : "-",
                   any ? points(survey.measured.low) + " to " + points(survey.measured.high) : "-",
                   points(report.truth.score), any ? points(survey.measured.score - report.truth.score) : "-",
                   bias(survey.selection), bias(survey.non_response), survey.repeats ? points(*survey.repeats) : "-",
                   precision(survey)});
    }
    return table.text() + "behind ±: as much comes by chance alone, 19 times of 20\n";
}

std::string higher(double points) {
    return fixed(std::abs(points), 1) + (points < 0 ? " points lower" : " points higher");
}

bool matters(const std::optional<Bias>& bias) {
    return bias && std::abs(bias->points) >= kWorthSaying && std::abs(bias->points) > bias->chance;
}

// What is off, in words.
std::string words(const SurveyReport& survey) {
    const std::string begin = name_of(survey) + ": ";
    if (survey.burden.people == 0) return begin + "nobody is asked.\n";
    std::string out;
    if (matters(survey.selection)) {
        out += begin + "selection: those whom it asks score " + higher(survey.selection->points) + " than everybody.\n";
    }
    if (matters(survey.non_response)) {
        out += begin + "non-response: those who answer score " + higher(survey.non_response->points) +
               " than those who are asked.\n";
    }
    if (survey.repeats && std::abs(*survey.repeats) >= kWorthSaying) {
        out += begin + "repeats: some answer several times, which makes the score " + higher(*survey.repeats) + ".\n";
    }
    if (survey.control) {
        const Bias& moved = survey.control->moved;
        out += begin +
               "control share: it alone, with no knowledge of the truth, says that targeting moves the score by " +
               points(moved.points) + " ±" + fixed(moved.chance, 1) + ".\n";
    }
    if (out.empty() && survey.measured.n > 0) return begin + "no bias beyond chance.\n";
    return out.empty() ? begin + "nobody answers.\n" : out;
}

std::string segments(const simulate::Report& report) {
    Table table({"WHO THEY ARE", "people", "true", "asked", "answered", "of those asked"});
    for (const simulate::SegmentReport& segment : report.segments) {
        table.add({std::string(segment.name), thousands(segment.truth.n),
                   segment.truth.n > 0 ? points(segment.truth.score) : "-", part(segment.asked, segment.truth.n),
                   thousands(segment.answered), part(segment.answered, segment.asked)});
    }
    return table.text();
}

}  // namespace

std::string to_table(const simulate::Report& report) {
    const simulate::Settings& settings = report.settings;
    std::string out = std::string(report.project) + ", revision " + std::to_string(report.revision) + ": " +
                      thousands(settings.people) + (settings.people == 1 ? " person, " : " people, ") +
                      thousands(settings.days) + (settings.days == 1 ? " day" : " days") + " from " +
                      std::string(utc_day(report.start)) + ", seed " + std::to_string(settings.seed) + "\n" +
                      thousands(report.visits) + " visits, " + thousands(report.sessions) + " sessions, " +
                      thousands(report.events) + " events, of which surveys wait for " + thousands(report.watched) +
                      "\n\n";
    out += burdens(report) + "\n" + outcomes(report) + "\n" + scores(report) + "\n";
    for (const SurveyReport& survey : report.surveys) out += words(survey);
    return out + "\n" + segments(report);
}

}  // namespace candor::cli
