#include "simulate/read_population.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace candor::simulate {

namespace {

constexpr std::size_t kMostSegments = 50;
constexpr std::size_t kMostAttributes = 50;
constexpr const char* kContextNames = "app_version|os_version|platform|locale|country|device";
constexpr std::size_t kMostValues = 200;
constexpr std::size_t kMostHappenings = 200;  // of each of events and screens
constexpr std::size_t kMostNameBytes = 200;
constexpr double kMostWeight = 1e9;
constexpr double kMostPerVisit = 100;
constexpr double kMostMinutes = 240;
constexpr double kMostDays = 36'500;
constexpr double kMostSeconds = 3'600;
constexpr double kMostSpread = 2;

using json::Object;
using json::Type;
using json::Value;

bool is_number(const Value& value) { return value.type() == Type::integer || value.type() == Type::number; }

// A number, or {"promoter", "passive", "detractor"}; a band that is not named keeps what it had.
void read_banded(Object& object, const char* key, double least, double most, Banded& out) {
    const Value* value = object.any(key);
    if (value == nullptr) return;
    if (value->type() != Type::object) {
        if (is_number(*value)) {
            out = object.number(key, least, most, 0);
        } else {
            object.refuse(key,
                          R"(must be a number, or an object with numbers for "promoter", "passive" and "detractor")");
        }
        return;
    }
    Object bands(*value, object.path_of(key), json::Reading::tools);
    const char* const names[] = {"detractor", "passive", "promoter"};
    for (std::size_t band = 0; band < kBands; ++band) {
        out.by_band[band] = bands.number(names[band], least, most, out.by_band[band]);
    }
    bands.finish(object);
}

// The members of an object whose keys are names of the author's own.
template <class Each>
void read_names(Object& outer, const char* key, std::size_t most, const Each& each) {
    const Value* value = outer.object(key, false);
    if (value == nullptr) return;
    Object object(*value, outer.path_of(key), json::Reading::tools);
    if (value->members().size() > most) {
        outer.refuse(key, {"must have at most ", most, " members, has ", value->members().size()});
    }
    for (const auto& [name, member] : value->members()) {
        const bool plain = std::none_of(name.begin(), name.end(),
                                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        if (name.empty() || name.size() > kMostNameBytes || !plain) {
            object.refuse(utf8_prefix(name, 64),
                          std::string_view("names have from 1 to 200 bytes and no control characters"));
            break;
        }
        each(object, name.c_str(), member);
    }
    object.finish(outer);
}

double sum_of(const auto& weights) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    return sum;
}

// ---- attributes ----

void read_choices(Object& object, const char* name, const Value& items, Attribute& out) {
    if (items.array().empty() || items.array().size() > kMostValues) {
        return object.refuse(name, {"must have from 1 to ", kMostValues, " items"});
    }
    for (std::size_t i = 0; i < items.array().size(); ++i) {
        Object item(object, name, i, items.array()[i], json::Reading::tools);
        const Value* value = item.ok() ? item.any("value") : nullptr;
        if (item.ok() && value == nullptr) item.refuse("value", "is missing");
        if (value != nullptr && (value->type() == Type::object || value->type() == Type::array || value->is_null())) {
            item.refuse("value", "must be a text, a number, true or false");
        }
        if (value != nullptr) out.values.push_back(*value);
        out.weights.push_back(item.number("weight", 0, kMostWeight, 1));
        item.finish(object);
    }
    if (object.ok() && sum_of(out.weights) <= 0) object.refuse(name, "all weights are 0");
}

void read_range(Object& object, const char* name, const Value& value, Attribute& out) {
    constexpr std::int64_t kMost = 1'000'000'000;
    Object range(value, object.path_of(name), json::Reading::tools);
    out.from = range.integer("from", -kMost, kMost);
    out.to = range.integer("to", -kMost, kMost);
    if (range.ok() && out.to < out.from) range.refuse("to", "must not be less than \"from\"");
    range.finish(object);
}

void read_attribute(Object& object, const char* name, const Value& value, Attribute& out) {
    object.has(name);  // asked for
    out.name = name;
    switch (value.type()) {
        case Type::array: return read_choices(object, name, value, out);
        case Type::object: return read_range(object, name, value, out);
        case Type::null: return object.refuse(name, "must not be null; leave it out");
        default: out.values.push_back(value); out.weights.push_back(1);
    }
}

// The one of that name, made anew if there is none.
template <class T, class Is>
T& one_of(List<T>& items, const Is& is) {
    T* found = std::find_if(items.begin(), items.end(), is);
    return found != items.end() ? *found : items.emplace_back();
}

void read_attributes(Object& object, const char* key, List<Attribute>& attributes) {
    read_names(object, key, kMostAttributes, [&](Object& members, const char* name, const Value& value) {
        Attribute& attribute = one_of(attributes, [&](const Attribute& a) { return a.name == name; });
        attribute = {};
        read_attribute(members, name, value, attribute);
    });
}

void read_context(Object& object, List<Attribute>& context) {
    read_attributes(object, "context", context);
    for (const Attribute& value : context) {
        const bool known = find_part(kContextNames, '|', value.name) != kNoPart;
        const bool texts = std::all_of(value.values.begin(), value.values.end(),
                                       [](const Value& v) { return v.type() == Type::text; });
        if (!known) object.refuse("context", {"has no ", value.name, "; there are ", kContextNames});
        if (value.weights.empty() || !texts) object.refuse("context", {value.name, " must be text"});
    }
}

// ---- behaviour ----

void read_happenings(Object& object, const char* key, bool screen, List<Happening>& happenings) {
    read_names(object, key, kMostHappenings, [&](Object& members, const char* name, const Value&) {
        Happening& happening =
            one_of(happenings, [&](const Happening& h) { return h.screen == screen && h.name == name; });
        happening.screen = screen;
        happening.name = name;
        read_banded(members, name, 0, kMostPerVisit, happening.per_visit);
    });
}

void read_scores(Object& object, const char* key, const Value& weights, std::array<double, kScores>& opinion) {
    const json::Array& items = weights.array();
    if (items.size() != kScores) {
        return object.refuse(key, {"must have ", kScores, " weights, of the scores 0 to 10, has ", items.size()});
    }
    for (std::size_t score = 0; score < kScores; ++score) {
        const double weight = items[score].number();
        if (!is_number(items[score]) || weight < 0 || weight > kMostWeight) {
            return object.refuse(
                {object.path_of(key, score), joined({"must be a number from 0 to ", json::number_text(kMostWeight)})});
        }
        opinion[score] = weight;
    }
    if (sum_of(opinion) <= 0) object.refuse(key, "all weights are 0");
}

void read_opinion(Object& object, std::array<double, kScores>& opinion) {
    const Value* value = object.any("opinion");
    if (value == nullptr) return;
    if (value->type() == Type::array) return read_scores(object, "opinion", *value, opinion);
    if (value->type() != Type::object) {
        return object.refuse("opinion", R"(must be an array of 11 weights, or {"mean", "spread"})");
    }
    Object curve(*value, object.path_of("opinion"), json::Reading::tools);
    if (!curve.has("mean")) curve.refuse("mean", "is missing");
    const double mean = curve.number("mean", -10, 20, 8);
    const double spread = curve.number("spread", 0.1, 100, 2);
    curve.finish(object);
    if (object.ok()) opinion = bell(mean, spread);
}

void read_visits(Object& object, Segment& segment) {
    Object visits(object, "visits", json::Reading::tools);
    if (!visits.given()) return;
    read_banded(visits, "per_week", 0.001, kMostPerWeek, segment.visits_per_week);
    segment.visits_spread = visits.number("spread", 0, kMostSpread, segment.visits_spread);
    read_banded(visits, "minutes", 0.01, kMostMinutes, segment.visit_minutes);
    visits.finish(object);
}

void read_response(Object& object, Response& out) {
    Object response(object, "response", json::Reading::tools);
    if (!response.given()) return;
    read_banded(response, "answer", 0, 100, out.answer);
    read_banded(response, "dismiss", 0, 100, out.dismiss);
    read_banded(response, "comment", 0, 100, out.comment);
    read_banded(response, "seconds", 0.1, kMostSeconds, out.seconds);
    for (std::size_t band = 0; band < kBands; ++band) {
        if (out.answer.by_band[band] + out.dismiss.by_band[band] <= 100) continue;
        response.refuse(response.has("dismiss") ? "dismiss" : "answer",
                        R"("answer" and "dismiss" of a band must not be more than 100 percent together)");
    }
    response.finish(object);
}

// The members that a population and each of its segments have alike.
void read_behaviour(Object& object, Segment& segment) {
    read_attributes(object, "attributes", segment.attributes);
    read_context(object, segment.context);
    read_opinion(object, segment.opinion);
    read_visits(object, segment);
    read_banded(object, "stay_days", 0, kMostDays, segment.stay_days);
    read_happenings(object, "events", false, segment.happenings);
    read_happenings(object, "screens", true, segment.happenings);
    read_banded(object, "other_events", 0, kMostPerVisit, segment.others_per_visit);
    read_response(object, segment.response);
}

// ---- the whole ----

void read_segment(Object& segments, std::size_t index, const Value& value, Population& population, Segment base) {
    Object object(segments, "segments", index, value, json::Reading::tools);
    if (!object.ok()) return object.finish(segments);
    base.name = object.text("name", {.min_bytes = 1, .max_bytes = 64, .identifier = true});
    for (const Segment& other : population.segments) {
        if (other.name == base.name) object.refuse("name", {"there is a segment \"", base.name, "\" already"});
    }
    object.text("description", {.max_bytes = 65'536}, "");
    base.share = object.number("share", 0, kMostWeight, 1);
    read_behaviour(object, base);
    object.finish(segments);
    population.segments.push_back(std::move(base));
}

void read_segments(Object& root, Population& population, const Segment& base) {
    const Value* segments = root.array("segments", false, kMostSegments);
    if (segments == nullptr) return population.segments.push_back(base);
    if (segments->array().empty()) return root.refuse("segments", "must not be empty; leave it out");
    double shares = 0;
    for (std::size_t i = 0; i < segments->array().size() && root.ok(); ++i) {
        read_segment(root, i, segments->array()[i], population, base);
    }
    for (const Segment& segment : population.segments) shares += segment.share;
    if (root.ok() && shares <= 0) root.refuse("segments", "all shares are 0");
}

void read_start(Object& root, Population& population) {
    if (!root.has("start")) return;
    const String text = root.text("start", {.max_bytes = 64});
    const std::optional<Instant> start = parse_rfc3339(text);
    constexpr Instant kLeast = 0;
    constexpr Instant kMost = 32'503'680'000'000;  // 3000
    if (start && *start >= kLeast && *start < kMost) {
        population.start = *start;
    } else {
        root.refuse("start", R"(must be a date or an instant from 1970 to 2999, as "2026-11-01")");
    }
}

}  // namespace

std::array<double, kScores> bell(double mean, double spread) {
    std::array<double, kScores> weights;
    for (std::size_t score = 0; score < kScores; ++score) {
        const double off = (static_cast<double>(score) - mean) / spread;
        weights[score] = std::exp(-off * off / 2);
    }
    // A curve far off the scale, and narrow: its nearest score is what remains of it.
    if (sum_of(weights) <= 0) weights[mean < 5 ? 0 : kScores - 1] = 1;
    return weights;
}

Result<Population> read_population(std::string_view text, const survey::Document& document) {
    const Result<Value> value = json::parse(text);
    if (!value) return tl::unexpected<Error>(value.error());
    Object root(*value, json::Reading::tools);
    Population population = empty_population(document);
    Segment base = default_segment(document);
    if (root.ok()) {
        root.integer("population", 1, 1);
        root.text("description", {.max_bytes = 65'536}, "");
        read_start(root, population);
        population.newcomers = root.number("newcomers", 0, 100, population.newcomers);
        read_behaviour(root, base);
        read_segments(root, population, base);
    }
    if (auto fault = root.finish()) return tl::unexpected<Error>(*std::move(fault));
    return population;
}

}  // namespace candor::simulate
