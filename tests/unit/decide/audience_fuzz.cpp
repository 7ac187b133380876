// Any condition over any attributes: it is evaluated without harm, `not` turns it, and both halves of an `all` and an
// `any` of it with its opposite come to what they must.
//
// Input: the condition's JSON, a line break, the attributes' JSON.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../../fuzz/expect.hpp"
#include "base/text.hpp"
#include "decide/decide.hpp"

using namespace candor;
using candor::fuzz::expect;
using namespace candor::decide;

namespace {

constexpr Instant kNow = 1'790'000'000'000;

Shared<const Prepared> with_population(std::string_view condition) {
    const String text =
        joined({R"({"candor":1,"project":"p","revision":1,"product":"P","surveys":[{"id":"s","kind":"transactional",)"
                R"("triggers":[{"event":"go"}],"population":)",
                condition, R"(,"questions":[{"id":"score","type":"nps"},{"id":"thanks","type":"thanks"}]}]})"});
    Error refused;
    const auto document = survey::read_document(text, json::Reading::strict, {}, refused);
    return document != nullptr ? prepare(document) : nullptr;
}

bool passes(const Prepared& prepared, const history::Person& person, const Situation& situation) {
    const Decision decision = decide::decide(prepared, person, situation);
    explain(prepared, person, decision, situation, "");
    for (const TraceRecord& record : decision.trace) {
        if (record.rule == Rule::population) return record.verdict == Verdict::pass;
    }
    std::abort();
}

json::Members members(std::string_view text) {
    json::Members out;
    const auto read = json::parse(text);
    if (!read || read->type() != json::Type::object) return out;
    for (const auto& [key, value] : read->members()) out.emplace_back(key, value);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t end = bytes.find('\n');
    const std::string_view condition = bytes.substr(0, end);
    const auto prepared = with_population(condition);
    if (prepared == nullptr || prepared->document().surveys.size() != 1) return 0;
    if (!prepared->document().surveys.front().population.given()) return 0;

    Profile profile;
    if (end != std::string_view::npos) profile.attributes = members(bytes.substr(end + 1));
    Situation situation;
    situation.now = kNow;
    situation.profile = &profile;
    history::Person person;
    history::touch(person, kNow - kDay);
    history::count(person, "event:go");

    const bool met = passes(*prepared, person, situation);
    const auto population_of = [&](Parts parts) {
        const auto made = with_population(joined(parts));
        if (made == nullptr) return met;  // too deep by now
        return passes(*made, person, situation);
    };
    if (with_population(joined({R"({"not":)", condition, "}"})) == nullptr) return 0;
    expect(population_of({R"({"not":)", condition, "}"}) != met, "`not` does not turn it");
    expect(population_of({R"({"all":[)", condition, "]}"}) == met, "one in an `all` is not as it is alone");
    expect(population_of({R"({"any":[)", condition, "]}"}) == met, "one in an `any` is not as it is alone");
    return 0;
}
