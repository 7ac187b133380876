// An endpoint on the loopback that takes batches as fast as it can: reads a request, parses its JSON, and names every
// id as accepted. One thread, one connection at a time. POSIX only.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "base/json.hpp"

namespace candor::bench {

class Sink {
public:
    Sink() {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            listen(listener_, 8) != 0 || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            std::perror("sink");
            exit(1);
        }
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/v1/events";
        thread_ = std::thread([this] { serve(); });
    }

    ~Sink() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    const std::string& url() const { return url_; }
    long events() const { return events_; }

private:
    void serve() {
        for (int peer; (peer = accept(listener_, nullptr, nullptr)) >= 0;) {
            const int on = 1;
            setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            std::string buffered;
            while (answer_one(peer, buffered)) {
            }
            close(peer);
        }
    }

    static bool more(int peer, std::string& buffered) {
        char chunk[65536];
        const ssize_t got = recv(peer, chunk, sizeof(chunk), 0);
        if (got > 0) buffered.append(chunk, static_cast<std::size_t>(got));
        return got > 0;
    }

    bool answer_one(int peer, std::string& buffered) {
        std::size_t end;
        while ((end = buffered.find("\r\n\r\n")) == std::string::npos) {
            if (!more(peer, buffered)) return false;
        }
        constexpr std::string_view kLength = "Content-Length: ";
        const std::size_t at = buffered.find(kLength);
        if (at > end) return false;
        const std::size_t total = end + 4 + std::strtoul(buffered.c_str() + at + kLength.size(), nullptr, 10);
        while (buffered.size() < total) {
            if (!more(peer, buffered)) return false;
        }
        const std::string body = verdict(std::string_view(buffered).substr(end + 4, total - end - 4));
        const std::string answer =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body;
        buffered.erase(0, total);
        return send(peer, answer.data(), answer.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(answer.size());
    }

    std::string verdict(std::string_view batch) {
        const auto events = json::parse(batch);
        const json::Array none;
        std::string accepted;
        for (const json::Value& event : events ? events->array() : none) {
            if (const json::Value* id = event.find("id"))
                accepted += (accepted.empty() ? "\"" : ",\"") + id->text() + "\"";
            ++events_;
        }
        return "{\"accepted\":[" + accepted + "],\"rejected\":[]}";
    }

    int listener_ = -1;
    std::string url_;
    std::atomic<long> events_ = 0;
    std::thread thread_;
};

}  // namespace candor::bench
