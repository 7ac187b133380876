// candor_desktop_http against servers that behave, hang, lie and break off.
#include <curl/curl.h>
#include <dlfcn.h>
#include <netdb.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "candor/desktop.h"
#include "local_server.hpp"

extern char** environ;

using desktop_test::answer;
using desktop_test::Connection;
using desktop_test::LocalServer;

namespace {

std::string text_of(candor_string text) { return {text.data ? text.data : "", text.size}; }

// A flag that threads wait for. Waiting without end is what ctest's own limit is for.
class Signal {
public:
    void raise() {
        {
            const std::lock_guard lock(mutex_);
            raised_ = true;
        }
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return raised_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool raised_ = false;
};

struct Response {
    int32_t status = -1;
    int32_t redirected = -1;
    std::string body;
    std::string error;
    std::vector<std::pair<std::string, std::string>> headers;

    std::string header(const std::string& name) const {
        for (const auto& [key, value] : headers) {
            if (key == name) return value;
        }
        return "(none)";
    }
};

// What the library behind the API would keep: the answers by their tickets.
class Answers {
public:
    void put(uint32_t ticket, Response response) {
        {
            const std::lock_guard lock(mutex_);
            all_.emplace(ticket, std::move(response));
        }
        changed_.notify_all();
    }
    Response wait(uint32_t ticket) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return all_.contains(ticket); });
        return all_.find(ticket)->second;
    }
    size_t count(uint32_t ticket) {
        const std::lock_guard lock(mutex_);
        return all_.count(ticket);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<uint32_t, Response> all_;
};

Answers answers;
uint32_t last_ticket = 0;

struct Destroy {
    void operator()(candor_desktop_http* http) const { candor_desktop_http_destroy(http); }
};

class Client {
public:
    explicit Client(const candor_desktop_http_options* options = nullptr)
        : http_(candor_desktop_http_create(options, nullptr)) {
        REQUIRE(http_);
    }

    struct Ask {
        std::string url = {};
        std::string method = "GET";
        std::string body = {};
        std::vector<std::pair<std::string, std::string>> headers = {};
        int64_t timeout = 60'000;
        size_t limit = 1 << 20;
        bool may_gzip = false;
    };

    uint32_t send(const Ask& ask) { return send(ask, ++last_ticket); }

    uint32_t send(const Ask& ask, uint32_t ticket) {
        std::vector<candor_header> headers;
        for (const auto& [name, value] : ask.headers) {
            headers.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
        }
        candor_http_request request{};
        request.size = sizeof request;
        request.method = {ask.method.data(), ask.method.size()};
        request.url = {ask.url.data(), ask.url.size()};
        request.headers = headers.data();
        request.header_count = headers.size();
        request.body = {ask.body.data(), ask.body.size()};
        request.timeout = ask.timeout;
        request.response_limit = ask.limit;
        request.may_gzip = ask.may_gzip ? 1 : 0;
        const candor_http* interface = candor_desktop_http_interface(http_.get());
        interface->send(interface->context, ticket, &request);
        return ticket;
    }

    Response exchange(const Ask& ask) { return answers.wait(send(ask)); }

    void cancel(uint32_t ticket) {
        const candor_http* interface = candor_desktop_http_interface(http_.get());
        interface->cancel(interface->context, ticket);
    }

    void destroy() { http_.reset(); }

private:
    std::unique_ptr<candor_desktop_http, Destroy> http_;
};

// Serves one answer after another until the connection ends.
auto always(std::string bytes) {
    return [bytes](Connection& connection) {
        while (!connection.read_request().head.empty() && connection.write(bytes)) {
        }
    };
}

// A name that resolves when the test says so.
constexpr const char* kSlowName = "slow.invalid";
// Never destroyed: libcurl lets a resolver's thread run on, past the end of the test.
Signal& resolver_entered = *new Signal;
Signal& resolver_released = *new Signal;

}  // namespace

void candor_http_done(uint32_t ticket, const candor_http_response* response) {
    Response kept;
    kept.status = response->status;
    kept.redirected = response->redirected;
    kept.body = text_of(response->body);
    kept.error = text_of(response->error);
    for (size_t i = 0; i < response->header_count; ++i) {
        kept.headers.emplace_back(text_of(response->headers[i].name), text_of(response->headers[i].value));
    }
    answers.put(ticket, std::move(kept));
}

