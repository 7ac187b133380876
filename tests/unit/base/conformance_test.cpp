// The vectors that hold on every platform; tests/conformance/vectors.py computes them without this code.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "base/json.hpp"
#include "base/nps.hpp"
#include "base/sha256.hpp"

using namespace candor;

namespace {

json::Array vectors(const std::string& name) {
    std::ifstream file(CANDOR_TESTS_DIR "/conformance/" + name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto value = json::parse(text);
    if (!value) FAIL(name << ": " << describe(value.error()));
    REQUIRE(value->find("vectors") != nullptr);
    return value->find("vectors")->array();
}

}  // namespace

TEST_CASE("conformance: buckets") {
    const json::Array all = vectors("sampling.json");
    REQUIRE(all.size() > 1000);
    for (const json::Value& vector : all) {
        CAPTURE(json::dump(vector));
        CHECK(bucket(vector.find("salt")->text(), vector.find("purpose")->text(), vector.find("unit")->text()) ==
              vector.find("bucket")->integer());
    }
}

TEST_CASE("conformance: the score and its interval") {
    const json::Array all = vectors("nps.json");
    REQUIRE(all.size() > 10);
    for (const json::Value& vector : all) {
        CAPTURE(json::dump(vector));
        ScoreCounts counts{};
        REQUIRE(vector.find("counts")->array().size() == counts.size());
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = vector.find("counts")->array()[i].integer();
        const Nps result = nps(counts);
        const auto near = [&](const char* key) { return Catch::Approx(vector.find(key)->number()).margin(1e-9); };
        CHECK(result.n == vector.find("n")->integer());
        CHECK(result.promoters == vector.find("promoters")->integer());
        CHECK(result.passives == vector.find("passives")->integer());
        CHECK(result.detractors == vector.find("detractors")->integer());
        CHECK(result.score == near("score"));
        CHECK(result.low == near("low"));
        CHECK(result.high == near("high"));
    }
}
