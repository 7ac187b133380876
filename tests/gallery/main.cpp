// The gallery's own program:
//   candor_gallery renew                writes the golden pictures and prints anew
//   candor_gallery sheets FOLDER        contact sheets, as the desktop draws the cards
//   candor_gallery sheet FILE NAME...   one of these pictures, for the documentation
//   candor_gallery list                 what there is, as JSON
//   candor_gallery tree NAME            a picture's card in words
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "drawn.hpp"
#include "letters.hpp"
#include "sheets.hpp"

namespace {

using namespace gallery;

const std::filesystem::path kFolder = CANDOR_TESTS_DIR "/gallery";

// A picture that is as it was stays, byte for byte.
void renew(const Gallery& gallery) {
    const std::filesystem::path golden = kFolder / "golden";
    std::filesystem::create_directories(golden);
    std::ofstream prints(kFolder / "prints.txt", std::ios::binary);
    std::vector<std::filesystem::path> wanted;
    for (const Picture& picture : all(gallery)) {
        const Scene scene = play(gallery, picture);
        prints << print_of(picture, scene) << "\n";
        const Bitmap bitmap = drawn(picture, scene, rasterise);
        const auto path = wanted.emplace_back(golden / (picture.name + ".png"));
        if (std::filesystem::exists(path) && difference(bitmap, read_png(path)) == 0) continue;
        write_png(path, bitmap);
        std::cout << "renewed " << path.filename().string() << "\n";
    }
    prints.close();
    if (!prints) throw std::runtime_error("gallery: cannot write prints.txt");
    for (const auto& entry : std::filesystem::directory_iterator(golden)) {
        if (std::find(wanted.begin(), wanted.end(), entry.path()) != wanted.end()) continue;
        std::filesystem::remove(entry.path());
        std::cout << "removed " << entry.path().filename().string() << "\n";
    }
}

Picture named(const Gallery& gallery, const std::string& name) {
    for (const Picture& picture : all(gallery)) {
        if (picture.name == name) return picture;
    }
    throw std::runtime_error("gallery: there is no " + name);
}

void write_one_sheet(const Gallery& gallery, const std::vector<std::string>& arguments) {
    std::vector<Picture> pictures;
    for (std::size_t i = 2; i < arguments.size(); ++i) pictures.push_back(named(gallery, arguments[i]));
    write_sheet(gallery, pictures, arguments[1]);
}

int run(const std::vector<std::string>& arguments) {
    const Gallery gallery = read_gallery((kFolder / "gallery.json").string());
    const std::string verb = arguments.empty() ? std::string() : arguments[0];
    if (verb == "renew") {
        renew(gallery);
    } else if (verb == "sheets" && arguments.size() == 2) {
        write_sheets(gallery, arguments[1]);
    } else if (verb == "list") {
        std::cout << list(gallery) << "\n";
    } else if (verb == "tree" && arguments.size() == 2) {
        std::cout << tree_of(play(gallery, named(gallery, arguments[1])).card);
    } else if (verb == "sheet" && arguments.size() > 2) {
        write_one_sheet(gallery, arguments);
    } else {
        std::cerr << "candor_gallery renew | sheets FOLDER | sheet FILE NAME... | list | tree NAME\n";
        return 2;
    }
    return 0;
}

}  // namespace

int main(int count, char** values) {
    try {
        return run({values + 1, values + count});
    } catch (const std::exception& fault) {
        std::cerr << fault.what() << "\n";
        return 1;
    }
}
