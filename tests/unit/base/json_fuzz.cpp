// Any bytes: base/json and nlohmann/json agree on them, and the number that they hold is written as it should be.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "json_oracle.hpp"

using namespace candor;

namespace {

void expect_nothing(const std::string& flaw) {
    if (flaw.empty()) return;
    std::fprintf(stderr, "%s\n", flaw.c_str());
    std::abort();
}

void check_number(std::string_view bytes) {
    double number = 0;
    if (bytes.size() < sizeof number) return;
    std::memcpy(&number, bytes.data(), sizeof number);
    if (!std::isfinite(number)) return;
    const std::string text = json::number_text(number);
    const std::string expected = testing::expected_number_text(number);
    if (text != expected) expect_nothing("wrote " + text + " instead of " + expected);
    expect_nothing(testing::flaw_of_dump(json::Value(number)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    expect_nothing(testing::disagreement(bytes, {}));
    // Limits that short texts reach.
    expect_nothing(testing::disagreement(bytes, {.bytes = 500, .depth = 3, .text_bytes = 5, .values = 7}));
    check_number(bytes);
    return 0;
}
