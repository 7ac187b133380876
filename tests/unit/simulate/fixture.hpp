// Documents and populations for tests of simulations.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "base/result.hpp"
#include "decide/decide.hpp"
#include "simulate/report.hpp"
#include "simulate/simulate.hpp"
#include "survey/document.hpp"

namespace candor::simulate::testing {

// A survey for each text, which holds what goes beside id, kind and questions.
inline Shared<const survey::Document> document(std::initializer_list<const char*> surveys) {
    std::string text = R"({"candor": 1, "project": "p", "revision": 1, "product": "P", "surveys": [)";
    int index = 0;
    for (const char* members : surveys) {
        if (index > 0) text += ',';
        text += R"({"id": "s)" + std::to_string(index++) + R"(", "kind": "relationship", )" + members +
                R"(, "questions": [{"id": "score", "type": "nps"}, {"id": "why", "type": "text", "text": "Why?"},
                    {"id": "thanks", "type": "thanks"}]})";
    }
    Error refused;
    auto read = survey::read_document(text + "]}", json::Reading::tools, {}, refused);
    INFO(describe(refused));
    REQUIRE(read);
    return read;
}

inline Population population(std::string_view members, const survey::Document& document) {
    const std::string text = R"({"population": 1)" + (members.empty() ? "" : ", " + std::string(members)) + "}";
    auto read = read_population(text, document);
    INFO((read ? String() : describe(read.error())));
    REQUIRE(read);
    return *std::move(read);
}

struct Run {
    Tally tally;
    Report report;
    String json;
};

inline Run run(const Shared<const survey::Document>& document, const Population& population, const Settings& settings) {
    const auto prepared = decide::prepare(document);
    auto tally = simulate(*prepared, population, settings);
    REQUIRE(tally);
    Run out{*std::move(tally), {}, {}};
    out.report = report_of(*document, population, settings, out.tally);
    out.json = to_json(out.report, out.tally);
    return out;
}

inline Run run(const Shared<const survey::Document>& document, std::string_view members, const Settings& settings) {
    return run(document, population(members, *document), settings);
}

}  // namespace candor::simulate::testing
