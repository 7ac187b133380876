// Each card and state, pixel by pixel, against the picture that was looked at when it was last changed.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <set>

#include "drawn.hpp"
#include "letters.hpp"

using namespace gallery;

namespace {

const std::filesystem::path kFolder = CANDOR_TESTS_DIR "/gallery";
const std::filesystem::path kActual = CANDOR_GALLERY_OUT;
constexpr int kLevels = 2;                   // by which a channel may differ
constexpr std::size_t kMostBytes = 700'000;  // of all golden pictures

void compare(const Gallery& gallery, const Picture& picture) {
    const Bitmap actual = drawn(picture, play(gallery, picture), rasterise);
    const auto golden = kFolder / "golden" / (picture.name + ".png");
    INFO(picture.name);
    REQUIRE(std::filesystem::exists(golden));
    const Bitmap expected = read_png(golden);
    const std::optional<int> levels = difference(actual, expected);
    if (levels && *levels <= kLevels) return;
    std::filesystem::create_directories(kActual);
    const auto as_drawn = kActual / (picture.name + ".png"), as_marked = kActual / (picture.name + ".difference.png");
    write_png(as_drawn, actual);
    write_png(as_marked, marked(actual, expected));
    const std::string by = levels ? std::to_string(*levels) + " levels" : std::string("its size");
    FAIL_CHECK("differs from " << golden << " by " << by << ": see " << as_drawn << " and " << as_marked
                               << "; when it is meant so, ./dev gallery --renew");
}

const Gallery& the_gallery() {
    static const Gallery kGallery = read_gallery((kFolder / "gallery.json").string());
    return kGallery;
}

// The colour just before a line, in the middle of its letters; none where that is cut off.
std::optional<std::uint32_t> before(const Picture& picture, const Scene& scene, const Bitmap& bitmap,
                                    const card::TextRun& line) {
    const Cut cut = cut_of(picture, scene);
    const auto ratio = static_cast<float>(picture.ratio);
    const int x = static_cast<int>((line.x - 1) * ratio) - cut.left;
    const int y = static_cast<int>((line.baseline - 4) * ratio) - cut.top;
    if (x < 0 || y < 0 || x >= bitmap.width || y >= bitmap.height) return std::nullopt;
    return bitmap
        .pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(bitmap.width) + static_cast<std::size_t>(x)];
}

}  // namespace

TEST_CASE("Every card looks as it did") {
    for (const Picture& picture : the_gallery().cards) compare(the_gallery(), picture);
}

TEST_CASE("Every state looks as it did") {
    for (const Picture& picture : the_gallery().stills) compare(the_gallery(), picture);
}

// WCAG 1.4.3, in every theme and under the pointer too. What is disabled need not.
TEST_CASE("What is to be read stands out from what it stands on") {
    for (const Picture& picture : all(the_gallery())) {
        const Scene scene = play(the_gallery(), picture);
        if (!scene.card.pose.still()) continue;
        const Bitmap bitmap = drawn(picture, scene, rasterise);
        for (const card::Node& node : scene.card.nodes) {
            if (node.runs.empty() || (node.states & card::kDisabled)) continue;
            const std::optional<std::uint32_t> ground = before(picture, scene, bitmap, node.runs[0]);
            if (!ground) continue;
            INFO(picture.name << ", " << node.key);
            CHECK(card::contrast(node.runs[0].color, *ground) >= 4.5f);
        }
    }
}

TEST_CASE("There are no other golden pictures, and they stay small") {
    std::set<std::string> names;
    for (const Picture& picture : all(the_gallery())) names.insert(picture.name + ".png");
    std::size_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder / "golden")) {
        INFO(entry.path());
        CHECK(names.contains(entry.path().filename().string()));
        bytes += entry.file_size();
    }
    CHECK(bytes < kMostBytes);
}
