#include "simulate/person.hpp"

#include <algorithm>
#include <cmath>

namespace candor::simulate {

namespace {

// 16 hex digits: an id that no two people of a simulation share, and that falls into other buckets with another seed.
String id_of(std::uint64_t bits) {
    String id(16, '0');
    for (char& digit : id) {
        digit = "0123456789abcdef"[bits & 15];
        bits >>= 4;
    }
    return id;
}

List<double> weights(const std::array<double, kScores>& opinion) {
    return {opinion.data(), opinion.data() + opinion.size()};
}

bool is_watched(const Happening& happening, const decide::Prepared& prepared) {
    return happening.screen ? prepared.waits_for_screen(happening.name) : prepared.waits_for_event(happening.name);
}

// The moments that nobody waits for are one stream, whatever their names; so are those that somebody does, of which
// each then is one by its share.
void set_happenings(Course& course, const Segment& segment, Band band, const decide::Prepared& prepared) {
    List<double> shares;
    double watched = 0;
    double others = segment.others_per_visit.of(band);
    for (const Happening& happening : segment.happenings) {
        const double mean = happening.per_visit.of(band);
        if (is_watched(happening, prepared)) {
            shares.push_back(mean);
            watched += mean;
        } else {
            others += mean;
        }
    }
    course.watched = Often(watched);
    if (watched > 0) course.which = Lot(shares);
    course.others = Often(others);
}

Course course_of(const Segment& segment, Band band, const decide::Prepared& prepared) {
    Course course;
    course.visits_per_week = segment.visits_per_week.of(band);
    course.visit_length = segment.visit_minutes.of(band) * kMinute;
    course.stay = segment.stay_days.of(band) * kDay;
    set_happenings(course, segment, band, prepared);
    return course;
}

List<Lot> lots(const List<Attribute>& attributes) {
    List<Lot> lots;
    for (const Attribute& attribute : attributes) {
        lots.push_back(attribute.weights.empty() ? Lot() : Lot(attribute.weights));
    }
    return lots;
}

void make_ready(Kind& kind, const Segment& segment, const decide::Prepared& prepared) {
    kind.segment = &segment;
    kind.opinion = Lot(weights(segment.opinion));
    kind.attributes = lots(segment.attributes);
    kind.context = lots(segment.context);
    for (const Happening& happening : segment.happenings) {
        if (!is_watched(happening, prepared)) continue;
        Watched& watched = kind.watched.emplace_back();
        watched.kind = happening.screen ? decide::MomentKind::screen : decide::MomentKind::event;
        watched.name = happening.name;
    }
    for (std::size_t band = 0; band < kBands; ++band) {
        kind.courses[band] = course_of(segment, static_cast<Band>(band), prepared);
    }
}

void draw_values(const List<Attribute>& attributes, const List<Lot>& lots, Random& random, json::Members& out) {
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        const Attribute& attribute = attributes[i];
        json::Member& member = out.emplace_back();
        member.first = attribute.name;
        if (attribute.weights.empty()) {
            const auto numbers = static_cast<double>(attribute.to - attribute.from + 1);
            member.second = attribute.from + static_cast<std::int64_t>(random.unit() * numbers);
        } else {
            member.second = attribute.values[lots[i].draw(random)];
        }
    }
}

// Around the mean of the kind, most people somewhat below it and a few far above.
double draw_pace(double mean, double spread, Random& random) {
    const double pace = std::exp(spread * random.normal() - spread * spread / 2);
    return std::min(mean * pace, kMostPerWeek);
}

}  // namespace

Crowd::Crowd(const Population& population, const decide::Prepared& prepared) : population_(population) {
    List<double> shares;
    for (const Segment& segment : population.segments) {
        shares.push_back(segment.share);
        make_ready(kinds_.emplace_back(), segment, prepared);
    }
    lot_ = Lot(shares);
}

Somebody draw(const Crowd& crowd, std::uint64_t seed, std::uint64_t number) {
    Random random(seed, number, Stream::traits);
    Somebody somebody;
    somebody.number = number;
    somebody.id = id_of(random.next());
    somebody.segment = crowd.draw_kind(random);
    const Kind& kind = crowd.kinds()[somebody.segment];
    somebody.opinion = static_cast<int>(kind.opinion.draw(random));
    somebody.band = band_of(somebody.opinion);
    const Course& course = kind.courses[static_cast<std::size_t>(somebody.band)];
    somebody.visits_per_week = draw_pace(course.visits_per_week, kind.segment->visits_spread, random);
    somebody.newcomer = random.unit() * 100 < crowd.population().newcomers;
    somebody.comes = somebody.newcomer ? random.unit() : 0;
    somebody.stays = course.stay > 0 ? std::max(1.0, course.stay * random.exponential()) : 0;
    draw_values(kind.segment->attributes, kind.attributes, random, somebody.attributes);
    draw_values(kind.segment->context, kind.context, random, somebody.context);
    return somebody;
}

}  // namespace candor::simulate
