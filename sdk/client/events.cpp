#include "client/events.hpp"

#include <utility>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "client/version.hpp"
#include "decide/decide.hpp"

namespace candor::client {
using json::Writer;

void begin_event(Writer& out, std::string_view id, Instant time, std::string_view project, const char* type) {
    out.object().text("specversion", "1.0").text("id", id).text("source", joined({"candor:", project}));
    out.text("type", type).text("time", rfc3339(time)).text("datacontenttype", "application/json").object("data");
}

namespace {

outbox::Event& append(Writer& out, const String& id, Instant now, outbox::EventKind kind, List<outbox::Event>& events) {
    out.end().end();
    outbox::Event& event = events.emplace_back();
    event.id = id;
    event.body = out.take();
    event.kind = kind;
    event.created_at = now;
    return event;
}

const char* mode_name(survey::ConsentMode mode) {
    switch (mode) {
        case survey::ConsentMode::none: return "none";
        case survey::ConsentMode::notice: return "notice";
        case survey::ConsentMode::explicit_: return "explicit";
    }
    return "none";
}

}  // namespace

namespace {

// Those that are named and there. None: nothing is said.
void write_included(Writer& out, const char* key, const List<String>& names, const json::Members& members) {
    json::Members included;
    for (const String& name : names) {
        for (const auto& [given, value] : members) {
            if (given != name || value.is_null()) continue;
            const std::string_view text = utf8_prefix(value.text(), history::kMostPropertyBytes);
            included.emplace_back(given, value.type() == json::Type::text ? json::Value(text) : value);
        }
    }
    if (!included.empty()) out.value(key, included);
}

}  // namespace

void write_response(const survey::Document& document, const survey::Survey& survey,
                    const interview::Interview& interview, const ResponseContext& context, String& before_revision,
                    String& after_revision) {
    Writer out;
    begin_event(out, context.id, context.now, document.project, "candor.response");
    out.text("submission", context.submission).whole("revision", 0);
    const std::size_t after = out.text().size();
    out.text("person", context.person);
    decide::write_asking(out, survey, context.wave, context.touchpoint);
    out.object("document").whole("revision", document.revision).text("hash", document.hash).end();
    out.raw("wording", interview.wording);
    const Presentation& presentation = *context.presentation;
    write_included(out, "properties", survey.include.properties, *context.properties);
    write_included(out, "attributes", survey.include.attributes, *context.attributes);
    out.object("presentation").whole("rows", presentation.rows);
    out.text("order", presentation.turned ? "left-to-right" : "ascending");
    if (survey.look.scale_colors) out.text("colors", "bands");
    out.text("layout", presentation.layout).text("input", presentation.input).text("painter", presentation.painter);
    out.text("locale", context.locale).end();
    out.object("sampling").number("percent", survey.sample.percent());
    if (survey.control.threshold > 0) {
        out.number("control", survey.control.percent());
        out.text("arm", context.touchpoint == decide::kControlTouchpoint ? "control" : "targeted");
    }
    if (survey.targeting.given()) out.boolean("would_target", context.would_target);
    out.end();
    interview::write_answers(out, survey, interview);
    out.boolean("complete", interview::complete(survey, interview));
    out.number("seconds", static_cast<double>(elapsed(context.shown, context.now)) / 1000.0);
    out.text("sdk", kVersion).text("app_version", context.app_version).text("platform", context.platform);
    out.text("os_version", context.os_version);
    out.object("consent").text("mode", mode_name(document.consent.mode)).text("policy", document.consent.policy).end();
    out.boolean("test", context.test).end().end();
    before_revision = out.text().substr(0, after - 1);  // without the 0
    after_revision = out.text().substr(after);
}

void append_exposure_event(const String& id, Instant now, const survey::Document& document, const Exposure& exposure,
                           List<outbox::Event>& events) {
    Writer out;
    // No finer than a day: the event's own time would tell more.
    begin_event(out, id, now - now % kDay, document.project, "candor.exposure");
    out.text("day", utc_day(now));
    decide::write_exposure(out, document.surveys[exposure.survey], exposure.wave, exposure.touchpoint, exposure.persons,
                           exposure.moments);
    append(out, id, now, outbox::EventKind::exposure, events);
}

void append_dropped_event(const String& id, Instant now, std::string_view project, std::string_view kind,
                          std::string_view reason, std::int64_t count, List<outbox::Event>& events) {
    Writer out;
    begin_event(out, id, now, project, "candor.dropped");
    out.text("kind", kind).text("reason", reason).whole("count", count);
    append(out, id, now, outbox::EventKind::other, events);
}

void append_deletion_event(const String& id, Instant now, std::string_view project, const List<String>& submissions,
                           List<outbox::Event>& events) {
    Writer out;
    begin_event(out, id, now, project, "candor.deletion");
    out.array("submissions");
    for (const String& submission : submissions) out.text(nullptr, submission);
    out.end();
    append(out, id, now, outbox::EventKind::control, events);
}

}  // namespace candor::client
