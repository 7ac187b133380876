#include "collector/download.hpp"

#include <optional>
#include <utility>

#include "base/json.hpp"
#include "base/time.hpp"

namespace candor::collector {
namespace {

using json::Value;

constexpr const char* kRows = R"(
    SELECT submission, revision, event, project, person, survey, kind, wave, touchpoint, score, comment, complete,
        test, time, sent_at, answered_at, first_received_at, received_at, data
    FROM responses ORDER BY row)";

enum Column {
    kSubmission,
    kRevision,
    kEvent,
    kProject,
    kPerson,
    kSurvey,
    kKind,
    kWave,
    kTouchpoint,
    kScore,
    kComment,
    kComplete,
    kTest,
    kTime,
    kSentAt,
    kAnsweredAt,
    kFirstReceivedAt,
    kReceivedAt,
    kData
};

constexpr std::string_view kCsvHeader =
    "submission,revision,project,person,survey,kind,wave,touchpoint,test,complete,score,comment,answered_at,time,"
    "sent_at,first_received_at,received_at,seconds,document_revision,document_hash,wording_id,wording_version,"
    "wording_locale,wording_hash,rows,order,layout,input,painter,locale,sample_percent,sdk,app_version,platform,"
    "os_version,consent_mode,consent_policy,answers\r\n";

std::string csv_value(const Value* value) {
    if (!value) return "";
    switch (value->type()) {
        case json::Type::text: return csv_text(value->text());
        case json::Type::null: return "";
        default: return csv_text(json::dump(*value));
    }
}

const Value* member(const Value& data, const char* object, const char* key) {
    const Value* found = data.find(object);
    return found ? found->find(key) : nullptr;
}

std::string instant_or_nothing(const std::optional<Instant>& instant) { return instant ? rfc3339(*instant) : ""; }

const char* truth(bool value) { return value ? "true" : "false"; }

void append(std::string& line, std::string_view cell) {
    if (!line.empty()) line += ',';
    line += cell;
}

void append_circumstances(std::string& line, const Value& data) {
    append(line, csv_value(data.find("seconds")));
    for (const char* key : {"revision", "hash"}) append(line, csv_value(member(data, "document", key)));
    for (const char* key : {"id", "version", "locale", "hash"}) {
        append(line, csv_value(member(data, "wording", key)));
    }
    for (const char* key : {"rows", "order", "layout", "input", "painter", "locale"}) {
        append(line, csv_value(member(data, "presentation", key)));
    }
    append(line, csv_value(member(data, "sampling", "percent")));
    for (const char* key : {"sdk", "app_version", "platform", "os_version"}) {
        append(line, csv_value(data.find(key)));
    }
    for (const char* key : {"mode", "policy"}) append(line, csv_value(member(data, "consent", key)));
    append(line, csv_value(data.find("answers")));  // all of them, as JSON
}

std::string csv_line(const Statement& row) {
    std::string line = row.text(kSubmission);
    append(line, std::to_string(row.integer(kRevision)));
    for (int column : {kProject, kPerson, kSurvey, kKind, kWave, kTouchpoint}) {
        append(line, csv_text(row.text(column)));
    }
    append(line, truth(row.integer(kTest) != 0));
    append(line, truth(row.integer(kComplete) != 0));
    append(line, row.is_null(kScore) ? "" : std::to_string(row.integer(kScore)));
    append(line, csv_text(row.text(kComment)));
    for (int column : {kAnsweredAt, kTime, kSentAt, kFirstReceivedAt, kReceivedAt}) {
        append(line, instant_or_nothing(row.optional_integer(column)));
    }
    append_circumstances(line, json::parse(row.text(kData)).value_or(Value()));
    return line + "\r\n";
}

Value instant_to_json(const std::optional<Instant>& instant) { return instant ? Value(rfc3339(*instant)) : Value(); }

std::string jsonl_line(const Statement& row) {
    Value item = json::Members{};
    item.set("event", row.text(kEvent)).set("project", row.text(kProject));
    item.set("time", instant_to_json(row.integer(kTime)));
    item.set("sent_at", instant_to_json(row.optional_integer(kSentAt)));
    item.set("answered_at", instant_to_json(row.integer(kAnsweredAt)));
    item.set("first_received_at", instant_to_json(row.integer(kFirstReceivedAt)));
    item.set("received_at", instant_to_json(row.integer(kReceivedAt)));
    item.set("test", row.integer(kTest) != 0);
    item.set("data", json::parse(row.text(kData)).value_or(Value()));
    return json::dump(item) + "\n";
}

bool is_formula(std::string_view text) {
    return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
}

}  // namespace

std::string csv_text(std::string_view text) {
    const bool guarded = is_formula(text);
    if (!guarded && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string cell = guarded ? "\"'" : "\"";
    for (char c : text) {
        cell += c;
        if (c == '"') cell += c;
    }
    return cell + '"';
}

Download::Download(Connection connection, Statement rows, Format format)
    : connection_(std::move(connection)), rows_(std::move(rows)), format_(format) {}

Result<std::unique_ptr<Download>> Download::start(Connection connection, Format format) {
    auto rows = connection.prepare(kRows);
    if (!rows) return tl::unexpected(rows.error());
    return std::unique_ptr<Download>(new Download(std::move(connection), std::move(*rows), format));
}

std::string Download::line() const { return format_ == Format::csv ? csv_line(rows_) : jsonl_line(rows_); }

Result<std::string> Download::next(std::size_t bytes) {
    std::string lines;
    if (!begun_ && format_ == Format::csv) lines = kCsvHeader;
    begun_ = true;
    while (!ended_ && lines.size() < bytes) {
        const auto row = rows_.step();
        if (!row) return tl::unexpected(row.error());
        if (*row) lines += line();
        ended_ = !*row;
    }
    return lines;
}

}  // namespace candor::collector
