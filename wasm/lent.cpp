// What a page has already, so that it need not load our code for it. These are functions of the layers: the linker
// takes them from here, and leaves the file of the layer that has them too where it is (docs/decisions/0009).
#include <cmath>

#include "base/json.hpp"
#include "base/json_number.hpp"
#include "base/text.hpp"
#include "base/worded.hpp"
#include "client/host.hpp"
#include "courier/retry.hpp"
#include "host.hpp"
#include "outbox/host_store.hpp"
#include "survey/fields.hpp"

extern "C" {
HOST(number_of) double host_number_of(const candor_string* text);
HOST(number_text) size_t host_number_text(double number, char* text);
HOST(date_of) double host_date_of(const candor_string* text);
HOST(instant_of) double host_instant_of(const candor_string* text);
HOST(instant_text) void host_instant_text(double instant, char* text);
HOST(memory) void* host_memory();
}

namespace candor {

namespace {

// What the page makes of a text: an instant, or none.
std::optional<Instant> instant_by(double (*read)(const candor_string*), std::string_view text) {
    const candor_string lent = {text.data(), text.size()};
    const double instant = read(&lent);
    if (std::isnan(instant)) return std::nullopt;
    return static_cast<Instant>(instant);
}

}  // namespace

// base/rfc3339.cpp

String rfc3339(Instant instant) {
    char text[24];
    host_instant_text(static_cast<double>(instant), text);
    return String(text, sizeof text);
}

String utc_day(Instant instant) { return rfc3339(instant).substr(0, 10); }

std::optional<Instant> parse_rfc3339(std::string_view text) { return instant_by(host_instant_of, text); }

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

// base/worded.cpp and base/json_refusal.cpp: the words for what is wrong with a document would cost a page 2.8 KB. The
// path says where to look, and explain.mjs and `candor check` say the rest.

String worded(const char*) { return "not understood"; }
String worded(Parts) { return worded(""); }

namespace json {

constexpr std::string_view kElsewhere = "cannot be read here; `candor check` says why";

void Object::refuse(std::string_view key, std::string_view) { refuse_at(path_of(key), kElsewhere); }
void Object::refuse(const char* key, const char*) { refuse_at(path_of(key), kElsewhere); }
void Object::refuse(const char* key, Parts) { refuse_at(path_of(key), kElsewhere); }
void Object::refuse_itself(const char*) { refuse_at(path_, kElsewhere); }
void Object::refuse_itself(Parts) { refuse_at(path_, kElsewhere); }
void Object::refuse_type(const char*) { refuse_at(path_, kElsewhere); }
void Object::refuse_value(const char* key, Parts, const Value&) { refuse_at(path_of(key), kElsewhere); }
void Object::refuse_range(const char* key, double, double, const Value&) { refuse_at(path_of(key), kElsewhere); }
void Object::refuse_choice(const char* key, const char*, const Value*) { refuse_at(path_of(key), kElsewhere); }

}  // namespace json

// survey/case_refusal.cpp

void survey::refuse_case(json::Object& object, const Field&) { object.refuse_itself(""); }

// courier/http_date.cpp

std::optional<Instant> courier::parse_http_date(std::string_view value, Instant) {
    return instant_by(host_date_of, value);
}

// outbox/memory_store.cpp

std::unique_ptr<outbox::Store> outbox::memory_store() {
    return host_store({sizeof(candor_store), host_memory(), host_transact, host_close_store});
}

// client/host_missing.cpp: exports.cpp gives all there is.

const char* client::Host::missing() const { return nullptr; }

}  // namespace candor
