#include "local_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace desktop_test {

bool Connection::fill() {
    char bytes[65536];
    const ssize_t count = recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffered_.append(bytes, static_cast<size_t>(count));
    return true;
}

Connection::Request Connection::read_request() {
    size_t end = 0;
    while ((end = buffered_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return {};
    }
    Request request;
    request.head = buffered_.substr(0, end + 2);
    buffered_.erase(0, end + 4);
    const size_t length_at = request.head.find("Content-Length: ");
    const size_t length =
        length_at == std::string::npos ? 0 : std::strtoull(request.head.c_str() + length_at + 16, nullptr, 10);
    while (buffered_.size() < length) {
        if (!fill()) return {};
    }
    request.body = buffered_.substr(0, length);
    buffered_.erase(0, length);
    return request;
}

bool Connection::write(const std::string& bytes) const {
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
        if (count <= 0) return false;
        done += static_cast<size_t>(count);
    }
    return true;
}

void Connection::wait_for_end() const {
    char bytes[4096];
    while (recv(socket_, bytes, sizeof bytes, 0) > 0) {
    }
}

void Connection::reset() const {
    const linger now = {1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

LocalServer::LocalServer(std::function<void(Connection&)> serve) : serve_(std::move(serve)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 64) != 0 || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no local socket");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

void LocalServer::accept_all() {
    for (;;) {
        const int socket = accept(listener_, nullptr, nullptr);
        const std::lock_guard lock(mutex_);
        if (socket < 0 || stopping_) {
            if (socket >= 0) close(socket);
            return;
        }
        ++accepted_;
        sockets_.push_back(socket);
        workers_.emplace_back([this, socket] {
            Connection connection(socket);
            serve_(connection);
            const std::lock_guard closing(mutex_);
            std::erase(sockets_, socket);
            close(socket);
        });
    }
}

LocalServer::~LocalServer() {
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

std::string LocalServer::url(const std::string& path, const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
}

size_t LocalServer::accepted() {
    const std::lock_guard lock(mutex_);
    return accepted_;
}

std::string answer(const std::string& body, const std::string& headers, const std::string& status) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

}  // namespace desktop_test
