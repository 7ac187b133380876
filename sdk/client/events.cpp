#include "client/events.hpp"

#include <utility>

#include "client/version.hpp"

namespace candor::client {
namespace {

using json::Members;
using json::Value;

outbox::Event cloud_event(const EventStamp& stamp, std::string_view project, std::string_view type,
                          outbox::EventKind kind, Value data) {
    Value event{Members{}};
    event.set("specversion", "1.0")
        .set("id", stamp.id)
        .set("source", "candor:" + std::string(project))
        .set("type", type)
        .set("time", rfc3339(stamp.at))
        .set("datacontenttype", "application/json")
        .set("data", std::move(data));
    outbox::Event queued;
    queued.id = stamp.id;
    queued.body = json::dump(event);
    queued.kind = kind;
    queued.created_at = stamp.at;
    return queued;
}

std::string_view kind_name(survey::Kind kind) {
    return kind == survey::Kind::relationship ? "relationship" : "transactional";
}

std::string_view mode_name(survey::ConsentMode mode) {
    switch (mode) {
        case survey::ConsentMode::none: return "none";
        case survey::ConsentMode::notice: return "notice";
        case survey::ConsentMode::explicit_: return "explicit";
    }
    return "none";
}

// What a layer below writes as a member, as a value.
template <class Write>
Value written(const char* key, const Write& write) {
    json::Writer out;
    out.object();
    write(out);
    return *json::parse(out.end().text())->find(key);
}

Value presentation(const ResponseContext& context) {
    Value value{Members{}};
    value.set("rows", context.presentation.rows)
        .set("order", "ascending")
        .set("layout", context.presentation.layout)
        .set("input", context.presentation.input)
        .set("painter", context.presentation.painter)
        .set("locale", context.locale);
    return value;
}

}  // namespace

outbox::Event response_event(const EventStamp& stamp, const survey::Document& document, const survey::Survey& survey,
                             const interview::Interview& interview, const ResponseContext& context,
                             std::string_view submission, std::int64_t revision, double seconds) {
    Value data{Members{}};
    data.set("submission", submission)
        .set("revision", revision)
        .set("person", context.person)
        .set("survey", survey.id)
        .set("kind", kind_name(survey.kind))
        .set("wave", survey.wave)
        .set("touchpoint", context.touchpoint)
        .set("document", Value(Members{}).set("revision", document.revision).set("hash", document.hash))
        .set("wording",
             written("wording",
                     [&](json::Writer& out) { interview::write_wording(out, document, survey, context.locale); }))
        .set("presentation", presentation(context))
        .set("sampling", Value(Members{}).set("percent", survey.sample.percent()))
        .set("answers",
             written("answers", [&](json::Writer& out) { interview::write_answers(out, survey, interview); }))
        .set("complete", interview::complete(survey, interview))
        .set("seconds", seconds)
        .set("sdk", kVersion)
        .set("app_version", context.app_version)
        .set("platform", context.platform)
        .set("os_version", context.os_version)
        .set("consent",
             Value(Members{}).set("mode", mode_name(document.consent.mode)).set("policy", document.consent.policy))
        .set("test", context.test);
    return cloud_event(stamp, document.project, "candor.response", outbox::EventKind::answer, std::move(data));
}

namespace {

outbox::Event exposure_event(const EventStamp& stamp, const survey::Document& document, const survey::Survey& survey,
                             std::string_view touchpoint, Value changes) {
    Value data{Members{}};
    data.set("survey", survey.id)
        .set("kind", kind_name(survey.kind))
        .set("wave", survey.wave)
        .set("touchpoint", touchpoint)
        .set("day", utc_day(stamp.at))
        .set("changes", std::move(changes));
    // No finer than a day: the event's own time would tell more.
    const EventStamp day{stamp.id, stamp.at - (stamp.at % kDay)};
    outbox::Event event =
        cloud_event(day, document.project, "candor.exposure", outbox::EventKind::exposure, std::move(data));
    event.created_at = stamp.at;
    return event;
}

}  // namespace

std::vector<outbox::Event> exposure_events(const std::array<EventStamp, 2>& stamps, const survey::Document& document,
                                           const survey::Survey& survey, std::string_view touchpoint,
                                           const history::Rise& rise) {
    std::vector<outbox::Event> events;
    const bool moved = rise.from != history::Reached::nothing && rise.from_touchpoint != touchpoint;
    Value changes{Members{}};
    if (rise.from != history::Reached::nothing) changes.set(std::string(history::name(rise.from)), -1);
    if (moved) {
        events.push_back(exposure_event(stamps[1], document, survey, rise.from_touchpoint, std::move(changes)));
        changes = Value{Members{}};
    }
    changes.set(std::string(history::name(rise.to)), 1);
    events.push_back(exposure_event(stamps[0], document, survey, touchpoint, std::move(changes)));
    return events;
}

outbox::Event dropped_event(const EventStamp& stamp, std::string_view project, std::string_view kind,
                            std::string_view reason, std::int64_t count) {
    Value data{Members{}};
    data.set("kind", kind).set("reason", reason).set("count", count);
    return cloud_event(stamp, project, "candor.dropped", outbox::EventKind::other, std::move(data));
}

outbox::Event deletion_event(const EventStamp& stamp, std::string_view project,
                             const std::vector<std::string>& submissions) {
    Value ids{json::Array{}};
    for (const std::string& id : submissions) ids.push(id);
    return cloud_event(stamp, project, "candor.deletion", outbox::EventKind::control,
                       Value(Members{}).set("submissions", std::move(ids)));
}

}  // namespace candor::client
