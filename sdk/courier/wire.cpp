#include "courier/wire.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "courier/wire_parts.hpp"

namespace candor::courier {
namespace {

bool is_array(const json::Value* value) { return value != nullptr && value->type() == json::Type::array; }

bool accepts(const json::Array& accepted, std::string_view id, [[maybe_unused]] std::size_t place) {
#ifndef __EMSCRIPTEN__
    // Most answers have the batch's order. (A page has no bytes for it.)
    if (place < accepted.size() && is_text(&accepted[place]) && accepted[place].text() == id) return true;
#endif
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
        if (accepts(answer.find("accepted")->array(), id, i)) {
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
    out.reason = "the answer names no accepted events";
    const json::Value answer = read_json(response, out.reason);
    if (!is_array(answer.find("accepted"))) return;
    read_verdicts(batch, answer, out);
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

}  // namespace

HttpRequest candor_request(const List<outbox::Event>& batch, const Target& target, Instant now) {
    HttpRequest request;
    request.method = "POST";
    request.url = target.endpoint;
    add_header(request.headers, "Content-Type", "application/cloudevents-batch+json");
    add_header(request.headers, "Candor-Key", header_value(target.write_key));
    add_header(request.headers, "Candor-Sent-At", digits(now));
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
    return acknowledgement_by(read_answer, batch, response, now);
}

}  // namespace candor::courier
