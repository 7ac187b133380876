#include "courier/wire.hpp"

#include "base/json.hpp"
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

// A key with a line break in it would end the header and begin another.
String header_value(std::string_view text) {
    String out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
    }
    return out;
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

bool is_page(const HttpResponse& response) { return media_type(response).find("html") != String::npos; }

bool may_be_json(const HttpResponse& response) {
    const String type = media_type(response);
    return type.empty() || type == "application/json" || type.ends_with("+json");
}

bool is_text(const json::Value* value) { return value != nullptr && value->type() == json::Type::text; }
bool is_array(const json::Value* value) { return value != nullptr && value->type() == json::Type::array; }

bool accepts(const json::Array& accepted, std::string_view id) {
    for (const json::Value& entry : accepted) {
        if (is_text(&entry) && entry.text() == id) return true;
    }
    return false;
}

// The event that a rejection names, else the one at its place.
bool rejects(const json::Value& entry, std::string_view id, std::size_t place) {
    if (const json::Value* named = entry.find("id"); is_text(named)) return named->text() == id;
    const json::Value* index = entry.find("index");
    return index != nullptr && index->type() == json::Type::integer &&
           index->integer() == static_cast<std::int64_t>(place);
}

// Each event once, in the batch's order; accepted wins over rejected, and of rejections the last.
void read_verdicts(const List<outbox::Event>& batch, const json::Value& answer, Acknowledgement& out) {
    const json::Value* rejected = answer.find("rejected");
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const String& id = batch[i].id;
        if (accepts(answer.find("accepted")->array(), id)) {
            out.accepted.push_back(id);
            continue;
        }
        const json::Value* rejection = nullptr;
        for (std::size_t k = 0; rejected != nullptr && k < rejected->array().size(); ++k) {
            if (rejects(rejected->array()[k], id, i)) rejection = &rejected->array()[k];
        }
        if (rejection == nullptr) continue;
        Refused& refused = out.refused.emplace_back();
        refused.id = id;
        if (const json::Value* reason = rejection->find("reason")) refused.reason = reason->text();
    }
}

// Leaves `unreachable` what is no answer of a collector, and says why.
void read_answer(const List<outbox::Event>& batch, const HttpResponse& response, Acknowledgement& out) {
    if (!may_be_json(response)) {
        out.reason = joined({"the answer is no JSON but ", media_type(response)});
        return;
    }
    const Result<json::Value> answer = json::parse(response.body);
    if (!answer) {
        out.reason = joined({"the answer is no JSON: ", describe(answer.error())});
        return;
    }
    if (!is_array(answer->find("accepted"))) {
        out.reason = "the answer names no accepted events";
        return;
    }
    read_verdicts(batch, *answer, out);
    const std::size_t named = out.accepted.size() + out.refused.size();
    out.reason.clear();
    if (named == 0) {
        out.reason = "the answer names none of the events that were sent";
    } else if (named < batch.size()) {
        out.outcome = Outcome::partial;
        out.reason = joined({digits(static_cast<std::int64_t>(batch.size() - named)), " events were not received"});
    } else {
        out.outcome = Outcome::delivered;
    }
}

void add(Headers& headers, const char* name, String value) {
    auto& header = headers.emplace_back();
    header.first = name;
    header.second = std::move(value);
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

HttpRequest candor_request(const List<outbox::Event>& batch, const Target& target, Instant now) {
    HttpRequest request;
    request.method = "POST";
    request.url = target.endpoint;
    add(request.headers, "Content-Type", "application/cloudevents-batch+json");
    add(request.headers, "Candor-Key", header_value(target.write_key));
    add(request.headers, "Candor-Sent-At", digits(now));
    std::size_t size = 2;
    for (const outbox::Event& event : batch) size += event.body.size() + 1;
    request.body.reserve(size);
    request.body += '[';
    for (const outbox::Event& event : batch) {
        if (request.body.size() > 1) request.body += ',';
        request.body += event.body;
    }
    request.body += ']';
    return request;
}

Acknowledgement candor_acknowledgement(const List<outbox::Event>& batch, const HttpResponse& response, Instant now) {
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

}  // namespace candor::courier
