#include "courier/wire.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace candor::courier {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
    return out;
}

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

// A key with a line break in it would end the header and begin another.
std::string header_value(std::string_view text) {
    std::string out(text);
    std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return out;
}

// "application/json; charset=utf-8" -> "application/json"; empty when the host hands over no headers.
std::string media_type(const HttpResponse& response) {
    const std::string* type = response.header("content-type");
    if (type == nullptr) return {};
    std::string_view text = std::string_view(*type).substr(0, type->find(';'));
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return lower(text);
}

bool is_page(const HttpResponse& response) { return media_type(response).find("html") != std::string::npos; }

bool may_be_json(const HttpResponse& response) {
    const std::string type = media_type(response);
    return type.empty() || type == "application/json" || type.ends_with("+json");
}

Acknowledgement unreachable(std::string reason) {
    Acknowledgement none;
    none.reason = std::move(reason);
    return none;
}

// The positions of the batch's events by id.
class Batch {
public:
    explicit Batch(const std::vector<outbox::Event>& events) : events_(events), order_(events.size()) {
        for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = i;
        std::sort(order_.begin(), order_.end(),
                  [&](std::size_t a, std::size_t b) { return events_[a].id < events_[b].id; });
    }

    std::optional<std::size_t> find(std::string_view id) const {
        const auto at = std::lower_bound(order_.begin(), order_.end(), id,
                                         [&](std::size_t i, std::string_view key) { return events_[i].id < key; });
        if (at == order_.end() || events_[*at].id != id) return {};
        return *at;
    }

    std::size_t size() const { return events_.size(); }

private:
    const std::vector<outbox::Event>& events_;
    std::vector<std::size_t> order_;
};

// Which event a rejection means: the one it names, else the one at its place.
std::optional<std::size_t> rejected_event(const json::Value& entry, const Batch& batch) {
    const json::Value* id = entry.find("id");
    if (id != nullptr && id->type() == json::Type::text) return batch.find(id->text());
    const json::Value* index = entry.find("index");
    if (index == nullptr || index->type() != json::Type::integer || index->integer() < 0) return {};
    const auto at = static_cast<std::size_t>(index->integer());
    return at < batch.size() ? std::optional(at) : std::nullopt;
}

std::string rejection_reason(const json::Value& entry) {
    const json::Value* reason = entry.find("reason");
    return reason != nullptr ? reason->text() : std::string();
}

bool is_array(const json::Value* value) { return value != nullptr && value->type() == json::Type::array; }

enum class Verdict : char { none, accepted, rejected };

// Each event once, in the batch's order; accepted wins over rejected.
Acknowledgement read_verdicts(const std::vector<outbox::Event>& events, const json::Value& answer) {
    const Batch batch(events);
    std::vector<Verdict> verdicts(events.size(), Verdict::none);
    std::vector<std::string> reasons(events.size());
    if (const json::Value* rejected = answer.find("rejected"); is_array(rejected)) {
        for (const json::Value& entry : rejected->array()) {
            const auto at = rejected_event(entry, batch);
            if (!at) continue;
            verdicts[*at] = Verdict::rejected;
            reasons[*at] = rejection_reason(entry);
        }
    }
    for (const json::Value& id : answer.find("accepted")->array()) {
        const auto at = id.type() == json::Type::text ? batch.find(id.text()) : std::nullopt;
        if (at) verdicts[*at] = Verdict::accepted;
    }

    Acknowledgement read;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (verdicts[i] == Verdict::accepted) read.accepted.push_back(events[i].id);
        if (verdicts[i] == Verdict::rejected) read.refused.push_back({events[i].id, std::move(reasons[i])});
    }
    return read;
}

Acknowledgement read_answer(const std::vector<outbox::Event>& batch, const HttpResponse& response) {
    if (!may_be_json(response)) return unreachable("the answer is no JSON but " + media_type(response));
    const Result<json::Value> answer = json::parse(response.body);
    if (!answer) return unreachable("the answer is no JSON: " + describe(answer.error()));
    if (!is_array(answer->find("accepted"))) return unreachable("the answer names no accepted events");
    Acknowledgement read = read_verdicts(batch, *answer);
    const std::size_t named = read.accepted.size() + read.refused.size();
    if (named == 0) return unreachable("the answer names none of the events that were sent");
    read.outcome = named == batch.size() ? Outcome::delivered : Outcome::partial;
    if (named < batch.size()) read.reason = std::to_string(batch.size() - named) + " events were not received";
    return read;
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
    const std::string* value = response.header("retry-after");
    if (value == nullptr) return {};
    const std::string* date = response.header("date");
    const auto server_now = date != nullptr ? parse_http_date(*date, now) : std::nullopt;
    return parse_retry_after(*value, server_now.value_or(now));
}

}  // namespace

const std::string* HttpResponse::header(std::string_view name) const {
    const auto found =
        std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return same_name(h.first, name); });
    return found == headers.end() ? nullptr : &found->second;
}

HttpRequest candor_request(const std::vector<outbox::Event>& batch, const Target& target, Instant now) {
    HttpRequest request;
    request.method = "POST";
    request.url = target.endpoint;
    request.headers = {{"Content-Type", "application/cloudevents-batch+json"},
                       {"Candor-Key", header_value(target.write_key)},
                       {"Candor-Sent-At", std::to_string(now)}};
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

Acknowledgement candor_acknowledgement(const std::vector<outbox::Event>& batch, const HttpResponse& response,
                                       Instant now) {
    if (response.status == 0) return unreachable(response.error.empty() ? "no answer" : response.error);
    const std::string status = "status " + std::to_string(response.status);
    if (response.redirected) return unreachable(status + ", from another address");
    if (is_success(response.status)) {
        Acknowledgement read = read_answer(batch, response);
        if (read.outcome != Outcome::unreachable) read.retry_after = retry_after(response, now);
        return read;
    }
    Acknowledgement answer;
    answer.outcome = outcome_of(response);
    answer.reason = status;
    if (answer.outcome != Outcome::unreachable) answer.retry_after = retry_after(response, now);
    return answer;
}

}  // namespace candor::courier