// libcurl's resolver threads call this one, since it is the program's.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
    if (node && std::string(node) == kSlowName) {
        resolver_entered.raise();
        resolver_released.wait();
        return EAI_NONAME;
    }
    using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
    return next(node, service, hints, result);
}

// How often a thread of the part was woken: through a descriptor that a forked child has in common with its parent.
std::atomic<int> wakes = 0;
extern "C" CURLMcode curl_multi_wakeup(CURLM* multi) {
    ++wakes;
    static const auto next = reinterpret_cast<CURLMcode (*)(CURLM*)>(dlsym(RTLD_NEXT, "curl_multi_wakeup"));
    return next(multi);
}

TEST_CASE("destroy ends while a server keeps silent, and answers what was asked") {
    Signal asked;
    LocalServer server([&](Connection& connection) {
        connection.read_request();
        asked.raise();
        connection.wait_for_end();
    });
    Client client;
    const uint32_t ticket = client.send({server.url()});
    asked.wait();
    client.destroy();
    const Response response = answers.wait(ticket);
    CHECK(response.status == 0);
    CHECK_FALSE(response.error.empty());
}

TEST_CASE("destroy ends in the middle of a TLS handshake") {
    Signal connected;
    LocalServer server([&](Connection& connection) {
        connected.raise();
        connection.wait_for_end();
    });
    Client client;
    client.send({server.url("/", "https")});
    connected.wait();
    client.destroy();
}

TEST_CASE("destroy ends while a name is being resolved") {
    Client client;
    const uint32_t ticket = client.send({std::string("http://") + kSlowName + "/"});
    resolver_entered.wait();
    client.destroy();
    CHECK(answers.wait(ticket).status == 0);
    resolver_released.raise();
}

TEST_CASE("destroy right after create, and right after send") {
    LocalServer server(always(answer("hello")));
    Client().destroy();
    Client client;
    const uint32_t ticket = client.send({server.url()});
    client.destroy();
    answers.wait(ticket);
    CHECK(answers.count(ticket) == 1);
    candor_desktop_http_destroy(nullptr);
}

TEST_CASE("a request arrives as it was given, its answer too") {
    Connection::Request seen;
    LocalServer server([&](Connection& connection) {
        seen = connection.read_request();
        connection.write(answer("{\"accepted\":[]}", "Content-Type: application/json\r\nRetry-After:  12 \r\n"));
    });
    Client client;
    const Response response = client.exchange(
        {server.url("/v1/events?a=b"),
         "POST",
         std::string("[\0]", 3),
         {{"Content-Type", "application/cloudevents-batch+json"}, {"Candor-Key", "demo"}, {"Candor-Empty", ""}}});
    CHECK(response.status == 200);
    CHECK(response.redirected == 0);
    CHECK(response.body == "{\"accepted\":[]}");
    CHECK(response.header("Content-Type") == "application/json");
    CHECK(response.header("Retry-After") == "12");
    CHECK(response.error.empty());
    CHECK(seen.body == std::string("[\0]", 3));
    CHECK(seen.head.starts_with("POST /v1/events?a=b HTTP/1.1\r\n"));
    CHECK(seen.head.find("\r\nContent-Type: application/cloudevents-batch+json\r\n") != std::string::npos);
    CHECK(seen.head.find("\r\nCandor-Key: demo\r\n") != std::string::npos);
    CHECK(seen.head.find("\r\nCandor-Empty:\r\n") != std::string::npos);
    CHECK(seen.head.find("Expect:") == std::string::npos);
}

TEST_CASE("other methods, and a body without a type") {
    std::vector<Connection::Request> seen;
    LocalServer server([&](Connection& connection) {
        for (;;) {
            const auto request = connection.read_request();
            if (request.head.empty()) return;
            seen.push_back(request);
            connection.write(request.head.starts_with("HEAD ") ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                                                               : answer("hello"));
        }
    });
    Client client;
    CHECK(client.exchange({server.url(), "PUT", "x"}).body == "hello");
    CHECK(client.exchange({server.url(), "HEAD"}).status == 200);
    CHECK(client.exchange({server.url(), "POST"}).body == "hello");
    CHECK(client.exchange({server.url()}).body == "hello");
    REQUIRE(seen.size() == 4);
    CHECK(seen[0].head.starts_with("PUT "));
    CHECK(seen[0].body == "x");
    CHECK(seen[0].head.find("Content-Type") == std::string::npos);
    CHECK(seen[2].head.find("Content-Length: 0\r\n") != std::string::npos);
    CHECK(seen[3].head.starts_with("GET "));
}

