#include "scene.hpp"

#include <cstdio>
#include <map>
#include <stdexcept>

#include "base/sha256.hpp"
#include "card/motion.hpp"

namespace gallery {

namespace {

using card::InputKind;
using fixture::Desk;

[[noreturn]] void refuse(const Picture& picture, const std::string& why) {
    throw std::runtime_error("gallery: " + picture.name + ": " + why);
}

void point(const Picture& picture, Desk& desk, const std::string& key, InputKind kind) {
    const card::Card now = desk.card();
    const card::Node* node = fixture::find_key(now, key);
    if (!node || node->rect.width <= 0) refuse(picture, "there is no " + key);
    desk.pointer(kind, node->rect.x + node->rect.width / 2, node->rect.y + node->rect.height / 2);
}

void tap(const Picture& picture, Desk& desk, const std::string& key) {
    point(picture, desk, key, InputKind::pointer_down);
    point(picture, desk, key, InputKind::pointer_up);
    desk.pointer(InputKind::pointer_leave, 0, 0);
}

card::Key key_of(const Picture& picture, const std::string& name) {
    static const std::map<std::string, card::Key> kKeys = {
        {"left", card::Key::left}, {"right", card::Key::right}, {"up", card::Key::up}, {"down", card::Key::down}};
    const auto found = kKeys.find(name);
    if (found == kKeys.end()) refuse(picture, "there is no key " + name);
    return found->second;
}

void take(const Picture& picture, Desk& desk, const std::string& step) {
    const std::size_t blank = step.find(' ');
    const std::string verb = step.substr(0, blank);
    const std::string rest = blank == std::string::npos ? std::string() : step.substr(blank + 1);
    if (verb == "tap" || verb == "store" || verb == "fail") {
        tap(picture, desk, rest);
        const bool stores = desk.status == card::Status::storing;
        if (verb != "tap" && !stores) refuse(picture, "nothing is stored by " + step);
        if (verb == "tap" && stores) desk.stored();
        if (verb == "fail") desk.status = card::Status::failed;
    } else if (verb == "hover") {
        point(picture, desk, rest, InputKind::pointer_move);
    } else if (verb == "press") {
        point(picture, desk, rest, InputKind::pointer_down);
    } else if (verb == "tab") {
        desk.key(card::Key::tab);
    } else if (verb == "key") {
        desk.key(key_of(picture, rest));
    } else if (verb == "after") {  // so many milliseconds later
        desk.options.frame_time += std::stoi(rest);
    } else if (verb == "type") {
        desk.type(rest);
    } else {
        refuse(picture, "there is no step " + step);
    }
}

constexpr std::int64_t kLong = 10'000;  // ms, after which nothing moves any more

// ---- in words ----

std::string number(float value) { return std::string(json::number_text(static_cast<double>(value))); }

std::string rect_text(const card::Rect& rect) {
    return number(rect.x) + " " + number(rect.y) + " " + number(rect.width) + " " + number(rect.height);
}

std::string hex(std::uint64_t value) {
    char out[17];
    std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(value));
    return out;
}

std::string quoted(std::string_view text) { return std::string(json::dump(json::Value(text))); }

std::string run_text(const card::TextRun& run) {
    return "\n    " + quoted(run.text) + " at " + number(run.x) + " " + number(run.baseline) + " wide " +
           number(run.width) + " high " + number(run.ascent) + " " + number(run.descent) + " px " +
           number(run.style.px) + " weight " + std::to_string(run.style.weight) + " direction " +
           std::to_string(static_cast<int>(run.style.direction)) + " colour " + hex(run.color);
}

std::string node_text(const card::Node& node) {
    std::string out(node.key);
    out += " id " + std::to_string(node.id.value) + " in " + std::to_string(node.parent);
    out += " role " + std::to_string(static_cast<int>(node.role)) + " states " + std::to_string(node.states);
    out += " rect " + rect_text(node.rect) + " box " + rect_text(node.box) + " px " + number(node.text_px);
    out += " cell " + std::to_string(node.cell) + " name " + quoted(node.name) + " value " + quoted(node.value);
    out += " description " + quoted(node.description) + " question " + quoted(node.question);
    if (!node.ink.empty()) out += " caret " + rect_text(node.ink[0]);
    for (const card::TextRun& run : node.runs) out += run_text(run);
    return out + "\n";
}

}  // namespace

Scene play(const Gallery& gallery, const Picture& picture, const card::TextMeasurer& text) {
    Scene scene;
    Desk& desk = scene.desk;
    auto document = survey::read_document(document_of(gallery, picture), json::Reading::tools);
    if (!document) refuse(picture, describe(document.error()).c_str());
    if (document->surveys.empty()) refuse(picture, "there is no survey " + picture.kind.survey);
    desk.document = *std::move(document);
    desk.interview = interview::begin(desk.document.surveys[0]);
    desk.text = text;
    desk.locale = picture.locale;
    desk.options.width = static_cast<float>(picture.surface.width);
    desk.options.height = static_cast<float>(picture.surface.height);
    desk.options.pixel_ratio = static_cast<float>(picture.ratio);
    desk.options.dark = picture.theme.dark;
    if (picture.kind.consent == "explicit") desk.agreement = card::Agreement::wanted;
    desk.options.slot_width = static_cast<float>(picture.surface.slot());
    desk.options.frame_time = kLong;
    card::Motion motion;
    const auto look = [&] {
        card::Card seen = desk.card();
        card::animate(motion, seen, desk.options);
        return seen;
    };
    look();
    // All is at rest before the next step, and at the end, unless the steps tell when that is.
    for (const std::string& step : picture.kind.steps) {
        const bool tells = step.starts_with("after ");
        if (!tells) desk.options.frame_time += kLong;
        take(picture, desk, step);
        look();
    }
    if (picture.kind.steps.empty() || !picture.kind.steps.back().starts_with("after "))
        desk.options.frame_time += kLong;
    scene.card = look();
    paint::Painter painter;
    scene.painted = painter.paint(scene.card, scene.card.colors, desk.options.pixel_ratio);
    return scene;
}

std::string tree_of(const card::Card& card) {
    std::string out = "card " + rect_text(card.rect) + " layout " + std::to_string(static_cast<int>(card.layout)) +
                      " over " + rect_text(card.backdrop) + " radius " + number(card.radius) + " locale " +
                      std::string(card.locale) + " direction " + std::to_string(static_cast<int>(card.direction)) +
                      " scrolled " + number(card.scrolled) + " of " + number(card.most_scrolled) + "\n";
    for (const card::Node& node : card.nodes) out += node_text(node);
    return out;
}

std::string print_of(const Picture& picture, const Scene& scene) {
    const paint::Picture& painted = scene.painted;
    return picture.name + " tree " + std::string(sha256_hex(tree_of(scene.card), 16)) + " drawn " +
           hex(painted.revision) + " of " + std::to_string(scene.card.nodes.size()) + " nodes, " +
           std::to_string(painted.vertices.size()) + " vertices, " + std::to_string(painted.commands.size()) +
           " commands";
}

}  // namespace gallery
