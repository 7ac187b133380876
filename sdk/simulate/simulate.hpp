// The real engine over a simulated population: how many people a document asks, how often, and how far the number that
// comes of it may be trusted.
//
//   Population population = default_population(prepared->document());     // or read_population
//   Result<Tally> tally = simulate(*prepared, population, {.people = 100'000, .days = 365, .seed = 1});
//   Report report = report_of(prepared->document(), population, settings, *tally);      // report.hpp
#pragma once

#include "base/result.hpp"
#include "decide/decide.hpp"
#include "simulate/person.hpp"
#include "simulate/population.hpp"
#include "simulate/tally.hpp"

namespace candor::simulate {

// Told now and then how many people have lived.
struct Progress {
    void (*tell)(void* context, std::int64_t people) = nullptr;
    void* context = nullptr;
};

// One person after the other, each from the first day to the last: what it takes of memory depends on days and surveys,
// and not on the people. The same arguments give the same tally. The error is one of the engine's interview, which no
// document that was read strictly brings about.
Result<Tally> simulate(const decide::Prepared& prepared, const Population& population, const Settings& settings,
                       const Progress& progress = {});

}  // namespace candor::simulate
