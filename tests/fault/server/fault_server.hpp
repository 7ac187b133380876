// A collector on a loopback socket that fails as it is told: one behaviour for each request, in their order; with none
// left it is a sound one. Every byte is its own, so that it can break off, keep silent and lie where it likes.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace candor::fault {

using Ids = std::vector<std::string>;

struct Request {
    std::string head;  // with the empty line left out
    std::string body;  // unpacked
    bool packed = false;
    Ids ids;  // of the events in it

    bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

// The two ends of a connection's bytes, as they are or through TLS.
class Wire {
public:
    virtual ~Wire() = default;
    virtual std::ptrdiff_t read(char* bytes, std::size_t size) = 0;  // 0 or less: it ended
    virtual bool write(std::string_view bytes) = 0;
};

// Wraps an accepted socket; null: no handshake came about.
using Wrap = std::function<std::unique_ptr<Wire>(int socket)>;

class FaultServer;

// One request and what is done to it.
class Exchange {
public:
    Request request;

    void write(std::string_view bytes);
    // With a Content-Length. `headers`: lines that end in CRLF.
    void respond(const std::string& status, const std::string& body = "", const std::string& headers = "");
    void accept_all();
    void accept(const Ids& ids);
    // Breaks off, so that the other side sees an error.
    void reset();
    // Says so to `FaultServer::wait_for_stall`, and keeps silent until the other side gives up.
    void stall();
    void end() { ended_ = true; }

private:
    friend class FaultServer;
    Exchange(FaultServer& server, Wire& wire, int socket) : server_(server), wire_(wire), socket_(socket) {}
    FaultServer& server_;
    Wire& wire_;
    int socket_;
    bool ended_ = false;
};

using Behaviour = std::function<void(Exchange&)>;

class FaultServer {
public:
    explicit FaultServer(Wrap wrap = nullptr);
    ~FaultServer();
    FaultServer(const FaultServer&) = delete;
    FaultServer& operator=(const FaultServer&) = delete;

    std::string url(const std::string& host = "127.0.0.1", const std::string& scheme = "http") const;

    // For the next request that no behaviour is meant for yet. `early`: before the request's body is read.
    void next(Behaviour behaviour, bool early = false);
    // For all that no other behaviour is meant for, in place of a sound collector's.
    void always(Behaviour behaviour);

    // Those that arrived whole.
    std::vector<Request> requests();
    std::size_t accepted();
    // How often an event was acknowledged to its sender.
    int times_taken(const std::string& id);
    // Until one more connection keeps silent; until one more that did so has ended.
    void wait_for_stall();
    void wait_for_end_of_stall();

private:
    friend class Exchange;
    struct Planned {
        Behaviour behaviour;
        bool early = false;
    };
    // What a connection has sent and nobody has read yet.
    struct Input {
        Wire& wire;
        std::string buffered;
        bool fill();
        bool read_head(std::string& head);
        bool read_body(const std::string& head, std::string& body);
    };

    void accept_all();
    void serve(int socket);
    bool exchange(Input& input, int socket);
    Planned take();
    void wait_for(int& count);

    Wrap wrap_;
    int listener_ = -1;
    int port_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::deque<Planned> planned_;
    Behaviour always_;
    std::vector<Request> requests_;
    Ids taken_;
    std::size_t accepted_ = 0;
    int stalls_ = 0;
    int ended_stalls_ = 0;
    std::vector<int> sockets_;
    std::vector<std::thread> workers_;
    std::thread acceptor_;
};

// A port that refuses every connection, for as long as the object lives.
class ClosedPort {
public:
    ClosedPort();
    ~ClosedPort();
    ClosedPort(const ClosedPort&) = delete;
    ClosedPort& operator=(const ClosedPort&) = delete;
    std::string url() const;

private:
    int socket_ = -1;
    int port_ = 0;
};

std::string acknowledgement(const Ids& ids);

}  // namespace candor::fault
