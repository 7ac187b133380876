#include "fault_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "base/json.hpp"

namespace candor::fault {
namespace {

class PlainWire final : public Wire {
public:
    explicit PlainWire(int socket) : socket_(socket) {}
    std::ptrdiff_t read(char* bytes, std::size_t size) override { return recv(socket_, bytes, size, 0); }
    bool write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t count = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

private:
    int socket_;
};

int bound_socket(int& port) {
    const int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bound < 0 || bind(bound, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        getsockname(bound, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no local socket");
    }
    port = ntohs(address.sin_port);
    return bound;
}

std::string address_of(const std::string& scheme, const std::string& host, int port) {
    return scheme + "://" + host + ":" + std::to_string(port) + "/v1/events";
}

std::string unpacked(const std::string& bytes) {
    z_stream stream{};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return {};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    int code = Z_OK;
    while (code == Z_OK) {
        char part[16384];
        stream.next_out = reinterpret_cast<Bytef*>(part);
        stream.avail_out = sizeof part;
        code = inflate(&stream, Z_NO_FLUSH);
        out.append(part, sizeof part - stream.avail_out);
    }
    inflateEnd(&stream);
    return code == Z_STREAM_END ? out : std::string();
}

Ids ids_of(const std::string& body) {
    Ids ids;
    const Result<json::Value> batch = json::parse(body);
    if (!batch) return ids;
    for (const json::Value& event : batch->array()) {
        if (const json::Value* id = event.find("id")) ids.emplace_back(id->text());
    }
    return ids;
}

}  // namespace

std::string acknowledgement(const Ids& ids) {
    json::Value accepted{json::Array{}};
    for (const std::string& id : ids) accepted.push(id);
    json::Value answer{json::Members{}};
    answer.set("accepted", accepted).set("rejected", json::Value(json::Array{}));
    return json::dump(answer);
}

// ---- one exchange ---------------------------------------------------------------------------------------------------

void Exchange::write(std::string_view bytes) {
    if (!wire_.write(bytes)) ended_ = true;
}

void Exchange::respond(const std::string& status, const std::string& body, const std::string& headers) {
    write("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
          body);
}

void Exchange::accept_all() { accept(request.ids); }

void Exchange::accept(const Ids& ids) {
    {
        const std::lock_guard lock(server_.mutex_);
        server_.taken_.insert(server_.taken_.end(), ids.begin(), ids.end());
    }
    respond("200 OK", acknowledgement(ids), "Content-Type: application/json\r\n");
}

void Exchange::reset() {
    const linger now = {1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ended_ = true;
}

void Exchange::stall() {
    {
        const std::lock_guard lock(server_.mutex_);
        ++server_.stalls_;
    }
    server_.changed_.notify_all();
    char bytes[4096];
    while (wire_.read(bytes, sizeof bytes) > 0) {
    }
    {
        const std::lock_guard lock(server_.mutex_);
        ++server_.ended_stalls_;
    }
    server_.changed_.notify_all();
    ended_ = true;
}

// ---- the server -----------------------------------------------------------------------------------------------------

FaultServer::FaultServer(Wrap wrap) : wrap_(std::move(wrap)) {
    listener_ = bound_socket(port_);
    if (listen(listener_, 64) != 0) throw std::runtime_error("nobody can listen");
    acceptor_ = std::thread([this] { accept_all(); });
}

FaultServer::~FaultServer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    }
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& worker : workers_) worker.join();
    close(listener_);
}

std::string FaultServer::url(const std::string& host, const std::string& scheme) const {
    return address_of(scheme, host, port_);
}

void FaultServer::next(Behaviour behaviour, bool early) {
    const std::lock_guard lock(mutex_);
    planned_.push_back({std::move(behaviour), early});
}

void FaultServer::always(Behaviour behaviour) {
    const std::lock_guard lock(mutex_);
    always_ = std::move(behaviour);
}

std::vector<Request> FaultServer::requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::size_t FaultServer::accepted() {
    const std::lock_guard lock(mutex_);
    return accepted_;
}

int FaultServer::times_taken(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::count(taken_.begin(), taken_.end(), id));
}

// Waiting without end is what ctest's own limit is for.
void FaultServer::wait_for(int& count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count > 0; });
    --count;
}

void FaultServer::wait_for_stall() { wait_for(stalls_); }
void FaultServer::wait_for_end_of_stall() { wait_for(ended_stalls_); }

void FaultServer::accept_all() {
    for (;;) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        const std::lock_guard lock(mutex_);
        if (socket < 0 || stopping_) {
            if (socket >= 0) close(socket);
            return;
        }
        ++accepted_;
        sockets_.push_back(socket);
        workers_.emplace_back([this, socket] { serve(socket); });
    }
}

void FaultServer::serve(int socket) {
    // TLS writes to a connection that is gone as to any file.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    {
        const std::unique_ptr<Wire> wire = wrap_ ? wrap_(socket) : std::make_unique<PlainWire>(socket);
        if (wire != nullptr) {
            Input input{*wire, {}};
            while (exchange(input, socket)) {
            }
        }
    }
    const std::lock_guard lock(mutex_);
    std::erase(sockets_, socket);
    close(socket);
}

FaultServer::Planned FaultServer::take() {
    const std::lock_guard lock(mutex_);
    if (!planned_.empty()) {
        Planned planned = std::move(planned_.front());
        planned_.pop_front();
        return planned;
    }
    if (always_) return {always_, false};
    return {[](Exchange& exchange) { exchange.accept_all(); }, false};
}

// False: no further one on this connection.
bool FaultServer::exchange(Input& input, int socket) {
    Exchange exchange(*this, input.wire, socket);
    Request& request = exchange.request;
    if (!input.read_head(request.head)) return false;
    const Planned planned = take();
    if (!planned.early) {
        if (!input.read_body(request.head, request.body)) return false;
        request.packed = request.has("\r\nContent-Encoding: gzip");
        if (request.packed) request.body = unpacked(request.body);
        request.ids = ids_of(request.body);
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }
    planned.behaviour(exchange);
    return !exchange.ended_;
}

bool FaultServer::Input::fill() {
    char bytes[65536];
    const std::ptrdiff_t count = wire.read(bytes, sizeof bytes);
    if (count <= 0) return false;
    buffered.append(bytes, static_cast<std::size_t>(count));
    return true;
}

bool FaultServer::Input::read_head(std::string& head) {
    std::size_t end = 0;
    while ((end = buffered.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return false;
    }
    head = buffered.substr(0, end + 2);
    buffered.erase(0, end + 4);
    return true;
}

bool FaultServer::Input::read_body(const std::string& head, std::string& body) {
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const std::size_t at = head.find(kLength);
    const std::size_t length =
        at == std::string::npos ? 0 : std::strtoull(head.c_str() + at + kLength.size(), nullptr, 10);
    while (buffered.size() < length) {
        if (!fill()) return false;
    }
    body = buffered.substr(0, length);
    buffered.erase(0, length);
    return true;
}

// ---- nobody ---------------------------------------------------------------------------------------------------------

// Bound, so that nobody else gets the port, and not listening.
ClosedPort::ClosedPort() : socket_(bound_socket(port_)) {}
ClosedPort::~ClosedPort() { close(socket_); }
std::string ClosedPort::url() const { return address_of("http", "127.0.0.1", port_); }

}  // namespace candor::fault
