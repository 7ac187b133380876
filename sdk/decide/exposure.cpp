#include "decide/exposure.hpp"

namespace candor::decide {

using history::Reached;

void move(Changes& changes, Reached from, Reached to) {
    --changes[static_cast<std::size_t>(from)];
    ++changes[static_cast<std::size_t>(to)];
}

void write_asking(json::Writer& out, const survey::Survey& survey, std::string_view wave, std::string_view touchpoint) {
    const bool transactional = survey.kind == survey::Kind::transactional;
    out.text("survey", survey.id).text("kind", transactional ? "transactional" : "relationship").text("wave", wave);
    out.text("touchpoint", touchpoint);
}

namespace {

void write_changes(json::Writer& out, const char* key, const Changes& changes) {
    out.object(key);
    for (std::size_t state = 1; state < kStates; ++state) {
        if (changes[state] != 0) out.key(history::name(static_cast<Reached>(state))).whole(nullptr, changes[state]);
    }
    out.end();
}

}  // namespace

void write_exposure(json::Writer& out, const survey::Survey& survey, std::string_view wave, std::string_view touchpoint,
                    const Changes& persons, const Changes& moments) {
    write_asking(out, survey, wave, touchpoint);
    write_changes(out, "changes", persons);
    if (survey.kind == survey::Kind::transactional) write_changes(out, "moments", moments);
}

}  // namespace candor::decide
