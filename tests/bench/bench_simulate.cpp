// How many events a second a simulation gets through, one core, when one in twenty meets a trigger. The others are
// drawn as a number a visit, as the command does it; the second measure counts those alone that the engine is told.

#include <ctime>
#include <string>
#include <vector>

#include "report.hpp"
#include "simulate/simulate.hpp"

namespace {

using namespace candor;

constexpr double kLimit = 4'000'000;
constexpr int kTurns = 5;

// One event of five names, each of which a survey of its own waits for, among nineteen that nobody waits for.
const char* const kNames[] = {"purchase_completed", "export_done", "search", "level_won", "ticket_closed"};

Shared<const survey::Document> make_document() {
    auto document = make_shared<survey::Document>();
    for (const char* name : kNames) {
        survey::Survey& survey = document->surveys.emplace_back();
        survey.id = name;
        survey.wave = "1";
        survey.delay = 2 * kSecond;
        survey.expires = 10 * kMinute;
        survey.waits = {.answered = 90 * kDay, .dismissed = 30 * kDay, .shown = 7 * kDay};
        survey.sample.salt = survey.key();
        survey::Trigger& trigger = survey.triggers.emplace_back();
        trigger.name = trigger.touchpoint = name;
        trigger.clause = std::string("event:") + name;
        trigger.id = survey.key() + "#0";
        survey::Question& question = survey.questions.emplace_back();
        question.id = "score";
    }
    return document;
}

simulate::Population make_population(const survey::Document& document) {
    simulate::Population population = simulate::default_population(document);
    for (simulate::Segment& segment : population.segments) {
        for (simulate::Happening& happening : segment.happenings) happening.per_visit = 0.2;
        segment.others_per_visit = 19;
    }
    return population;
}

}  // namespace

int main() {
    const auto document = make_document();
    const auto prepared = decide::prepare(document);
    const simulate::Population population = make_population(*document);
    const simulate::Settings settings{.people = 4'000, .days = 365, .seed = 1};
    std::vector<double> all, watched;
    for (int turn = 0; turn < kTurns; ++turn) {
        const std::clock_t begin = std::clock();
        const auto tally = simulate::simulate(*prepared, population, settings);
        const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        const bool measured = tally && tally->watched > tally->events / 21 && tally->watched < tally->events / 19;
        if (!measured) std::abort();  // it measured something else
        all.push_back(static_cast<double>(tally->events) / seconds);
        watched.push_back(static_cast<double>(tally->watched) / seconds);
    }
    const double rate = bench::median(all);
    std::printf(
        "{\"bench\": \"simulate.events\", \"value\": %.0f, \"unit\": \"1/s\", \"limit\": %.0f, \"ratio\": %.3f}\n",
        rate, kLimit, rate / kLimit);
    std::printf("{\"bench\": \"simulate.events_with_a_trigger\", \"value\": %.0f, \"unit\": \"1/s\"}\n",
                bench::median(watched));
}
