#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "base/utf8.hpp"
#include "sample.hpp"

using namespace candor;
using namespace candor::survey;
using namespace candor::survey::testing;

namespace {

// The value with one of its parts, anywhere, replaced or taken away.
json::Value damaged(const json::Value& value) {
    const json::Value strange[] = {json::Value(),
                                   true,
                                   0,
                                   -1,
                                   1e300,
                                   "",
                                   "x",
                                   candor::String(70'000, 'y'),
                                   json::Array{},
                                   json::Members{},
                                   json::Value(json::Array{json::Value(1)})};
    const bool leaf = value.array().empty() && value.members().empty();
    if (leaf || *rc::gen::inRange(0, 6) == 0)
        return *rc::gen::elementOf(std::vector<json::Value>(std::begin(strange), std::end(strange)));
    if (value.type() == json::Type::array) {
        json::Array items = value.array();
        json::Value& item = items[*rc::gen::inRange<std::size_t>(0, items.size())];
        item = damaged(item);
        return json::Value(std::move(items));
    }
    const auto at = *rc::gen::inRange<std::size_t>(0, value.members().size());
    const int harm = *rc::gen::inRange(0, 4);
    json::Value out{json::Members{}};
    for (std::size_t i = 0; i < value.members().size(); ++i) {
        const auto& [key, member] = value.members()[i];
        if (i != at) {
            out.set(key, member);
        } else if (harm != 0) {
            out.set(harm == 1 ? key + "x" : key, harm == 1 ? member : damaged(member));
        }
    }
    return out;
}

void check_names_earlier(const Survey& survey, std::size_t index, const Branch& condition) {
    for (const Branch& part : condition.of) check_names_earlier(survey, index, part);
    if (condition.question.empty()) return;
    std::size_t at = 0;
    while (at < index && survey.questions[at].id != condition.question) ++at;
    RC_ASSERT(at < index);
    RC_ASSERT(condition.test != BranchTest::range || condition.least);
}

// What the other layers rely on, whatever the text was.
void check_sound(const Survey& survey) {
    RC_ASSERT(!survey.id.empty());
    if (survey.unsupported) {
        RC_ASSERT(!survey.unsupported->reason.empty());
        RC_ASSERT(is_utf8(survey.unsupported->reason));
        return;
    }
    RC_ASSERT(!survey.triggers.empty());
    RC_ASSERT(survey.delay >= 0);
    RC_ASSERT(survey.delay < survey.expires);
    RC_ASSERT(survey.starts < survey.ends);
    RC_ASSERT(survey.sample.threshold <= 100'000u);
    RC_ASSERT(survey.questions.size() >= 2u);
    for (std::size_t i = 0; i < survey.questions.size(); ++i) {
        const Question& question = survey.questions[i];
        RC_ASSERT((question.type == QuestionType::thanks) == (i + 1 == survey.questions.size()));
        RC_ASSERT(is_choice(question.type) == !question.choices.empty());
        RC_ASSERT(question.choices.size() <= kMostChoices);
        check_names_earlier(survey, i, question.when);
    }
    for (const Trigger& trigger : survey.triggers) {
        RC_ASSERT(trigger.at_least >= 1);
        RC_ASSERT(!trigger.clause.empty());
        RC_ASSERT((trigger.kind == TriggerKind::session) == trigger.name.empty());
    }
}

}  // namespace

TEST_CASE("document property: a damaged document is refused, or each of its surveys is sound or unsupported") {
    const json::Value samples[] = {*json::parse(kSample), *json::parse(kEverything)};
    CHECK(rc::check([&] {
        json::Value value = samples[*rc::gen::inRange(0, 2)];
        for (int n = *rc::gen::inRange(1, 4); n > 0; --n) value = damaged(value);
        const std::string text = json::dump(value);
        const auto field = read_document(text, json::Reading::field);
        const auto strict = read_document(text, json::Reading::strict);
        if (!field) {
            RC_ASSERT(!strict.has_value());
            RC_ASSERT(strict.error() == field.error());
            return;
        }
        for (const Survey& survey : field->surveys) check_sound(survey);
        // The strict reading takes nothing that the field's does not, and then they mean the same.
        if (strict) RC_ASSERT(*strict == *field);
    }));
}

TEST_CASE("document property: a fault in one survey leaves the others as they were") {
    const json::Value sample = *json::parse(kSample);
    const Document whole = read(kSample);
    CHECK(rc::check([&] {
        json::Array surveys = sample.find("surveys")->array();
        surveys[0] = damaged(surveys[0]);
        json::Value value{json::Members{}};
        for (const auto& [key, member] : sample.members()) value.set(key, key == "surveys" ? surveys : member);
        const auto document = read_document(json::dump(value), json::Reading::field);
        RC_PRE(document.has_value());  // a text that is too long is refused whole
        RC_ASSERT(document->surveys.size() == 2u);
        RC_ASSERT(document->surveys[1] == whole.surveys[1] || document->surveys[1].key() == document->surveys[0].key());
    }));
}
