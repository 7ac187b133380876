#include "cli/svg.hpp"

#include <cmath>

#include "cli/figures.hpp"

namespace candor::cli {

namespace {

// Without zeros at its end.
std::string number(double value) {
    std::string text = fixed(value, 2);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

}  // namespace

Svg::Svg(double width, double height, std::string_view title, std::string_view style) {
    out_ = R"(<svg xmlns="http://www.w3.org/2000/svg" role="img")";
    attribute("width", width);
    attribute("height", height);
    out_ += " viewBox=\"0 0 " + number(width) + " " + number(height) + "\">\n<title>" + escaped(title) + "</title>\n";
    out_ += "<style>" + std::string(style) + "</style>\n";
}

void Svg::attribute(std::string_view name, double value) {
    out_ += " " + std::string(name) + "=\"" + number(value) + "\"";
}

void Svg::box(const Box& box, std::string_view look, double radius) {
    out_ += "<rect class=\"" + std::string(look) + "\"";
    attribute("x", box.x);
    attribute("y", box.y);
    attribute("width", box.width);
    attribute("height", box.height);
    if (radius > 0) attribute("rx", radius);
    out_ += "/>\n";
}

void Svg::line(Point from, Point to, std::string_view look) {
    out_ += "<line class=\"" + std::string(look) + "\"";
    attribute("x1", from.x);
    attribute("y1", from.y);
    attribute("x2", to.x);
    attribute("y2", to.y);
    out_ += "/>\n";
}

void Svg::path(const std::vector<Point>& points, std::string_view look, bool closed) {
    out_ += "<path class=\"" + std::string(look) + "\" d=\"";
    for (std::size_t i = 0; i < points.size(); ++i) {
        out_ += (i == 0 ? "M" : "L") + number(points[i].x) + " " + number(points[i].y);
    }
    out_ += closed ? "Z\"/>\n" : "\"/>\n";
}

void Svg::dot(Point center, double radius, std::string_view look) {
    out_ += "<circle class=\"" + std::string(look) + "\"";
    attribute("cx", center.x);
    attribute("cy", center.y);
    attribute("r", radius);
    out_ += "/>\n";
}

void Svg::text(Point at, std::string_view text, std::string_view look) {
    out_ += "<text class=\"" + std::string(look) + "\"";
    attribute("x", at.x);
    attribute("y", at.y);
    out_ += ">" + escaped(text) + "</text>\n";
}

void Svg::begin_clip(const Box& within) {
    const std::string id = "clip" + std::to_string(++clips_);
    out_ += "<clipPath id=\"" + id + "\">";
    box(within, "");
    out_ += "</clipPath>\n<g clip-path=\"url(#" + id + ")\">\n";
}

void Svg::end_clip() { out_ += "</g>\n"; }

std::string Svg::take() { return std::move(out_) + "</svg>\n"; }

std::vector<double> Scale::ticks(int about) const {
    const double rough = (to - from) / about;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double each : {1.0, 2.0, 5.0}) {
        if (each * power < rough) continue;
        step = each * power;
        break;
    }
    std::vector<double> out;
    const auto first = static_cast<long>(std::ceil(from / step - 1e-9));
    const auto last = static_cast<long>(std::floor(to / step + 1e-9));
    for (long at = first; at <= last; ++at) out.push_back(static_cast<double>(at) * step);
    return out;
}

}  // namespace candor::cli
