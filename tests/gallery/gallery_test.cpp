// That the list leaves nothing out, and that each card of it is the same here as everywhere.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <set>

#include "scene.hpp"

using namespace gallery;

namespace {

const Gallery& the_gallery() {
    static const Gallery kGallery = read_gallery(CANDOR_TESTS_DIR "/gallery/gallery.json");
    return kGallery;
}

// What a card is made of, one value of each column.
std::vector<std::string> values_of(const Picture& card) {
    return {card.kind.name, card.theme.name, std::to_string(card.surface.width), card.locale, card.layout};
}

std::vector<std::vector<std::string>> columns() {
    std::vector<std::vector<std::string>> out(5);
    for (const Kind& kind : the_gallery().kinds) out[0].push_back(kind.name);
    for (const Theme& theme : the_gallery().themes) out[1].push_back(theme.name);
    for (const Surface& surface : the_gallery().surfaces) out[2].push_back(std::to_string(surface.width));
    out[3] = the_gallery().locales;
    out[4] = the_gallery().layouts;
    return out;
}

}  // namespace

TEST_CASE("Every pair of kind, theme, width, layout and language stands on a card") {
    using Pair = std::pair<std::string, std::string>;
    std::set<Pair> there;
    for (const Picture& card : the_gallery().cards) {
        const auto values = values_of(card);
        for (const std::string& one : values) {
            for (const std::string& other : values) there.insert({one, other});
        }
    }
    const auto all_columns = columns();
    for (const auto& column : all_columns) {
        for (const auto& another : all_columns) {
            if (&column == &another) continue;
            for (const std::string& one : column) {
                for (const std::string& other : another) {
                    INFO(one << " with " << other);
                    CHECK(there.contains({one, other}));
                }
            }
        }
    }
}

TEST_CASE("No two pictures have one name, and all can be played") {
    std::set<std::string> names;
    for (const Picture& picture : all(the_gallery())) {
        INFO(picture.name);
        CHECK(names.insert(picture.name).second);
        CHECK_FALSE(play(the_gallery(), picture).card.nodes.empty());
    }
    CHECK(names.size() == the_gallery().cards.size() + the_gallery().stills.size());
}

// prints.txt is written by `./dev gallery --renew` on one machine; this runs on all of them.
TEST_CASE("Every card and its triangles are the same here as everywhere, to the last bit") {
    std::map<std::string, std::string> expected;
    std::ifstream file(CANDOR_TESTS_DIR "/gallery/prints.txt");
    REQUIRE(file.is_open());
    for (std::string line; std::getline(file, line);) expected[line.substr(0, line.find(' '))] = line;
    for (const Picture& picture : all(the_gallery())) {
        const Scene scene = play(the_gallery(), picture);
        const std::string print = print_of(picture, scene);
        if (print != expected[picture.name]) UNSCOPED_INFO(tree_of(scene.card));
        CHECK(print == expected[picture.name]);
        expected.erase(picture.name);
    }
    for (const auto& [name, line] : expected) FAIL_CHECK("no such picture: " << name);
}
