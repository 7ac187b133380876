#include "process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace candor::fault {
namespace {

constexpr int kTooLong = 300'000;  // ms of silence: something hangs

// What ThreadSanitizer finds in a program is to end it at once, as AddressSanitizer's findings do: then its status
// tells.
void let_findings_end_it() {
    const char* options = std::getenv("TSAN_OPTIONS");
    if (options == nullptr || std::strstr(options, "halt_on_error=1") != nullptr) return;
    setenv("TSAN_OPTIONS", (std::string(options) + " halt_on_error=1").c_str(), 1);
}

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments) {
    let_findings_end_it();
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    std::vector<char*> pointers{const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    id_ = fork();
    REQUIRE(id_ >= 0);
    if (id_ == 0) {
        dup2(ends[1], STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        execv(program.c_str(), pointers.data());
        _exit(127);
    }
    close(ends[1]);
    socket_ = ends[0];
}

Process::Process(Process&& other) noexcept
    : id_(std::exchange(other.id_, 0)),
      socket_(std::exchange(other.socket_, -1)),
      buffered_(std::move(other.buffered_)),
      status_(other.status_) {}

Process::~Process() {
    kill();
    if (socket_ >= 0) close(socket_);
}

void Process::write_line(const std::string& line) const {
    const std::string bytes = line + "\n";
    // To one that has died it goes nowhere, and its silence will tell.
    (void)!send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::optional<std::string> Process::take_line() {
    const std::size_t end = buffered_.find('\n');
    if (end == std::string::npos) return {};
    std::string line = buffered_.substr(0, end);
    buffered_.erase(0, end + 1);
    return line;
}

bool Process::fill(int ms) {
    pollfd readable{socket_, POLLIN, 0};
    int ready = 0;
    do {
        ready = poll(&readable, 1, ms);
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) return false;
    char bytes[4096];
    const ssize_t got = recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffered_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

std::optional<std::string> Process::read_line() {
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
        if (auto line = take_line()) return line;
        if (fill(kTooLong)) continue;
        REQUIRE(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(kTooLong));
        return {};
    }
}

std::optional<std::string> Process::read_line_within(int ms) {
    using namespace std::chrono;
    const auto end = steady_clock::now() + milliseconds(ms);
    for (;;) {
        if (auto line = take_line()) return line;
        const auto left = duration_cast<milliseconds>(end - steady_clock::now()).count();
        if (left <= 0 || !fill(static_cast<int>(left))) return {};
    }
}

void Process::kill() {
    if (id_ == 0) return;
    ::kill(id_, SIGKILL);
    wait();
}

int Process::wait() {
    if (id_ == 0) return status_;
    int status = 0;
    pid_t ended = 0;
    do {
        ended = waitpid(id_, &status, 0);
    } while (ended < 0 && errno == EINTR);
    id_ = 0;
    status_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    return status_;
}

}  // namespace candor::fault
