#include "cli/simulate.hpp"

#include <utility>

#include "cli/files.hpp"
#include "survey/document.hpp"

namespace candor::cli {

namespace {

using simulate::Population;

Simulated failed(Report fault) {
    Simulated out;
    out.fault = std::move(fault);
    return out;
}

simulate::Progress progress_of(const std::function<void(std::int64_t)>& progress) {
    if (!progress) return {};
    return {[](void* context, std::int64_t people) {
                (*static_cast<const std::function<void(std::int64_t)>*>(context))(people);
            },
            const_cast<std::function<void(std::int64_t)>*>(&progress)};
}

Simulated simulate_with(const Shared<const survey::Document>& document, const Population& population,
                        const simulate::Settings& settings, const std::function<void(std::int64_t)>& progress) {
    const auto prepared = decide::prepare(document);
    auto tally = simulate::simulate(*prepared, population, settings, progress_of(progress));
    if (!tally) return failed(unusable("the simulation", std::string(describe(tally.error()))));
    Simulated out;
    out.report = simulate::report_of(*document, population, settings, *tally);
    out.tally = *std::move(tally);
    return out;
}

}  // namespace

Simulated simulate_file(const std::string& file, const std::string& population, const simulate::Settings& settings,
                        const std::function<void(std::int64_t)>& progress) {
    const auto text = read_file(file);
    if (!text) return failed(unusable(file, std::string(text.error().reason)));
    Error fault;
    const auto document = survey::read_document(*text, json::Reading::tools, {}, fault);
    if (document == nullptr) return failed(refused(file, *text, fault));
    if (population.empty()) {
        return simulate_with(document, simulate::default_population(*document), settings, progress);
    }
    const auto people = read_file(population);
    if (!people) return failed(unusable(population, std::string(people.error().reason)));
    const auto read = simulate::read_population(*people, *document);
    if (!read) return failed(refused(population, *people, read.error()));
    return simulate_with(document, *read, settings, progress);
}

}  // namespace candor::cli
