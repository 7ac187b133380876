// PostHog's capture endpoint: https://posthog.com/docs/api/capture and .../docs/surveys/implementing-custom-surveys.
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "courier/wire_parts.hpp"

namespace candor::courier {
namespace {

using json::Value;
using json::Writer;

constexpr std::string_view kAnonymous = "anon:";

const Value& member(const Value& value, const char* key) {
    static const Value kNone;
    const Value* found = value.find(key);
    return found != nullptr ? *found : kNone;
}

std::string_view text_of(const Value& value, const char* key) { return member(value, key).text(); }

// What PostHog counts as a survey's has a name of PostHog's; everything else keeps its own. A preview's response does,
// too: nothing of it may come into a result.
String event_name(std::string_view type, const Value& data) {
    if (type == "candor.response" && !member(data, "test").boolean()) return "survey sent";
    const std::string_view outcome = text_of(data, "outcome");
    if (type == "candor.prompt" && (outcome == "shown" || outcome == "dismissed")) return joined({"survey ", outcome});
    return String(type);
}

// A score, a text, the one choice, or the list of choices. Nothing for what has none of them.
void write_answer(Writer& out, const Value& answer) {
    const Value* given = answer.find("score");
    const Value* choices = answer.find("choices");
    if (given == nullptr && choices != nullptr) {
        const bool one = text_of(answer, "type") == "single" && !choices->array().empty();
        given = one ? &choices->array().front() : choices;
    }
    if (given == nullptr) given = answer.find("text");
    if (given == nullptr) return;
    out.key(joined({"$survey_response_", text_of(answer, "question")})).value(nullptr, *given);
}

void write_survey(Writer& out, const Value& data) {
    out.text("$survey_id", text_of(data, "survey")).text("$survey_submission_id", text_of(data, "submission"));
    const Value* answers = data.find("answers");
    if (answers == nullptr) return;
    out.boolean("$survey_completed", member(data, "complete").boolean());
    for (const Value& answer : answers->array()) write_answer(out, answer);
}

void write_event(Writer& out, const Value& event) {
    const Value& data = member(event, "data");
    const std::string_view person = text_of(data, "person");
    const std::string_view source = text_of(event, "source");
    out.object().text("event", event_name(text_of(event, "type"), data)).text("uuid", text_of(event, "id"));
    // Counts are nobody's.
    out.text("distinct_id", person.empty() ? source : person).text("timestamp", text_of(event, "time"));
    out.object("properties").text("$lib", "candor");
    if (const std::string_view version = text_of(data, "sdk"); !version.empty()) out.text("$lib_version", version);
    if (person.empty() || person.starts_with(kAnonymous)) out.boolean("$process_person_profile", false);
    if (data.find("submission") != nullptr) write_survey(out, data);
    out.value("candor", data).end().end();
}

// A list of what is over its quota. Whatever else stands there says no more clearly that all was taken.
bool is_over_quota(const Value& limited) {
    if (limited.type() == json::Type::array) return !limited.array().empty();
    return !limited.is_null() && (limited.type() != json::Type::boolean || limited.boolean());
}

void wait_long(Acknowledgement& out) {
    out.outcome = Outcome::unauthorized;
    out.reason = "PostHog is over its quota, and takes nothing";
}

void read_status(const List<outbox::Event>& batch, const HttpResponse& response, Acknowledgement& out) {
    if (response.status != 200) return;
    out.reason = "the answer has no status of PostHog's";
    const Value answer = read_json(response, out.reason);
    if (is_over_quota(member(answer, "quota_limited"))) return wait_long(out);
    const Value& status = member(answer, "status");
    if (status == Value(1) || text_of(answer, "status") == "Ok") accept_all(batch, out);
}

}  // namespace

HttpRequest posthog_request(const List<outbox::Event>& batch, const Target& target, Instant now) {
    HttpRequest request;
    request.method = "POST";
    request.url = target.endpoint;
    add_header(request.headers, "Content-Type", "application/json");
    Writer out;
    out.object().text("api_key", target.write_key).text("sent_at", rfc3339(now)).array("batch");
    for (const outbox::Event& event : batch) write_event(out, json::parse(event.body).value_or(Value()));
    request.body = out.end().end().take();
    return request;
}

Acknowledgement posthog_acknowledgement(const List<outbox::Event>& batch, const HttpResponse& response, Instant now) {
    Acknowledgement read = acknowledgement_by(read_status, batch, response, now);
    // What its capture answers where it does not say 200.
    if (response.status == 429 && response.body.find("billing limit") != String::npos && !response.redirected) {
        wait_long(read);
    }
    return read;
}

}  // namespace candor::courier
