// What a page has already, so that it need not load our code for it. These are functions of the layers: the linker
// takes them from here, and leaves the file of the layer that has them too where it is (docs/decisions/0009).
#include <cmath>

#include "base/json.hpp"
#include "base/json_number.hpp"
#include "base/text.hpp"
#include "client/host.hpp"
#include "courier/retry.hpp"
#include "host.hpp"
#include "outbox/host_store.hpp"

extern "C" {
HOST(number_of) double host_number_of(const candor_string* text);
HOST(number_text) size_t host_number_text(double number, char* text);
HOST(date_of) double host_date_of(const candor_string* text);
HOST(memory) void* host_memory();
}

namespace candor {

// base/json_double.cpp

double json::to_double(const Decimal& decimal) {
    const String text = joined({"0", decimal.digits, "e", decimal.exponent});
    const candor_string lent = {text.data(), text.size()};
    return host_number_of(&lent);
}

String json::number_text(double number) {
    char text[32];  // JavaScript's longest has 25
    return String(std::string_view(text, host_number_text(number, text)));
}

// courier/http_date.cpp

std::optional<Instant> courier::parse_http_date(std::string_view value, Instant) {
    const candor_string lent = {value.data(), value.size()};
    const double date = host_date_of(&lent);
    if (std::isnan(date)) return std::nullopt;
    return static_cast<Instant>(date);
}

// outbox/memory_store.cpp

std::unique_ptr<outbox::Store> outbox::memory_store() {
    return host_store({sizeof(candor_store), host_memory(), host_transact, host_close_store});
}

// client/host_missing.cpp: exports.cpp gives all there is.

const char* client::Host::missing() const { return nullptr; }

}  // namespace candor
