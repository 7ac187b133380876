#include "courier/wire_parts.hpp"

#include "base/text.hpp"

namespace candor::courier {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

// "application/json; charset=utf-8" -> "application/json"; empty when the host hands over no headers.
String media_type(const HttpResponse& response) {
    const String* type = response.header("content-type");
    if (type == nullptr) return {};
    String text = type->substr(0, type->find(';'));
    while (text.ends_with(' ') || text.ends_with('\t')) text.pop_back();
    for (char& c : text) c = lower(c);
    return text;
}

bool may_be_json(const HttpResponse& response) {
    const String type = media_type(response);
    return type.empty() || type == "application/json" || type.ends_with("+json");
}

bool is_success(int status) { return status >= 200 && status < 300; }

Outcome outcome_of(const HttpResponse& response) {
    switch (response.status) {
        case 400:
        case 422: return Outcome::poisoned;
        case 413: return Outcome::too_large;
        case 408:
        case 425:
        case 429: return Outcome::busy;
        // A page may be a portal's or a proxy's: not worth a long wait, still less the end.
        case 401:
        case 403: return is_page(response) ? Outcome::unreachable : Outcome::unauthorized;
        case 410: return is_page(response) ? Outcome::unreachable : Outcome::gone;
        default: return response.status >= 500 && response.status < 600 ? Outcome::busy : Outcome::unreachable;
    }
}

// A date is reckoned from the server's own clock where it tells it: the device's may be anything.
std::optional<Span> retry_after(const HttpResponse& response, Instant now) {
    const String* value = response.header("retry-after");
    if (value == nullptr) return {};
    const String* date = response.header("date");
    const auto server_now = date != nullptr ? parse_http_date(*date, now) : std::nullopt;
    return parse_retry_after(*value, server_now.value_or(now));
}

}  // namespace

const String* HttpResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return &value;
    }
    return nullptr;
}

void add_header(Headers& headers, const char* name, String value) {
    auto& header = headers.emplace_back();
    header.first = name;
    header.second = std::move(value);
}

String header_value(std::string_view text) {
    String out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
    }
    return out;
}

bool is_page(const HttpResponse& response) { return media_type(response).find("html") != String::npos; }

json::Value read_json(const HttpResponse& response, String& reason) {
    if (!may_be_json(response)) {
        reason = joined({"the answer is no JSON but ", media_type(response)});
        return {};
    }
    Result<json::Value> read = json::parse(response.body);
    if (!read) {
        reason = joined({"the answer is no JSON: ", describe(read.error())});
        return {};
    }
    return std::move(*read);
}

bool is_text(const json::Value* value) { return value != nullptr && value->type() == json::Type::text; }

Acknowledgement acknowledgement_by(ReadAnswer read_answer, const List<outbox::Event>& batch,
                                   const HttpResponse& response, Instant now) {
    Acknowledgement read;
    if (response.status == 0) {
        read.reason = response.error.empty() ? "no answer" : response.error;
        return read;
    }
    read.reason = joined({"status ", digits(response.status), response.redirected ? ", from another address" : ""});
    if (response.redirected) return read;
    if (is_success(response.status)) {
        read_answer(batch, response, read);
    } else {
        read.outcome = outcome_of(response);
    }
    if (read.outcome != Outcome::unreachable) read.retry_after = retry_after(response, now);
    return read;
}

void accept_all(const List<outbox::Event>& batch, Acknowledgement& out) {
    for (const outbox::Event& event : batch) out.accepted.push_back(event.id);
    out.outcome = Outcome::delivered;
    out.reason.clear();
}

}  // namespace candor::courier
