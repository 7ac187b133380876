// Any bytes as a person's history: what is read is written as it was, and time goes by without harm.
#include <cstdint>
#include <string_view>

#include "../../fuzz/expect.hpp"
#include "history/history.hpp"

using namespace candor;
using candor::fuzz::expect;
using namespace candor::history;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto install = read_install(bytes)) {
        const String written = write(*install);
        const auto again = read_install(written);
        expect(again.has_value() && write(*again) == written, "an install is not what was written");
    }
    auto person = read_person(bytes);
    if (!person) return 0;
    const String written = write(*person);
    const auto again = read_person(written);
    expect(again.has_value(), "what was written cannot be read");
    expect(*again == *person, "what was written says something else");
    // Two of the same, at a time between all that it tells.
    const Instant now = person->last_call / 2;
    merge(*person, *again);
    settle_clock(*person, now);
    expect(!settle_clock(*person, now), "the clock is not settled after it was");
    touch(*person, now);
    for (const PromptMark& mark : person->prompts) expect(mark.at <= now, "a mark is in the future");
    return 0;
}
