#include "collector/event.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "base/ids.hpp"
#include "base/json.hpp"

namespace candor::collector {
namespace {

using json::Object;
using json::Value;

// More than clients send: a limit that costs an answer would be worse than a long row.
constexpr std::size_t kMaxName = 1024;       // bytes of an id or a name
constexpr std::size_t kMaxFact = 4096;       // bytes of what stands beside the answers
constexpr std::size_t kMaxText = 64u << 10;  // bytes of an answer
constexpr std::size_t kMaxAnswers = 256;
constexpr std::size_t kMaxChoices = 256;
constexpr std::size_t kMaxDeletions = 10'000;
constexpr std::int64_t kMaxRevision = 1'000'000;
// One install knows at most 20 persons; a report beyond this is an accident or an attack on the sums.
constexpr std::int64_t kMaxChange = 1000;
constexpr std::int64_t kMaxMoments = 1'000'000;
constexpr std::int64_t kMaxDropped = 1'000'000'000;

constexpr Object::TextRule kName{.min_bytes = 1, .max_bytes = kMaxName, .identifier = false};
constexpr Object::TextRule kFact{.min_bytes = 0, .max_bytes = kMaxFact, .identifier = false};
constexpr Object::TextRule kIdentifier{.min_bytes = 1, .max_bytes = 64, .identifier = true};
const List<std::string_view> kKinds{"relationship", "transactional"};
const List<std::string_view> kPainters{"imgui", "controls", "host"};
enum AnswerType : std::size_t { kNps, kText, kCsat, kCes, kSingle, kMultiple };
const List<std::string_view> kAnswerTypes{"nps", "text", "csat", "ces", "single", "multiple"};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool is_uuid_v7(std::string_view text) { return is_uuid(text) && text[14] == '7'; }

// A required UUIDv7, in lower case.
std::string read_id(Object& object, const char* key) {
    std::string id = object.text(key, kName);
    if (object.ok() && !is_uuid_v7(id)) object.refuse(key, "must be a UUID of version 7");
    return lower(std::move(id));
}

// An event's own: a page's loader makes random ones.
std::string read_event_id(Object& object) {
    std::string id = object.text("id", kName);
    if (object.ok() && !is_uuid(id)) object.refuse("id", "must be a UUID");
    return lower(std::move(id));
}

std::string item_path(const Object& object, const char* key, std::size_t index) {
    return object.path_of(key) + "[" + std::to_string(index) + "]";
}

// Hands an inner reader's first error on to the outer one.
void finish_into(Object& outer, Object& inner) {
    if (auto error = inner.finish()) outer.refuse(std::move(*error));
}

constexpr std::size_t kDayBytes = 10;  // "2026-11-22"

bool is_day(std::string_view text) { return text.size() == kDayBytes && parse_rfc3339(text); }

// A day alone is no date-time.
std::optional<Instant> parse_time(std::string_view text) {
    return text.size() > kDayBytes ? parse_rfc3339(text) : std::nullopt;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

void add_comment(const std::string& text, Response& response) {
    if (is_blank(text)) return;
    if (!response.comment.empty()) response.comment += '\n';
    response.comment += text;
}

constexpr Object::TextRule kWords{.min_bytes = 0, .max_bytes = kMaxText, .identifier = false};

// The recommendation alone is the response's score: scores of other scales are in no sum of it.
void read_score(Object& answer, Response& response) {
    const auto score = answer.integer("score", 0, 10);
    if (response.score) answer.refuse("type", "is a second answer of type nps");
    response.score = static_cast<int>(score);
}

void read_choices(Object& answer, bool one, Response& response) {
    const Value* choices = answer.array("choices", true, one ? 1 : kMaxChoices);
    if (!choices) return;
    if (choices->array().empty()) answer.refuse("choices", "must not be empty");
    std::set<std::string> seen;
    for (const Value& choice : choices->array()) {
        const std::string id = choice.text();
        if (id.empty() || id.size() > kMaxName) answer.refuse("choices", "must be ids of choices");
        if (!seen.insert(id).second) answer.refuse("choices", "has one twice");
    }
    add_comment(answer.text("text", kWords, ""), response);  // what was written beside them
}

void read_answer(Object& answer, std::size_t type, Response& response) {
    switch (type) {
        case kNps: return read_score(answer, response);
        case kText: return add_comment(answer.text("text", kWords), response);
        case kCsat: answer.integer("score", 1, 5); return;
        case kCes: answer.integer("score", 1, 7); return;
        default: return read_choices(answer, type == kSingle, response);
    }
}

void read_answers(Object& data, Response& response) {
    const Value* answers = data.array("answers", true, kMaxAnswers);
    if (!answers) return;
    // What was answered may have been taken back since.
    if (answers->array().empty() && response.revision <= 1) data.refuse("answers", "must not be empty");
    std::set<std::string> questions;
    for (std::size_t i = 0; i < answers->array().size(); ++i) {
        Object answer(answers->array()[i], item_path(data, "answers", i), json::Reading::field);
        if (!questions.insert(answer.text("question", kName)).second) {
            answer.refuse("question", "is answered twice");
        }
        const std::size_t type = answer.choice("type", kAnswerTypes);
        if (answer.ok()) read_answer(answer, type, response);
        finish_into(data, answer);
    }
}

void read_document(Object& data) {
    const Value* value = data.object("document", true);
    if (!value) return;
    Object document(*value, data.path_of("document"), json::Reading::field);
    document.integer("revision", 0, kMaxDropped);
    document.text("hash", kName);
    finish_into(data, document);
}

void read_wording(Object& data, Response& response) {
    const Value* value = data.object("wording", true);
    if (!value) return;
    Object wording(*value, data.path_of("wording"), json::Reading::field);
    Value canonical = json::Members{};
    canonical.set("id", wording.text("id", kName));
    canonical.set("version", wording.integer("version", 0, kMaxDropped));
    response.locale = wording.text("locale", kName);
    canonical.set("locale", response.locale);
    canonical.set("hash", wording.text("hash", kName));
    response.wording = json::dump(canonical);
    finish_into(data, wording);
}

void read_presentation(Object& data, Response& response) {
    response.presentation = "{}";
    const Value* value = data.object("presentation", false);
    if (!value) return;
    Object presentation(*value, data.path_of("presentation"), json::Reading::field);
    Value canonical = json::Members{};
    canonical.set("rows", presentation.integer("rows", 0, 100, 0));
    for (const char* key : {"order", "layout", "input"}) {
        canonical.set(key, presentation.text(key, kFact, ""));
    }
    if (presentation.has("painter")) {
        const std::size_t painter = presentation.choice("painter", kPainters);
        canonical.set("painter", kPainters[std::min(painter, kPainters.size() - 1)]);
    }
    canonical.set("locale", presentation.text("locale", kFact, ""));
    response.presentation = json::dump(canonical);
    finish_into(data, presentation);
}

// Read for their types only; they stay in `data`.
void read_circumstances(Object& data, Response& response) {
    if (const Value* value = data.object("sampling", false)) {
        Object sampling(*value, data.path_of("sampling"), json::Reading::field);
        sampling.number("percent", 0, 100, 100);
        finish_into(data, sampling);
    }
    if (const Value* value = data.object("consent", false)) {
        Object consent(*value, data.path_of("consent"), json::Reading::field);
        consent.text("mode", kFact, "");
        consent.text("policy", kFact, "");
        finish_into(data, consent);
    }
    data.number("seconds", 0, 1e9, 0);
    for (const char* key : {"sdk", "app_version", "os_version"}) data.text(key, kFact, "");
    response.platform = data.text("platform", kFact, "");
}

Response read_response(Object& data, const Value& value) {
    Response response;
    response.submission = read_id(data, "submission");
    response.revision = data.integer("revision", 1, kMaxRevision);
    response.person = data.text("person", kName);
    response.survey = data.text("survey", kName);
    const std::size_t kind = data.choice("kind", kKinds);
    response.kind = std::string(kKinds[std::min(kind, kKinds.size() - 1)]);
    response.wave = data.text("wave", kName);
    response.touchpoint = data.text("touchpoint", kName);
    read_document(data);
    read_wording(data, response);
    read_presentation(data, response);
    read_answers(data, response);
    if (!data.has("complete")) data.refuse("complete", "is missing");
    response.complete = data.boolean("complete", false);
    response.test = data.boolean("test", false);
    read_circumstances(data, response);
    if (data.ok()) response.data = json::dump(value);
    return response;
}

void read_changes(Object& data, const char* key, bool required, std::int64_t most,
                  std::map<std::string, std::int64_t>& into) {
    const Value* value = data.object(key, required);
    if (!value) return;
    Object changes(*value, data.path_of(key), json::Reading::field);
    const auto& states = exposure_states();
    for (const auto& [state, change] : value->members()) {
        if (std::find(states.begin(), states.end(), state) == states.end()) {
            changes.refuse(state, "is no state of an exposure");
        }
        into[state] = changes.integer(state.c_str(), -most, most);
    }
    finish_into(data, changes);
}

Exposure read_exposure(Object& data) {
    Exposure exposure;
    exposure.survey = data.text("survey", kName);
    const std::size_t kind = data.choice("kind", kKinds);
    exposure.kind = std::string(kKinds[std::min(kind, kKinds.size() - 1)]);
    exposure.wave = data.text("wave", kName);
    exposure.touchpoint = data.text("touchpoint", kName);
    exposure.day = data.text("day", kName);
    if (data.ok() && !is_day(exposure.day)) data.refuse("day", "must be a day such as 2026-11-22");
    read_changes(data, "changes", true, kMaxChange, exposure.changes);
    // Folded from a journal, many moments leave as one report.
    read_changes(data, "moments", false, kMaxMoments, exposure.moments);
    return exposure;
}

Dropped read_dropped(Object& data) {
    Dropped dropped;
    dropped.kind = data.text("kind", kIdentifier);
    dropped.reason = data.text("reason", kIdentifier);
    dropped.count = data.integer("count", 1, kMaxDropped);
    return dropped;
}

Deletion read_deletion(Object& data) {
    Deletion deletion;
    const Value* submissions = data.array("submissions", true, kMaxDeletions);
    if (!submissions) return deletion;
    for (std::size_t i = 0; i < submissions->array().size(); ++i) {
        const Value& submission = submissions->array()[i];
        if (!is_uuid_v7(submission.text())) {
            data.refuse({item_path(data, "submissions", i), "must be a UUID of version 7"});
        }
        deletion.submissions.push_back(lower(submission.text()));
    }
    return deletion;
}

void read_body(Object& object, const std::string& type, Event& event) {
    const Value* value = object.object("data", true);
    if (!value) return;
    Object data(*value, "data", json::Reading::field);
    if (type == "candor.response") {
        event.body = read_response(data, *value);
    } else if (type == "candor.exposure") {
        event.body = read_exposure(data);
    } else if (type == "candor.dropped") {
        event.body = read_dropped(data);
    } else if (type == "candor.deletion") {
        event.body = read_deletion(data);
    } else {
        object.refuse("type", "is none of candor.response, candor.exposure, candor.dropped, candor.deletion");
    }
    finish_into(object, data);
}

std::string read_project(Object& object) {
    constexpr std::string_view kPrefix = "candor:";
    const std::string source = object.text("source", kName);
    if (!object.ok()) return {};
    const bool prefixed = source.compare(0, kPrefix.size(), kPrefix) == 0;
    std::string project = prefixed ? source.substr(kPrefix.size()) : "";
    const bool plain = std::all_of(project.begin(), project.end(),
                                   [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '-'; });
    if (project.empty() || project.size() > 64 || !plain) {
        object.refuse("source", "must be \"candor:\" and the project");
    }
    return project;
}

Result<Event> read_event(const Value& value) {
    Object object(value, "", json::Reading::field);
    Event event;
    event.id = read_event_id(object);
    if (object.text("specversion", kName) != "1.0") object.refuse("specversion", "must be \"1.0\"");
    event.project = read_project(object);
    const std::string type = object.text("type", kName);
    const auto time = parse_time(object.text("time", kName));
    if (!time) object.refuse("time", "must be an RFC 3339 date-time");
    event.time = time.value_or(0);
    if (object.text("datacontenttype", kName, "application/json").rfind("application/json", 0) != 0) {
        object.refuse("datacontenttype", "must be application/json");
    }
    if (object.ok()) read_body(object, type, event);
    if (auto error = object.finish()) return tl::unexpected(std::move(*error));
    return event;
}

std::optional<std::string> written_id(const Value& value) {
    const Value* id = value.find("id");
    if (!id || id->type() != json::Type::text || id->text().size() > kMaxName) return std::nullopt;
    return id->text();
}

std::vector<Reading> read_events(const Value& events) {
    std::vector<Reading> readings;
    readings.reserve(events.array().size());
    for (const Value& event : events.array()) {
        readings.push_back({written_id(event), read_event(event)});
    }
    return readings;
}

Result<Value> parse_body(std::string_view body, std::size_t max_bytes) {
    json::Limits limits;
    limits.bytes = max_bytes;
    limits.text_bytes = kMaxText;
    return json::parse(body, limits);
}

}  // namespace

const std::vector<std::string>& exposure_states() {
    static const std::vector<std::string> states{"possible", "sampled", "shown", "snoozed", "dismissed", "answered"};
    return states;
}

Result<Batch> parse_batch(std::string_view body, std::size_t max_bytes) {
    const auto value = parse_body(body, max_bytes);
    if (!value) return tl::unexpected(value.error());
    if (value->type() != json::Type::array) return fail("", "the body must be an array of events");
    return Batch{std::nullopt, std::nullopt, read_events(*value)};
}

Result<Batch> parse_envelope(std::string_view body, std::size_t max_bytes) {
    const auto value = parse_body(body, max_bytes);
    if (!value) return tl::unexpected(value.error());
    Object envelope(*value, "", json::Reading::field);
    Batch batch;
    if (envelope.has("key")) batch.key = envelope.text("key", kName);
    if (envelope.has("sent_at")) {
        batch.sent_at = envelope.integer("sent_at", 0, Instant{1} << 50);
    }
    const Value* events = envelope.array("events", true, max_bytes);
    if (auto error = envelope.finish()) return tl::unexpected(std::move(*error));
    batch.events = read_events(*events);
    return batch;
}

}  // namespace candor::collector
