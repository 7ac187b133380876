#include "gallery.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace gallery {

namespace {

// A prime: the languages, and whatever stands in columns like them, are at most so many.
constexpr std::size_t kOrder = 5;

[[noreturn]] void refuse(const std::string& why) { throw std::runtime_error("gallery: " + why); }

const json::Value& member(const json::Value& value, const char* key) {
    const json::Value* found = value.find(key);
    if (!found) refuse(std::string("no member ") + key);
    return *found;
}

std::string text_of(const json::Value& value, const char* key, std::string_view absent = {}) {
    const json::Value* found = value.find(key);
    return std::string(found ? found->text().view() : absent);
}

std::vector<std::string> texts_of(const json::Value* array) {
    std::vector<std::string> out;
    if (!array) return out;
    for (const json::Value& item : array->array()) out.emplace_back(item.text());
    return out;
}

Surface surface_of(const json::Value& value) {
    return {static_cast<int>(member(value, "width").integer()), static_cast<int>(member(value, "height").integer())};
}

template <class Item>
const Item& named(const std::vector<Item>& items, std::string_view name) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
    if (found == items.end()) refuse("there is no " + std::string(name));
    return *found;
}

// Two orthogonal Latin squares over kinds and languages: for each number of its own the value (kind + number *
// language) modulo a prime meets each kind, each language and each value of another number's. A further column takes
// the number 4.
std::size_t place(std::size_t kind, std::size_t language, std::size_t number, std::size_t values) {
    return (kind + number * language) % kOrder % values;
}

std::vector<Picture> cards_of(const Gallery& gallery) {
    std::vector<Picture> cards;
    if (std::max({gallery.locales.size(), gallery.themes.size(), gallery.surfaces.size(), gallery.layouts.size()}) >
        kOrder) {
        refuse("a column has more values than the squares have; they need a larger prime");
    }
    for (std::size_t kind = 0; kind < gallery.kinds.size(); ++kind) {
        for (std::size_t language = 0; language < gallery.locales.size(); ++language) {
            Picture& card = cards.emplace_back();
            card.kind = gallery.kinds[kind];
            card.locale = gallery.locales[language];
            card.theme = gallery.themes[place(kind, language, 1, gallery.themes.size())];
            card.surface = gallery.surfaces[place(kind, language, 2, gallery.surfaces.size())];
            card.layout = gallery.layouts[place(kind, language, 3, gallery.layouts.size())];
            card.name = card.kind.name + "-" + card.theme.name + "-" + std::to_string(card.surface.width) + "-" +
                        card.layout + "-" + card.locale;
        }
    }
    return cards;
}

int whole(const json::Value& value, const char* key, int absent) {
    const json::Value* found = value.find(key);
    return found ? static_cast<int>(found->integer()) : absent;
}

Picture still_of(const Gallery& gallery, const json::Value& value) {
    Picture still;
    still.kind = named(gallery.kinds, text_of(value, "card"));
    if (value.find("afresh")) still.kind.steps.clear();
    for (std::string& step : texts_of(value.find("steps"))) still.kind.steps.push_back(std::move(step));
    still.name = still.kind.name + "." + text_of(value, "name");
    still.theme = named(gallery.themes, text_of(value, "theme", "light"));
    still.locale = text_of(value, "locale", "en");
    still.surface = {whole(value, "width", 768), whole(value, "height", 600)};
    if (const json::Value* ratio = value.find("ratio")) still.ratio = ratio->number();
    still.around = whole(value, "around", still.around);
    still.layout = text_of(value, "layout", "corner");
    if (const json::Value* look = value.find("look")) still.kind.look = *look;
    still.kind.survey = text_of(value, "survey", still.kind.survey);
    return still;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) refuse("cannot read " + path);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

json::Value list_of(const std::vector<std::string>& texts) {
    json::Value out{json::Array{}};
    for (const std::string& text : texts) out.push(text);
    return out;
}

}  // namespace

Gallery read_gallery(const std::string& path) {
    Gallery gallery;
    const std::string text = read_file(path);
    auto file = json::parse(text);
    if (!file) refuse(describe(file.error()).c_str());
    gallery.file = *std::move(file);
    for (const json::Value& surface : member(gallery.file, "surfaces").array()) {
        gallery.surfaces.push_back(surface_of(surface));
    }
    gallery.locales = texts_of(&member(gallery.file, "locales"));
    gallery.layouts = texts_of(&member(gallery.file, "layouts"));
    for (const json::Value& theme : member(gallery.file, "themes").array()) {
        gallery.themes.push_back({text_of(theme, "name"), text_of(theme, "scheme") == "dark", member(theme, "theme")});
    }
    for (const json::Value& kind : member(gallery.file, "cards").array()) {
        gallery.kinds.push_back({text_of(kind, "name"), text_of(kind, "survey"), text_of(kind, "consent"),
                                 texts_of(kind.find("steps")), json::Value(json::Members{})});
    }
    gallery.cards = cards_of(gallery);
    for (const json::Value& still : member(gallery.file, "stills").array()) {
        gallery.stills.push_back(still_of(gallery, still));
    }
    return gallery;
}

std::vector<Picture> all(const Gallery& gallery) {
    std::vector<Picture> out = gallery.cards;
    out.insert(out.end(), gallery.stills.begin(), gallery.stills.end());
    return out;
}

std::string document_of(const Gallery& gallery, const Picture& picture) {
    json::Value document{json::Members{}};
    for (const auto& [key, value] : member(gallery.file, "document").members()) {
        if (key != "surveys") document.set(key, value);
    }
    document.set("theme", picture.theme.theme);
    if (!picture.kind.consent.empty()) {
        document.set("consent", member(member(gallery.file, "consents"), picture.kind.consent.c_str()));
    }
    json::Value surveys{json::Array{}};
    for (const json::Value& survey : member(member(gallery.file, "document"), "surveys").array()) {
        if (text_of(survey, "id") != picture.kind.survey) continue;
        json::Value look = picture.kind.look;
        look.set("layout", picture.layout);
        surveys.push(json::Value(survey).set("card", std::move(look)));
    }
    document.set("surveys", std::move(surveys));
    return std::string(json::dump(document));
}

std::string list(const Gallery& gallery) {
    json::Value out{json::Array{}};
    for (const Picture& picture : all(gallery)) {
        json::Value item{json::Members{}};
        item.set("name", picture.name).set("survey", picture.kind.survey).set("locale", picture.locale);
        item.set("scheme", picture.theme.dark ? "dark" : "light");
        item.set("layout", picture.layout).set("slot", picture.surface.slot());
        item.set("width", picture.surface.width).set("height", picture.surface.height).set("ratio", picture.ratio);
        item.set("still", picture.name.find('.') != std::string::npos).set("steps", list_of(picture.kind.steps));
        item.set("document", document_of(gallery, picture));
        out.push(std::move(item));
    }
    return std::string(json::dump(out));
}

}  // namespace gallery
