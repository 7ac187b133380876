// A server on a local socket whose every byte the test decides.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace desktop_test {

// One accepted connection. Reads and writes block, and end with failure once the server stops.
class Connection {
public:
    explicit Connection(int socket) : socket_(socket) {}

    // A request's head and body; empty head: the connection ended.
    struct Request {
        std::string head;
        std::string body;
    };
    Request read_request();

    bool write(const std::string& bytes) const;
    // Until the other side closes; what came meanwhile is thrown away.
    void wait_for_end() const;
    // Closes it with a reset, so that the other side sees an error.
    void reset() const;

private:
    bool fill();
    int socket_;
    std::string buffered_;
};

class LocalServer {
public:
    // `serve` runs on a thread of its own for each connection; the connection closes when it returns.
    explicit LocalServer(std::function<void(Connection&)> serve);
    ~LocalServer();
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

    std::string url(const std::string& path = "/", const std::string& scheme = "http") const;
    size_t accepted();

private:
    void accept_all();
    std::function<void(Connection&)> serve_;
    int listener_ = -1;
    int port_ = 0;
    std::mutex mutex_;
    bool stopping_ = false;
    size_t accepted_ = 0;
    std::vector<int> sockets_;
    std::vector<std::thread> workers_;
    std::thread acceptor_;
};

// "HTTP/1.1 200 OK" with a length, and what else is wanted in the head.
std::string answer(const std::string& body, const std::string& headers = "", const std::string& status = "200 OK");

}  // namespace desktop_test
