// An explanation in two steps is the same as in one.

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "documents.hpp"
#include "survey/document.hpp"

using namespace candor;
using namespace candor::decide;
using namespace candor::decide::testing;
using history::Person;

namespace {

std::string shop() {
    std::ifstream file(CANDOR_SOURCE_DIR "/demo/surveys/shop.json");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    REQUIRE_FALSE(text.empty());
    return text;
}

struct Case {
    std::string text = shop();
    Shared<const Prepared> prepared =
        decide::prepare(make_shared<const survey::Document>(*survey::read_document(text, json::Reading::strict)));
    Person person = make_person();
    Situation situation = at(kNow);

    String in_one(std::string_view survey = {}) const {
        return decide::explain(*prepared, person, decide::decide(*prepared, person, situation), situation, survey);
    }
    String evidence() const {
        const Decision decision = decide::decide(*prepared, person, situation);
        return decide::evidence(*prepared, person, decision, situation, text);
    }
    Result<String> in_two(std::string_view survey = {}) const { return decide::explain(evidence(), survey); }
};

}  // namespace

TEST_CASE("evidence: what is made of it is what explain says itself") {
    Case c;
    CHECK(*c.in_two() == c.in_one());
    CHECK(*c.in_two("post-purchase") == c.in_one("post-purchase"));
    CHECK(*c.in_two("nobody") == c.in_one("nobody"));

    testing::fold(*c.prepared, c.person, tracked("purchase_completed", kNow));
    CHECK(*c.in_two() == c.in_one());  // waits out its delay
    c.situation.now += 2 * kSecond;
    CHECK(c.in_one().view().find("chosen\":\"post-purchase") != std::string_view::npos);
    CHECK(*c.in_two() == c.in_one());

    c.person.claim = history::Claim{.owner = "o", .survey = "s", .wave = "1", .touchpoint = "t", .at = kNow};
    c.situation.busy = c.situation.hidden = c.situation.prompt_open = true;
    CHECK(*c.in_two() == c.in_one());
    c.situation.now += kHour;  // expired
    CHECK(*c.in_two() == c.in_one());
    history::record_of(c.person, "post-purchase", "1").answered = c.situation.now;
    history::record_of(c.person, "relationship", "2026-q4").dismissed = c.situation.now;
    c.situation.now += 3 * kDay;
    CHECK(c.in_one().view().find("answered 3 days ago") != std::string_view::npos);
    CHECK(*c.in_two() == c.in_one());
}

TEST_CASE("evidence: a part of it is refused, whatever part") {
    const String whole = Case().evidence();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        if (decide::explain(whole.view().substr(0, size), "")) FAIL("the first " << size << " bytes were taken");
    }
}

TEST_CASE("evidence: what another version may have written is refused, and says why") {
    const std::string whole = Case().evidence();
    const auto with = [&](std::string_view old, std::string_view now) {
        std::string changed = whole;
        const std::size_t at = changed.find(old);
        REQUIRE(at != std::string::npos);
        changed.replace(at, old.size(), now);
        const auto explained = decide::explain(changed, "");
        return explained ? std::string("taken") : std::string(describe(explained.error()));
    };
    const std::string unknown = "trace: holds what this version does not know";
    CHECK(with("\"trace\":[0,0,", "\"trace\":[2,0,") == unknown);  // a survey
    CHECK(with("\"trace\":[0,0,", "\"trace\":[-1,0,") == unknown);
    CHECK(with("\"trace\":[0,0,", "\"trace\":[0,99,") == unknown);  // a rule
    CHECK(with("\"trace\":[0,0,", "\"trace\":[0,-1,") == unknown);
    CHECK(with("\"trace\":[0,0,0", "\"trace\":[0,0,7") == unknown);  // a verdict
    CHECK(with("\"trace\":[", "\"trace\":[0,") != "taken");          // a number too many
    CHECK(with("\"person\":\"", "\"person\":\"x") != "taken");
    CHECK(with("\"document\":\"", "\"document\":\"x") != "taken");
    CHECK(with("\"now\":", "\"now\":-") != "taken");
    CHECK(with("\"version\":2", "\"version\":3") == "version: must be a whole number from 2 to 2, is 3");
    CHECK(with("\"version\":2,", "") == "version: is missing");
    CHECK(with("\"now\":", "\"chosen\":2,\"now\":") != "taken");
    CHECK(with("\"now\":", "\"chosen\":1,\"now\":") == "taken");
}
