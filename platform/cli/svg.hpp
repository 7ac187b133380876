// An SVG picture, shape by shape. Numbers are written with two decimals at most, so that a picture is the same on every
// machine.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candor::cli {

struct Point {
    double x = 0, y = 0;
};

struct Box {
    double x = 0, y = 0, width = 0, height = 0;
    double right() const { return x + width; }
    double bottom() const { return y + height; }
};

// Words for `class`, whose looks a style sheet at the beginning tells.
class Svg {
public:
    Svg(double width, double height, std::string_view title, std::string_view style);

    void box(const Box& box, std::string_view look, double radius = 0);
    void line(Point from, Point to, std::string_view look);
    void path(const std::vector<Point>& points, std::string_view look, bool closed = false);
    void dot(Point center, double radius, std::string_view look);
    // `look` also says with "middle" or "end" which part of the text is at the point.
    void text(Point at, std::string_view text, std::string_view look);
    // What follows is drawn within the box only, until it ends.
    void begin_clip(const Box& box);
    void end_clip();

    std::string take();

private:
    std::string out_;
    int clips_ = 0;

    void attribute(std::string_view name, double value);
};

// From a range of values to a range of the picture. At least one value wide.
struct Scale {
    double from = 0, to = 1;    // values
    double begin = 0, end = 1;  // places
    double operator()(double value) const { return begin + (value - from) / (to - from) * (end - begin); }
    // About so many round values within the range.
    std::vector<double> ticks(int about) const;
};

}  // namespace candor::cli
