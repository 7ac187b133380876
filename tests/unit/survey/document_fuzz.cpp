// Any bytes as a survey document: the readings agree with each other, and what is published says the same.
#include <cstdint>
#include <string_view>

#include "../../fuzz/expect.hpp"
#include "base/maybe.hpp"
#include "survey/document.hpp"

using namespace candor;
using candor::fuzz::expect;
using namespace candor::survey;

namespace {

bool is_named(const Maybe<Error>& fault) { return !fault || !fault->reason.empty(); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto strict = read_document(bytes, json::Reading::strict);
    const auto tools = read_document(bytes, json::Reading::tools);
    const auto field = read_document(bytes, json::Reading::field);
    expect(strict.has_value() == tools.has_value(), "strict reading and that of tools differ");
    if (!strict) expect(strict.error().path == tools.error().path, "they refuse different things");
    if (!strict) expect(!strict.error().reason.empty(), "refused without a reason");
    if (field) {
        for (const Survey& survey : field->surveys)
            expect(is_named(survey.unsupported), "unsupported without a reason");
    }
    const auto published = publish(bytes);
    expect(published.has_value() == strict.has_value(), "what can be published is what reads strictly");
    if (!strict) return 0;
    expect(field.has_value(), "read strictly, but not in the field");
    for (const Survey& survey : field->surveys)
        expect(!survey.unsupported, "read strictly, but unsupported in the field");
    expect(*strict == *field, "read strictly it says something else");
    auto again = read_document(*published, json::Reading::strict);
    expect(again.has_value(), "what was published cannot be read");
    again->hash = strict->hash;
    expect(*again == *strict, "what was published says something else");
    return 0;
}
