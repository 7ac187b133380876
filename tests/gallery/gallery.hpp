// The cards that the gallery shows, as gallery.json lists them: each kind of card in all looks, sizes and languages, so
// that every pair of two such values stands on a card, and stills of the states that a card goes through.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace gallery {

using namespace candor;

struct Surface {
    int width = 0, height = 0;               // logical pixels
    int slot() const { return width - 40; }  // for cards that stand in the page
};

struct Theme {
    std::string name;
    bool dark = false;
    json::Value theme;  // of the survey document
};

struct Kind {
    std::string name, survey;
    std::string consent;             // "notice", "explicit", or none
    std::vector<std::string> steps;  // to the card, from the survey's beginning (scene.hpp)
    json::Value look;                // of its survey: the document's "card"
};

struct Picture {
    std::string name;  // of its file
    Kind kind;
    Theme theme;
    Surface surface;
    std::string locale;
    std::string layout;  // of the document
    double ratio = 1;    // device pixels to a logical one
    int around = 2;      // so much of the surface is shown beside the card
};

struct Gallery {
    json::Value file;
    std::vector<Surface> surfaces;
    std::vector<std::string> locales, layouts;
    std::vector<Theme> themes;
    std::vector<Kind> kinds;
    std::vector<Picture> cards;   // kinds by themes, surfaces, layouts and languages
    std::vector<Picture> stills;  // states
};

// Throws std::runtime_error where the file is not as it should be.
Gallery read_gallery(const std::string& path);

std::vector<Picture> all(const Gallery& gallery);

// The survey document of a picture: the gallery's, with that survey alone, that theme and that consent.
std::string document_of(const Gallery& gallery, const Picture& picture);

// What a browser is told of the pictures: a JSON array of objects, each with its document.
std::string list(const Gallery& gallery);

}  // namespace gallery