TEST_CASE("one connection serves one exchange after another") {
    LocalServer server(always(answer("ok")));
    Client client;
    for (int i = 0; i < 5; ++i) CHECK(client.exchange({server.url(), "POST", "x"}).body == "ok");
    CHECK(server.accepted() == 1);
}

TEST_CASE("a connection that breaks in the middle of the body is no answer") {
    LocalServer server([](Connection& connection) {
        connection.read_request();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        connection.reset();
    });
    Client client;
    const Response response = client.exchange({server.url()});
    CHECK(response.status == 0);
    CHECK(response.body.empty());
    CHECK_FALSE(response.error.empty());
}

TEST_CASE("a body is cut at the limit") {
    LocalServer server(always(answer(std::string(100'000, 'x'))));
    Client client;
    for (const size_t limit : {size_t{0}, size_t{1}, size_t{99'999}}) {
        const Response response = client.exchange({.url = server.url(), .limit = limit});
        CHECK(response.status == 200);
        CHECK(response.body.size() == limit);
    }
    CHECK(client.exchange({.url = server.url(), .limit = 100'000}).body.size() == 100'000);
    CHECK(client.exchange({.url = server.url(), .limit = 100'001}).body.size() == 100'000);
}

TEST_CASE("a body without end is cut at the limit") {
    LocalServer server([](Connection& connection) {
        connection.read_request();
        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (connection.write("4\r\nwait\r\n")) {
        }
    });
    Client client;
    const Response response = client.exchange({.url = server.url(), .limit = 4096});
    CHECK(response.status == 200);
    CHECK(response.body.size() == 4096);
}

TEST_CASE("headers without end are refused") {
    LocalServer server([](Connection& connection) {
        connection.read_request();
        connection.write("HTTP/1.1 200 OK\r\n");
        while (connection.write("X-More: and more and more and more and more and more\r\n")) {
        }
    });
    Client client;
    const Response response = client.exchange({server.url()});
    CHECK(response.status == 0);
    // Ours, and not libcurl's, which only the newer ones have.
    CHECK(response.error == "the answer's headers are longer than 64 KiB");
}

TEST_CASE("what is not HTTP is no answer") {
    LocalServer server([](Connection& connection) {
        connection.read_request();
        connection.write("220 mail.example ESMTP ready\r\n");
    });
    Client client;
    const Response response = client.exchange({server.url()});
    CHECK(response.status == 0);
    CHECK_FALSE(response.error.empty());
}

TEST_CASE("only the final answer's headers count") {
    LocalServer server([](Connection& connection) {
        connection.read_request();
        connection.write("HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n" + answer("ok", "X-Final: yes\r\n"));
    });
    Client client;
    const Response response = client.exchange({server.url()});
    CHECK(response.status == 200);
    CHECK(response.header("X-Early") == "(none)");
    CHECK(response.header("X-Final") == "yes");
}

TEST_CASE("a redirect is the answer, and is not followed") {
    LocalServer elsewhere(always(answer("captive portal")));
    LocalServer server(always(answer("moved", "Location: " + elsewhere.url() + "\r\n", "302 Found")));
    Client client;
    const Response response = client.exchange({server.url(), "POST", "x"});
    CHECK(response.status == 302);
    CHECK(response.body == "moved");
    CHECK(response.header("Location") == elsewhere.url());
    CHECK(elsewhere.accepted() == 0);
}

TEST_CASE("no cookie is kept") {
    std::vector<std::string> heads;
    LocalServer server([&](Connection& connection) {
        for (auto request = connection.read_request(); !request.head.empty(); request = connection.read_request()) {
            heads.push_back(request.head);
            connection.write(answer("ok", "Set-Cookie: session=1; Path=/\r\n"));
        }
    });
    Client client;
    for (int i = 0; i < 2; ++i) {
        CHECK(client.exchange({server.url(), "POST", "x"}).header("Set-Cookie") == "session=1; Path=/");
    }
    REQUIRE(heads.size() == 2);
    CHECK(heads[1] == heads[0]);
}

TEST_CASE("a large body goes up whole") {
    std::string body(20 << 20, '\0');
    for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 >> 3);
    bool same = false;
    LocalServer server([&](Connection& connection) {
        same = connection.read_request().body == body;
        connection.write(answer("ok"));
    });
    Client client;
    CHECK(client.exchange({server.url(), "POST", body}).status == 200);
    CHECK(same);
}

TEST_CASE("cancel closes the connection and leaves the others alone") {
    Signal asked;
    Signal ended;
    LocalServer silent([&](Connection& connection) {
        connection.read_request();
        asked.raise();
        connection.wait_for_end();
        ended.raise();
    });
    LocalServer server(always(answer("ok")));
    Client client;
    const uint32_t ticket = client.send({silent.url()});
    asked.wait();
    client.cancel(ticket);
    ended.wait();
    client.cancel(ticket);
    client.cancel(0xffffffff);
    CHECK(client.exchange({server.url()}).body == "ok");
}

TEST_CASE("what may be packed is, from 1 KB on, and unpacks to what it was") {
    std::vector<Connection::Request> seen;
    LocalServer server([&](Connection& connection) {
        for (auto request = connection.read_request(); !request.head.empty(); request = connection.read_request()) {
            seen.push_back(request);
            connection.write(answer("ok"));
        }
    });
    const std::string large(100'000, 'x');
    Client client;
    client.exchange({.url = server.url(), .method = "POST", .body = large, .may_gzip = true});
    client.exchange({.url = server.url(), .method = "POST", .body = std::string(1023, 'x'), .may_gzip = true});
    client.exchange({.url = server.url(), .method = "POST", .body = large});
    candor_desktop_http_options options{};
    options.size = sizeof options;
    options.plain = 1;
    Client plain(&options);
    plain.exchange({.url = server.url(), .method = "POST", .body = large, .may_gzip = true});
    REQUIRE(seen.size() == 4);
    CHECK(seen[0].head.find("\r\nContent-Encoding: gzip\r\n") != std::string::npos);
    CHECK(seen[0].body.size() < 1000);
    CHECK(seen[0].body.starts_with("\x1f\x8b\x08"));
    for (size_t i = 1; i < 4; ++i) {
        CHECK(seen[i].head.find("Content-Encoding") == std::string::npos);
        CHECK(seen[i].body.find_first_not_of('x') == std::string::npos);
    }
}

TEST_CASE("a packed body that was refused goes out once more as it is, within the same time") {
    LocalServer server([&](Connection& connection) {
        connection.read_request();
        connection.write(answer("no", "", "415 Unsupported Media Type"));
        connection.wait_for_end();  // the second try meets silence
    });
    Client client;
    const Response response = client.exchange(
        {.url = server.url(), .method = "POST", .body = std::string(2000, 'x'), .timeout = 300, .may_gzip = true});
    CHECK(response.status == 0);
    CHECK_FALSE(response.error.empty());
}

TEST_CASE("in a forked child the part does nothing, and leaves the parent's connections alone") {
    LocalServer server(always(answer("ok")));
    Client client;
    CHECK(client.exchange({server.url(), "POST", "x"}).body == "ok");
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int before = wakes;
        client.send({server.url(), "POST", "child"});
        client.cancel(last_ticket);
        client.destroy();
        _exit(wakes - before);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(client.exchange({server.url(), "POST", "x"}).body == "ok");
    CHECK(server.accepted() == 1);
}

TEST_CASE("an exchange ends at its timeout") {
    LocalServer server([](Connection& connection) { connection.wait_for_end(); });
    Client client;
    const Response response = client.exchange({.url = server.url(), .timeout = 30});
    CHECK(response.status == 0);
    CHECK_FALSE(response.error.empty());
}

TEST_CASE("what cannot be asked is told, and goes nowhere") {
    LocalServer server(always(answer("ok")));
    Client client;
    const std::string here = server.url();
    const std::vector<Client::Ask> asks = {
        {"file:///etc/hostname"},
        {"ftp://127.0.0.1/"},
        {"dict://127.0.0.1:1/"},
        {""},
        {"http://"},
        {std::string("http://127.0.0.1\0.example/", 26)},
        {here, "GET /other HTTP/1.1\r\nX:"},
        {here, ""},
        {here, "POST", "x", {{"Candor-Key", "a\r\nEvil: yes"}}},
        {here, "POST", "x", {{"Candor-Key", std::string("a\0b", 3)}}},
        {here, "POST", "x", {{"Bad Name", "a"}}},
        {here, "POST", "x", {{"", "a"}}},
    };
    for (const Client::Ask& ask : asks) {
        INFO(ask.url << " " << ask.method);
        const Response response = client.exchange(ask);
        CHECK(response.status == 0);
        CHECK_FALSE(response.error.empty());
    }
    CHECK(server.accepted() == 0);
}

TEST_CASE("nobody listens") {
    std::string url;
    {
        const LocalServer gone(always(answer("ok")));
        url = gone.url();
    }
    Client client;
    const Response response = client.exchange({url});
    CHECK(response.status == 0);
    CHECK_FALSE(response.error.empty());
}

TEST_CASE("many threads ask at once, each gets its own answer") {
    LocalServer server([](Connection& connection) {
        for (;;) {
            const auto request = connection.read_request();
            if (request.head.empty()) return;
            connection.write(answer(request.body));
        }
    });
    Client client;
    const uint32_t base = last_ticket + 1;
    constexpr uint32_t kThreads = 4;
    constexpr uint32_t kEach = 50;
    last_ticket += kThreads * kEach;
    std::vector<std::thread> threads;
    for (uint32_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (uint32_t i = 0; i < kEach; ++i) {
                const uint32_t ticket = base + t * kEach + i;
                client.send({server.url(), "POST", std::to_string(ticket)}, ticket);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (uint32_t ticket = base; ticket < base + kThreads * kEach; ++ticket) {
        const Response response = answers.wait(ticket);
        CHECK(response.status == 200);
        CHECK(response.body == std::to_string(ticket));
    }
}

TEST_CASE("options that cannot be used are refused with a reason") {
    candor_desktop_http_options options{};
    options.size = sizeof options;
    options.user_agent = candor_text("evil\r\nHeader: yes");
    candor_string why{};
    CHECK(candor_desktop_http_create(&options, &why) == nullptr);
    CHECK(text_of(why).find("user_agent") != std::string::npos);
}

namespace {

// `openssl s_server` with a certificate of its own for 127.0.0.1.
class TlsServer {
public:
    TlsServer() {
        char name[] = "/tmp/candor-tls-XXXXXX";
        folder_ = mkdtemp(name);
        const std::string make =
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
            "-addext subjectAltName=IP:127.0.0.1 -keyout " +
            folder_ + "/key.pem -out " + certificate() + " 2>/dev/null";
        if (std::system(make.c_str()) != 0) return;
        int out[2];
        if (pipe(out) != 0) return;
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        posix_spawn_file_actions_addclose(&actions, out[0]);
        const std::string key = folder_ + "/key.pem";
        const std::string cert = certificate();
        std::vector<const char*> words = {"openssl", "s_server",  "-accept", "127.0.0.1:0", "-www",
                                          "-key",    key.c_str(), "-cert",   cert.c_str(),  nullptr};
        const int failed = posix_spawnp(&pid_, "openssl", &actions, nullptr, const_cast<char**>(words.data()), environ);
        posix_spawn_file_actions_destroy(&actions);
        close(out[1]);
        if (failed) {
            pid_ = -1;
            close(out[0]);
            return;
        }
        read_port(out[0]);
        output_ = out[0];
    }
    ~TlsServer() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        if (output_ >= 0) close(output_);
        std::filesystem::remove_all(folder_);
    }
    bool running() const { return !port_.empty(); }
    std::string certificate() const { return folder_ + "/cert.pem"; }
    std::string url() const { return "https://127.0.0.1:" + port_ + "/"; }

private:
    // It says "ACCEPT 127.0.0.1:<port>" once it listens.
    void read_port(int from) {
        std::string line;
        char c = 0;
        while (read(from, &c, 1) == 1) {
            if (c != '\n') {
                line += c;
                continue;
            }
            const size_t at = line.rfind(':');
            if (line.starts_with("ACCEPT") && at != std::string::npos) {
                port_ = line.substr(at + 1);
                return;
            }
            line.clear();
        }
    }
    std::string folder_;
    std::string port_;
    pid_t pid_ = -1;
    int output_ = -1;
};

}  // namespace

TEST_CASE("a certificate that nobody vouches for is refused") {
    const TlsServer server;
    if (!server.running()) SKIP("no openssl command");
    {
        Client client;
        const Response response = client.exchange({server.url()});
        CHECK(response.status == 0);
        CHECK(response.error.find("certificate") != std::string::npos);
    }
    const std::string certificate = server.certificate();
    candor_desktop_http_options options{};
    options.size = sizeof options;
    options.ca_file = candor_text(certificate.c_str());
    Client client(&options);
    CHECK(client.exchange({server.url()}).status == 200);
}
