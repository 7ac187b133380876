// A real collector on a real port, over a file of its own, and what is needed to write to it.
#pragma once

#include <httplib.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/time.hpp"
#include "collector/server.hpp"

namespace candor::collector {

constexpr const char* kWriteKey = "public-write-key";
constexpr const char* kReadKey = "secret-read-key";
constexpr const char* kBatchType = "application/cloudevents-batch+json";
constexpr Instant kNow = 1'795'330'800'000;  // 2026-11-22T07:00:00Z

// A directory that goes with the test.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// A UUIDv7 that no other call gives.
std::string new_id();

struct Answer {
    std::string event = new_id();
    std::string submission = new_id();
    int revision = 1;
    int score = 9;
    std::string comment = "";
    std::string person = "web-1";
    std::string survey = "post-purchase";
    std::string wave = "1";
    bool test = false;
    bool complete = true;
    Instant time = kNow - kMinute;
};

// Events as text, as a client would write them.
std::string response_event(const Answer& answer);
std::string event_of(const std::string& type, const std::string& data);
std::string exposure_event(const std::string& changes, const std::string& survey = "post-purchase");
std::string deletion_event(const std::string& submission);

std::string batch_of(const std::vector<std::string>& events);

// `text` with the one place of `from` replaced. Fails the test when there is none.
std::string replaced(std::string text, std::string_view from, std::string_view to);

Config config_of(const std::string& database);

// The collector in this process.
class Collector {
public:
    explicit Collector(Config config);
    Collector() : Collector(config_of("")) {}

    httplib::Client client() const;
    httplib::Result post(const std::string& body, const std::string& type = kBatchType,
                         const std::string& key = kWriteKey) const;
    httplib::Result get(const std::string& path, httplib::Headers headers = {}) const;

    // Posts and expects that all is accepted.
    void take(const std::vector<std::string>& events) const;
    // The summary's entry for a survey; fails the test when there is none.
    json::Value wave(const std::string& survey = "post-purchase") const;

    // Ends it and starts it anew over the same file.
    void restart();

    std::string database() const { return config_.database; }

private:
    Folder folder_;
    Config config_;
    std::unique_ptr<Server> server_;
};

json::Value json_of(const httplib::Result& result);
const json::Value& at(const json::Value& value, std::string_view key);

}  // namespace candor::collector
