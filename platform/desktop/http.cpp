// HTTP by libcurl's multi interface, on a thread of its own. Only that thread touches curl handles; the others leave
// commands in a list and wake it.
#include <curl/curl.h>

#if !defined(_WIN32)
#include <sys/socket.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "candor/desktop.h"
#include "desktop/failure.hpp"
#include "desktop/gzip.hpp"
#include "desktop/process.hpp"
#include "desktop/thread.hpp"

namespace candor::desktop {
namespace {

constexpr size_t kMaxHeaderBytes = 65536;
constexpr int64_t kLongestTimeout = 24LL * 60 * 60 * 1000;
constexpr long kMaxConnections = 4;
constexpr size_t kLeastToPack = 1024;  // what is smaller fits one packet anyway
constexpr size_t kMaxPlainTargets = 64;

using Clock = std::chrono::steady_clock;

struct Settings {
    long connect_timeout = 10'000;
    long stall_seconds = 20;
    std::string user_agent = "candor-desktop";
    std::string ca_file;
    bool plain = false;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Exchange {
    uint32_t ticket = 0;
    std::string method;
    std::string url;
    Headers request_headers;
    std::string request_body;
    bool may_gzip = false;
    int64_t timeout = 0;
    size_t response_limit = 0;
    Clock::time_point begin = Clock::now();

    std::string packed_body;  // empty: it goes as it is
    Headers headers;
    size_t header_bytes = 0;
    std::string body;
    bool cut = false;
    std::string refusal;  // why our own callbacks gave up
    char error[CURL_ERROR_SIZE] = {};
    std::unique_ptr<curl_slist, ListDeleter> list;
    std::unique_ptr<CURL, EasyDeleter> easy;
};

struct Command {
    std::unique_ptr<Exchange> start;  // else: cancel `ticket`
    uint32_t ticket = 0;
};

// Addresses whose server does not take gzip, for as long as the process lives.
class PlainTargets {
public:
    bool has(const std::string& url) {
        const std::lock_guard lock(mutex_);
        return std::find(urls_.begin(), urls_.end(), url) != urls_.end();
    }
    void add(const std::string& url) {
        const std::lock_guard lock(mutex_);
        if (urls_.size() >= kMaxPlainTargets) urls_.erase(urls_.begin());
        urls_.push_back(url);
    }

private:
    std::mutex mutex_;
    std::vector<std::string> urls_;
};

// Never destroyed: the thread of an Http may still ask while the process ends.
PlainTargets& plain_targets() {
    static PlainTargets* const kTargets = new PlainTargets;
    return *kTargets;
}

bool is_token(std::string_view name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               kMarks.find(static_cast<char>(c)) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view value) {
    return std::none_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// What is wrong with a request before it goes anywhere; empty: nothing.
std::string refusal_of(const Exchange& exchange) {
    if (!is_token(exchange.method)) return "the method is not a token";
    if (exchange.url.find('\0') != std::string::npos) return "the address holds a zero byte";
    for (const auto& [name, value] : exchange.request_headers) {
        if (!is_token(name)) return "a header's name is not a token";
        if (!is_header_value(value)) return "the value of header " + name + " holds a line break or zero byte";
    }
    return {};
}

size_t on_header(char* data, size_t size, size_t count, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const size_t bytes = size * count;
    try {
        const std::string_view line(data, bytes);
        if (line.starts_with("HTTP/")) {  // a further answer after 1xx: its headers replace the earlier ones
            exchange.headers.clear();
            exchange.header_bytes = 0;
        }
        exchange.header_bytes += bytes;
        if (exchange.header_bytes > kMaxHeaderBytes) {
            exchange.refusal = "the answer's headers are longer than 64 KiB";
            return 0;
        }
        const size_t colon = line.find(':');
        if (colon != std::string_view::npos && !line.starts_with("HTTP/")) {
            exchange.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
        }
        return bytes;
    } catch (...) {
        return 0;
    }
}

size_t on_body(char* data, size_t size, size_t count, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const size_t bytes = size * count;
    try {
        const size_t room = exchange.response_limit - exchange.body.size();
        exchange.body.append(data, std::min(room, bytes));
        exchange.cut = bytes > room;
        return exchange.cut ? 0 : bytes;
    } catch (...) {
        exchange.refusal = "out of memory";
        return 0;
    }
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

void append_header(Exchange& exchange, const std::string& line) {
    curl_slist* longer = curl_slist_append(exchange.list.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    (void)exchange.list.release();
    exchange.list.reset(longer);
}

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

void set_headers(CURL* easy, Exchange& exchange) {
    bool has_type = false;
    for (const auto& [name, value] : exchange.request_headers) {
        has_type = has_type || same_name(name, "content-type");
        std::string line = name;
        line.append(value.empty() ? ";" : ": ").append(value);  // the semicolon: curl leaves out what is empty
        append_header(exchange, line);
    }
    if (!exchange.packed_body.empty()) append_header(exchange, "Content-Encoding: gzip");
    append_header(exchange, "Expect:");  // curl would wait for a 100 before a large body
    if (!has_type) append_header(exchange, "Content-Type:");
    set(easy, CURLOPT_HTTPHEADER, exchange.list.get());
}

void set_method(CURL* easy, Exchange& exchange) {
    const bool has_body = !exchange.request_body.empty();
    if (exchange.method == "HEAD") {
        set(easy, CURLOPT_NOBODY, 1L);
    } else if (exchange.method == "GET" && !has_body) {
        set(easy, CURLOPT_HTTPGET, 1L);
    } else {
        set(easy, CURLOPT_POST, 1L);
        const std::string& body = exchange.packed_body.empty() ? exchange.request_body : exchange.packed_body;
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        set(easy, CURLOPT_POSTFIELDS, body.data());
        if (exchange.method != "POST") set(easy, CURLOPT_CUSTOMREQUEST, exchange.method.c_str());
    }
}

void set_limits(CURL* easy, const Exchange& exchange, const Settings& settings) {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    const int64_t wanted = std::min(exchange.timeout > 0 ? exchange.timeout : 60'000, kLongestTimeout);
    // What a first try with a packed body took is gone.
    const int64_t left = wanted - duration_cast<milliseconds>(Clock::now() - exchange.begin).count();
    const long total = static_cast<long>(std::max<int64_t>(left, 1));
    set(easy, CURLOPT_TIMEOUT_MS, total);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(total, settings.connect_timeout));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(easy, CURLOPT_LOW_SPEED_TIME, settings.stall_seconds);
}

void set_scheme_and_tls(CURL* easy, const Settings& settings) {
#if LIBCURL_VERSION_NUM >= 0x075500
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    set(easy, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings.ca_file.empty()) set(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
}

#if defined(SOCK_CLOEXEC)
// Programs that the host starts inherit no connection of ours.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
#endif

void configure(Exchange& exchange, const Settings& settings) {
    exchange.easy.reset(curl_easy_init());
    CURL* easy = exchange.easy.get();
    if (!easy) throw std::bad_alloc();
    set(easy, CURLOPT_ERRORBUFFER, exchange.error);
    set(easy, CURLOPT_PRIVATE, &exchange);
    set(easy, CURLOPT_NOSIGNAL, 1L);
#if defined(SOCK_CLOEXEC)
    set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
    set(easy, CURLOPT_QUICK_EXIT, 1L);  // do not wait for a resolver's thread
#endif
    set(easy, CURLOPT_URL, exchange.url.c_str());
    set(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
    // Without TLS this is HTTP/1.1; over TLS the server chooses. Wait for a connection that can be shared.
    if (curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS)) == CURLE_OK) {
        set(easy, CURLOPT_PIPEWAIT, 1L);
    }
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_HEADERFUNCTION, on_header);
    set(easy, CURLOPT_HEADERDATA, &exchange);
    set(easy, CURLOPT_WRITEFUNCTION, on_body);
    set(easy, CURLOPT_WRITEDATA, &exchange);
    set_scheme_and_tls(easy, settings);
    set_limits(easy, exchange, settings);
    set_headers(easy, exchange);
    set_method(easy, exchange);
}

void answer_failure(uint32_t ticket, std::string_view reason) {
    auto response = sized<candor_http_response>();
    response.error = string_of(reason);
    candor_http_done(ticket, &response);
}

std::string reason_of(const Exchange& exchange, CURLcode code) {
    if (!exchange.refusal.empty()) return exchange.refusal;
    if (exchange.error[0] != '\0') return exchange.error;
    return curl_easy_strerror(code);
}

void answer(const Exchange& exchange, CURLcode code) {
    const bool whole = code == CURLE_OK || (exchange.cut && exchange.refusal.empty());
    if (!whole) return answer_failure(exchange.ticket, reason_of(exchange, code));
    long status = 0;
    long redirects = 0;
    curl_easy_getinfo(exchange.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange.easy.get(), CURLINFO_REDIRECT_COUNT, &redirects);
    std::vector<candor_header> headers;
    headers.reserve(exchange.headers.size());
    for (const auto& [name, value] : exchange.headers) headers.push_back({string_of(name), string_of(value)});
    auto response = sized<candor_http_response>();
    response.status = static_cast<int32_t>(status);
    response.redirected = redirects > 0 ? 1 : 0;
    response.headers = headers.data();
    response.header_count = headers.size();
    response.body = string_of(exchange.body);
    candor_http_done(exchange.ticket, &response);
}

void pack(Exchange& exchange, const Settings& settings) {
    const std::string& body = exchange.request_body;
    if (!exchange.may_gzip || settings.plain || body.size() < kLeastToPack || plain_targets().has(exchange.url)) return;
    exchange.packed_body = gzip(body);
    if (exchange.packed_body.size() >= body.size()) exchange.packed_body.clear();
}

// 415, and 400 and 422: how servers that do not know gzip find the body, which may be quite sound.
bool is_refused_as_packed(const Exchange& exchange, CURLcode code) {
    if (exchange.packed_body.empty() || code != CURLE_OK) return false;
    long status = 0;
    curl_easy_getinfo(exchange.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    return status == 415 || status == 400 || status == 422;
}

// As it was before it was sent, but for the packed body.
void make_plain(Exchange& exchange) {
    exchange.easy.reset();
    exchange.list.reset();
    exchange.packed_body.clear();
    exchange.may_gzip = false;
    exchange.headers.clear();
    exchange.header_bytes = 0;
    exchange.body.clear();
    exchange.error[0] = '\0';
}

void initialise_curl() {
    static std::once_flag once;
    static CURLcode code = CURLE_OK;
    std::call_once(once, [] { code = curl_global_init(CURL_GLOBAL_DEFAULT); });
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

}  // namespace

class Http {
public:
    explicit Http(Settings settings) : settings_(std::move(settings)) {
        initialise_curl();
        multi_ = curl_multi_init();
        if (!multi_) throw std::bad_alloc();
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kMaxConnections);
        curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kMaxConnections);
        try {
            thread_ = thread_without_signals([this] { run(); });
        } catch (...) {
            curl_multi_cleanup(multi_);
            throw;
        }
    }

    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;

    ~Http() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        curl_multi_wakeup(multi_);
        thread_.join();
        curl_multi_cleanup(multi_);
    }

    // In a forked child there is no thread, and a lock may be held for good.
    bool in_child() const { return process_.is_another(); }

    void post(Command command) {
        {
            const std::lock_guard lock(mutex_);
            commands_.push_back(std::move(command));
        }
        curl_multi_wakeup(multi_);
    }

private:
    // False when it is time to end.
    bool take(std::vector<Command>& commands) {
        const std::lock_guard lock(mutex_);
        commands.swap(commands_);
        return !stopping_;
    }

    void run() noexcept {
        std::vector<Command> commands;
        for (bool go_on = true; go_on;) {
            commands.clear();
            go_on = take(commands);
            for (Command& command : commands) execute(command);
            if (go_on) go_on = drive();
        }
        fail_all("HTTP was shut down");
    }

    void execute(Command& command) {
        if (command.start) {
            start(std::move(command.start));
        } else {
            remove(command.ticket);
        }
    }

    void start(std::unique_ptr<Exchange> exchange) {
        const uint32_t ticket = exchange->ticket;
        try {
            const std::string refusal = refusal_of(*exchange);
            if (!refusal.empty()) return answer_failure(ticket, refusal);
            pack(*exchange, settings_);
            configure(*exchange, settings_);
            running_.reserve(running_.size() + 1);
            const CURLMcode code = curl_multi_add_handle(multi_, exchange->easy.get());
            if (code != CURLM_OK) return answer_failure(ticket, curl_multi_strerror(code));
            running_.push_back(std::move(exchange));
        } catch (const std::exception& problem) {
            answer_failure(ticket, problem.what());
        }
    }

    std::unique_ptr<Exchange> take_out(std::vector<std::unique_ptr<Exchange>>::iterator at) {
        std::unique_ptr<Exchange> exchange = std::move(*at);
        running_.erase(at);
        curl_multi_remove_handle(multi_, exchange->easy.get());
        return exchange;
    }

    void remove(uint32_t ticket) {
        const auto at = std::find_if(running_.begin(), running_.end(),
                                     [&](const auto& exchange) { return exchange->ticket == ticket; });
        if (at != running_.end()) take_out(at);
    }

    bool drive() {
        int count = 0;
        CURLMcode code = curl_multi_perform(multi_, &count);
        if (code == CURLM_OK) {
            finish();
            code = curl_multi_poll(multi_, nullptr, 0, 60'000, nullptr);
        }
        if (code != CURLM_OK) {  // out of memory or descriptors: tell, and do not spin
            fail_all(curl_multi_strerror(code));
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return true;
    }

    void finish() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode code = message->data.result;
            CURL* easy = message->easy_handle;
            const auto at = std::find_if(running_.begin(), running_.end(),
                                         [&](const auto& exchange) { return exchange->easy.get() == easy; });
            if (at == running_.end()) continue;
            std::unique_ptr<Exchange> exchange = take_out(at);
            if (is_refused_as_packed(*exchange, code)) {
                send_plain(std::move(exchange));
            } else {
                report(*exchange, code);
            }
        }
    }

    // Nobody hears of the first try; what the server says to the body as it is counts.
    void send_plain(std::unique_ptr<Exchange> exchange) {
        try {
            plain_targets().add(exchange->url);
        } catch (...) {
            return answer_failure(exchange->ticket, "out of memory");
        }
        make_plain(*exchange);
        start(std::move(exchange));
    }

    static void report(const Exchange& exchange, CURLcode code) {
        try {
            answer(exchange, code);
        } catch (...) {
            answer_failure(exchange.ticket, "out of memory");
        }
    }

    void fail_all(std::string_view reason) {
        while (!running_.empty()) answer_failure(take_out(running_.end() - 1)->ticket, reason);
    }

    const Process process_;
    Settings settings_;
    CURLM* multi_ = nullptr;
    std::mutex mutex_;  // guards the next two
    std::vector<Command> commands_;
    bool stopping_ = false;
    std::vector<std::unique_ptr<Exchange>> running_;  // of the thread alone
    std::thread thread_;
};

namespace {

Settings settings_of(const candor_desktop_http_options& options) {
    Settings settings;
    if (options.connect_timeout > 0) {
        settings.connect_timeout = static_cast<long>(std::min(options.connect_timeout, kLongestTimeout));
    }
    if (options.stall_timeout > 0) {
        settings.stall_seconds = static_cast<long>((std::min(options.stall_timeout, kLongestTimeout) + 999) / 1000);
    }
    if (options.user_agent.size > 0) settings.user_agent = view_of(options.user_agent);
    if (!is_header_value(settings.user_agent)) throw std::invalid_argument("user_agent holds a line break");
    settings.ca_file = view_of(options.ca_file);
    settings.plain = options.plain != 0;
    return settings;
}

std::unique_ptr<Exchange> exchange_of(uint32_t ticket, const candor_http_request& given) {
    const candor_http_request request = read_options(&given);
    auto exchange = std::make_unique<Exchange>();
    exchange->ticket = ticket;
    exchange->method = view_of(request.method);
    exchange->url = view_of(request.url);
    for (size_t i = 0; i < request.header_count; ++i) {
        exchange->request_headers.emplace_back(view_of(request.headers[i].name), view_of(request.headers[i].value));
    }
    exchange->request_body = view_of(request.body);
    exchange->may_gzip = request.may_gzip != 0;
    exchange->timeout = request.timeout;
    exchange->response_limit = request.response_limit;
    return exchange;
}

void send(void* context, uint32_t ticket, const candor_http_request* request) {
    if (static_cast<Http*>(context)->in_child()) return;
    try {
        static_cast<Http*>(context)->post({exchange_of(ticket, *request), ticket});
    } catch (...) {
        answer_failure(ticket, "out of memory");
    }
}

void cancel(void* context, uint32_t ticket) {
    if (static_cast<Http*>(context)->in_child()) return;
    try {
        static_cast<Http*>(context)->post({nullptr, ticket});
    } catch (...) {
        // Nobody waits for the answer, and an answer does no harm.
    }
}

}  // namespace
}  // namespace candor::desktop

struct candor_desktop_http {
    explicit candor_desktop_http(candor::desktop::Settings settings) : http(std::move(settings)) {}
    candor::desktop::Http http;
    candor_http interface {};
};

candor_desktop_http* candor_desktop_http_create(const candor_desktop_http_options* options, candor_string* why) {
    using namespace candor::desktop;
    return create_or_tell(why, [&] {
        auto part = std::make_unique<candor_desktop_http>(settings_of(read_options(options)));
        part->interface.size = sizeof(candor_http);
        part->interface.context = &part->http;
        part->interface.send = send;
        part->interface.cancel = cancel;
        return part.release();
    });
}

const candor_http* candor_desktop_http_interface(candor_desktop_http* http) {
    return http ? &http->interface : nullptr;
}

void candor_desktop_http_destroy(candor_desktop_http* http) {
    // What a forked child has is a picture of it. The connections are the parent's: even to say good-bye is theirs.
    if (http && !http->http.in_child()) delete http;
}
