// What every benchmark needs: a clock, a median, a directory, and the line that it prints.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace candor::bench {

inline double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

template <class Work>
double seconds_of(Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return seconds_since(begin);
}

inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

// Rates (or times) of the thing and of its reference, measured in turns, a pair each turn: the ratio is the median of
// the pairs' ratios, so that a disk or a neighbour that is slow for a while slows both.
struct Pairs {
    std::vector<double> value, reference;

    void add(double one, double other) {
        value.push_back(one);
        reference.push_back(other);
    }

    double ratio() const {
        std::vector<double> ratios;
        for (std::size_t i = 0; i < value.size(); ++i) ratios.push_back(value[i] / reference[i]);
        return median(ratios);
    }

    // `least`: what the ratio is to be at least; `limit`, if there is one, what the rate itself is to be.
    void print(const char* name, const char* unit, double least, double limit = 0) const {
        std::printf("{\"bench\": \"%s\", \"value\": %.1f, \"unit\": \"%s\"", name, median(value), unit);
        if (limit > 0) std::printf(", \"limit\": %.0f", limit);
        std::printf(", \"reference\": %.1f, \"ratio\": %.3f, \"least_ratio\": %.1f}\n", median(reference), ratio(),
                    least);
        std::fflush(stdout);
    }
};

// Something that is to be at most so much.
inline void print_at_most(const char* name, const std::vector<double>& values, const char* unit, double limit) {
    const double value = median(values);
    std::printf("{\"bench\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"limit\": %.0f, \"ratio\": %.3f}\n", name,
                value, unit, limit, value / limit);
    std::fflush(stdout);
}

// Whether the arguments ask for this measurement: by its name, by its area, or by naming none.
inline bool wanted(int count, char** arguments, std::string_view name) {
    for (int i = 1; i < count; ++i) {
        const std::string_view asked = arguments[i];
        if (name == asked || (asked.find('.') == std::string_view::npos && name.substr(0, asked.size()) == asked)) {
            return true;
        }
    }
    return count < 2;
}

// On the disk that TMPDIR names, gone afterwards.
class Directory {
public:
    Directory() {
        std::string name = (std::filesystem::temp_directory_path() / "candor-bench-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            std::fprintf(stderr, "no directory for the benchmark in %s\n", name.c_str());
            exit(1);
        }
        path_ = name;
    }
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// A response event of the usual size: about 900 bytes.
inline std::string response_body(const std::string& id) {
    return R"({"specversion":"1.0","id":")" + id +
           R"(","source":"candor:shop","type":"candor.response","time":"2026-11-22T07:00:00.000Z",)"
           R"("datacontenttype":"application/json","data":{"submission":"0193523c-aaaa-7abc-8abc-0123456789ab",)"
           R"("revision":1,"person":"person-1","survey":"post-purchase","kind":"transactional","wave":"1",)"
           R"("touchpoint":"purchase_completed","document":{"revision":7,"hash":"0123456789abcdef"},)"
           R"("wording":{"id":"nps","version":1,"locale":"en","hash":"0123456789abcdef"},)"
           R"("presentation":{"rows":1,"order":"ascending","layout":"corner","input":"pointer","painter":"imgui","locale":"en"},)"
           R"("sampling":{"percent":100},"answers":[{"question":"score","type":"nps","score":9},)"
           R"({"question":"reason","type":"text","text":"Quick delivery, and the box was easy to open."}],)"
           R"("complete":true,"seconds":12.5,"sdk":"0.1.0","app_version":"2.4.1","platform":"linux","os_version":"12",)"
           R"("consent":{"mode":"none","policy":""},"test":false}})";
}

inline std::string event_id(int number) {
    char id[40];
    std::snprintf(id, sizeof(id), "0193523c-%04x-7abc-8abc-%012x", (number >> 12) & 0xffff, number);
    return id;
}

}  // namespace candor::bench
