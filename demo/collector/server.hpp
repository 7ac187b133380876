// The collector on a port: docs/wire.md over HTTP, the summary, the downloads and the page.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace candor::collector {

struct Config {
    std::string bind = "127.0.0.1";  // an address of this machine
    int port = 0;                    // 0: any free one
    std::string database;            // a file, made when it is not there
    std::vector<std::string> write_keys;
    std::vector<std::string> read_keys;
    bool trust_loopback = true;              // a peer on this machine may read without a key
    std::vector<std::string> allow_origins;  // that may post from a page; "*" is all
    std::size_t max_body = 4u << 20;         // bytes of one batch
    std::function<Instant()> now;            // the wall clock; the system's when empty
    // Called for each batch that was taken, after it is durable, from the thread that took it: any, several at once.
    std::function<void(const std::string& content_type, const std::string& body)> on_batch;
    // Called once, from another thread, when it stopped serving without having been told to.
    std::function<void()> on_failure;
};

// Serves from start to destruction.
class Server {
public:
    // Fails, naming the option, when the config makes no sense, the file cannot be used or the port is taken.
    static Result<std::unique_ptr<Server>> start(Config config);
    ~Server();

    int port() const;
    std::string address() const;  // "http://127.0.0.1:8080"

    // Takes no more requests and waits for those that run. Twice is harmless.
    void stop();

private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace candor::collector
