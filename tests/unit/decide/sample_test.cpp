// Who is in the sample.

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "base/sha256.hpp"
#include "documents.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

// One that is due at once, so that the sample alone decides.
survey::Survey sampled(std::uint32_t threshold, survey::SampleBy by = survey::SampleBy::person) {
    survey::Survey s = make_survey("s", {event("bought")});
    s.delay = 0;
    s.sample.threshold = threshold;
    s.sample.by = by;
    return s;
}

bool asked(const Prepared& p, Person person, std::string_view install = "install-1") {
    Situation situation = at(kNow);
    situation.install = install;
    decide::fold(p, person, tracked("bought", kNow), situation);
    return decide::decide(p, person, situation).chosen.has_value();
}

}  // namespace

TEST_CASE("0 % is nobody and 100 % is everybody") {
    for (const auto by : {survey::SampleBy::person, survey::SampleBy::occasion}) {
        const auto nobody = prepared({sampled(0, by)});
        const auto everybody = prepared({sampled(100'000, by)});
        for (int i = 0; i < 1000; ++i) {
            const Person person = make_person("p" + std::to_string(i));
            if (asked(*nobody, person)) FAIL("asked at 0 %: " << i);
            if (!asked(*everybody, person)) FAIL("not asked at 100 %: " << i);
        }
    }
}

TEST_CASE("the bucket is that of the salt and the person's id, and its own threshold is just too small") {
    const std::uint32_t b = bucket("s.1", "sample", "ann");
    REQUIRE(b > 0);
    CHECK_FALSE(asked(*prepared({sampled(b)}), make_person("ann")));
    CHECK(asked(*prepared({sampled(b + 1)}), make_person("ann")));

    survey::Survey salted = sampled(bucket("panel", "sample", "ann") + 1);
    salted.sample.salt = "panel";
    CHECK(asked(*prepared({salted}), make_person("ann")));
    salted.sample.threshold -= 1;
    CHECK_FALSE(asked(*prepared({salted}), make_person("ann")));
}

TEST_CASE("the unit of an anonymous person is the install, not the person") {
    Person anonymous = make_person("");
    anonymous.id = "anon:1";
    const std::uint32_t b = bucket("s.1", "sample", "install-7");
    CHECK_FALSE(asked(*prepared({sampled(b)}), anonymous, "install-7"));
    CHECK(asked(*prepared({sampled(b + 1)}), anonymous, "install-7"));
}

TEST_CASE("by occasion each occurrence is drawn anew") {
    for (int n = 1; n <= 5; ++n) {
        const std::uint32_t b = bucket("s.1", "sample", "ann#" + std::to_string(n));
        Person person = make_person("ann");
        if (n > 1) person.counters.push_back({"event:bought", n - 1});
        CHECK_FALSE(asked(*prepared({sampled(b, survey::SampleBy::occasion)}), person));
        CHECK(asked(*prepared({sampled(b + 1, survey::SampleBy::occasion)}), person));
    }
}

TEST_CASE("a person outside of the sample opens no delay, and the trace says why") {
    const std::uint32_t b = bucket("s.1", "sample", "ann");
    const auto p = prepared({sampled(b)});
    Person person = make_person("ann");
    testing::fold(*p, person, tracked("bought", kNow));
    CHECK(person.pending.empty());
    const Decision decision = decide::decide(*p, person, at(kNow));
    CHECK(blocking(decision) == Names{"trigger", "sample"});
    CHECK(rule(decision, Rule::sample).seen == b);
    CHECK(rule(decision, Rule::sample).wanted == b);
    CHECK(rule(decision, Rule::sample).earliest == kNever);
}

TEST_CASE("over 100,000 units the sample is as large as its percent, and spread evenly") {
    constexpr int kUnits = 100'000;
    for (const std::uint32_t threshold : {1'000u, 25'000u, 50'000u}) {
        const auto p = prepared({sampled(threshold)});
        const double share = threshold / 100'000.0;
        Person person = make_person("x");
        person.sessions = 1;
        int in = 0;
        for (int i = 0; i < kUnits; ++i) {
            person.id = "unit-" + std::to_string(i);
            const Decision decision = decide::decide(*p, person, at(kNow));
            if (rule(decision, Rule::sample).verdict == Verdict::pass) ++in;
        }
        // Five standard deviations: the units are fixed, so this never flickers.
        const double deviation = std::sqrt(kUnits * share * (1 - share));
        CHECK(std::abs(in - kUnits * share) < 5 * deviation);
    }
    std::array<int, 100> cells{};
    for (int i = 0; i < kUnits; ++i) ++cells[bucket("s.1", "sample", "unit-" + std::to_string(i)) / 1000];
    double chi_square = 0;
    for (const int n : cells) chi_square += (n - 1000.0) * (n - 1000.0) / 1000.0;
    CHECK(chi_square < 160);  // 99 degrees of freedom: above that in one of ten thousand
    CHECK(chi_square > 55);   // and more even than chance allows in as few
}

TEST_CASE("two salts draw independently") {
    int both = 0;
    constexpr int kUnits = 100'000;
    for (int i = 0; i < kUnits; ++i) {
        const std::string unit = "unit-" + std::to_string(i);
        if (bucket("s.1", "sample", unit) < 50'000 && bucket("s.2", "sample", unit) < 50'000) ++both;
    }
    CHECK(std::abs(both - kUnits / 4.0) < 5 * std::sqrt(kUnits * 0.25 * 0.75));
}
