// candor-collector: receives what Candor's clients send, and shows what it comes to.

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <unistd.h>

#include "base/json.hpp"
#include "base/result.hpp"
#include "collector/server.hpp"

namespace {

using candor::collector::Config;

void add_options(CLI::App& app, Config& config, std::string& record) {
    app.add_option("--record", record, "File to append each batch to that was taken, as a line of JSON");
    app.add_option("--port", config.port, "Port to listen on; 0 takes a free one")
        ->default_val(8787)
        ->check(CLI::Range(0, 65535));
    app.add_option("--bind", config.bind, "Address to listen on")->capture_default_str();
    app.add_option("--database", config.database, "SQLite file, made when it is not there")->required();
    app.add_option("--write-key", config.write_keys, "Key that clients append with; public; repeatable")
        ->required()
        ->allow_extra_args(false);
    app.add_option("--read-key", config.read_keys, "Secret key to read with; repeatable")->allow_extra_args(false);
    app.add_flag("!--no-trust-loopback", config.trust_loopback,
                 "Ask for the read key on this machine too, as behind a reverse proxy");
    app.add_option("--allow-origin", config.allow_origins,
                   "Origin whose pages may post, such as https://shop.example; repeatable")
        ->allow_extra_args(false);
    app.add_option("--max-body", config.max_body, "Largest batch, in bytes (or 512k, 16m)")
        ->transform(CLI::AsSizeValue(false))
        ->capture_default_str();
}

// SIGTERM and SIGINT are taken by the main thread alone, at a place of its choosing.
sigset_t block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

// What came, as it came: for a replay, or to see what a client sends.
bool record_batches(const std::string& path, Config& config) {
    struct Recorder {
        std::ofstream file;
        std::mutex mutex;
    };
    const auto recorder = std::make_shared<Recorder>();
    recorder->file.open(path, std::ios::app | std::ios::binary);
    config.on_batch = [recorder](const std::string& content_type, const std::string& body) {
        candor::json::Value line{candor::json::Members{}};
        line.set("content_type", content_type).set("body", body);
        const std::lock_guard lock(recorder->mutex);
        recorder->file << candor::json::dump(line) << std::endl;
    };
    return recorder->file.good();
}

int serve(Config config) {
    const sigset_t signals = block_signals();
    std::atomic<bool> failed = false;
    config.on_failure = [&failed] {
        failed = true;
        kill(getpid(), SIGTERM);
    };
    auto server = candor::collector::Server::start(std::move(config));
    if (!server) {
        std::cerr << "candor-collector: " << describe(server.error()) << std::endl;
        return 1;
    }
    std::cout << "listening on " << (*server)->address() << std::endl;
    int signal = 0;
    sigwait(&signals, &signal);
    (*server)->stop();
    if (failed) std::cerr << "candor-collector: stopped listening by itself" << std::endl;
    return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Candor's reference collector", "candor-collector");
    Config config;
    std::string record;
    add_options(app, config, record);
    CLI11_PARSE(app, argc, argv);
    if (!record.empty() && !record_batches(record, config)) {
        std::cerr << "candor-collector: --record: " << record << " cannot be written" << std::endl;
        return 1;
    }
    return serve(std::move(config));
}
