// `candor simulate`: what a document would bring, before anybody is asked.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/check.hpp"
#include "simulate/report.hpp"
#include "simulate/simulate.hpp"

namespace candor::cli {

struct Simulated {
    std::optional<Report> fault;  // then there is nothing else
    simulate::Report report;
    simulate::Tally tally;
};

// `population` empty: the default one. `progress`, if any, is told now and then how many people have lived.
Simulated simulate_file(const std::string& file, const std::string& population, const simulate::Settings& settings,
                        const std::function<void(std::int64_t people)>& progress = {});

// For a terminal: lines of at most 120 letters, as long as names and numbers are not longer than usual.
std::string to_table(const simulate::Report& report);

// An SVG that needs nothing but itself. The first kMostPanels surveys have a panel of their own.
constexpr std::size_t kMostPanels = 12;
std::string to_picture(const simulate::Report& report, const simulate::Tally& tally);

}  // namespace candor::cli
