// `candor preview`: the card of each question of a document, in a window or as a picture. Which cards there are, and
// what has been answered before each, is found here; preview_sheet.cpp and preview_window.cpp draw them, in a program
// of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/nps.hpp"
#include "base/shared.hpp"
#include "cli/check.hpp"
#include "interview/interview.hpp"
#include "survey/document.hpp"

namespace candor::cli {

struct PreviewOptions {
    std::string file;
    std::string picture = {};  // the PNG file to write; empty: a window
    std::string survey = {};   // this one alone; empty: all of them
    std::string locale = {};   // empty: the document's
    bool dark = false;
    int width = 800;  // of the surface that the card stands on, in logical pixels
    int scale = 1;    // device pixels to one of them
};

// ---- what there is to show ----

// A question, in one of its wordings where those depend on the band.
struct Scene {
    const survey::Survey* survey = nullptr;
    const survey::Question* question = nullptr;
    std::optional<Band> band;
    // Which has come to it. None: no answers were found that lead there.
    std::optional<interview::Interview> interview;
    // Of its answers those that decide whether the question is asked, and how: "score 9, reasons late".
    std::string after;
};

// One after the other as the document has them, the thanks last.
std::vector<Scene> scenes_of(const survey::Survey& survey);

// "promoters, 9–10"
const char* readers_of(Band band);

// What both ways to show it begin with. A report that is not good says why there is nothing else.
struct Previewed {
    Report report;
    std::string text;  // the document
    Shared<const survey::Document> document;
    std::vector<const survey::Survey*> surveys;  // those wanted
};
Previewed read_for_preview(const PreviewOptions& options);

// ---- showing it ----

// A card on the picture, with what of its surface is shown around it; in pixels of the picture.
struct Shown {
    std::string survey, wave, question, type;
    std::optional<Band> band;
    bool reached = false;
    int x = 0, y = 0, width = 0, height = 0;
};

// Written as a PNG file.
struct Pictured {
    Report report;
    std::string picture;
    int width = 0, height = 0;
    std::vector<Shown> cards;
};
Pictured preview_picture(const PreviewOptions& options);
json::Value to_json(const Pictured& pictured);

// Returns when the window was closed, or when there can be none.
Report preview_window(const PreviewOptions& options);

}  // namespace candor::cli
