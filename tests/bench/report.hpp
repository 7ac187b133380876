// What every benchmark needs: a clock, a median, a directory, and the line that it prints.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
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

    void print(const char* name, const char* unit) const {
        std::printf("{\"bench\": \"%s\", \"value\": %.1f, \"unit\": \"%s\", \"reference\": %.1f, \"ratio\": %.3f}\n",
                    name, median(value), unit, median(reference), ratio());
        std::fflush(stdout);
    }
};

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
