#include "collector/server.hpp"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/json.hpp"
#include "collector/access.hpp"
#include "collector/database.hpp"
#include "collector/download.hpp"
#include "collector/event.hpp"
#include "collector/page.hpp"
#include "collector/summary.hpp"

namespace candor::collector {
namespace {

using httplib::ContentReader;
using httplib::Request;
using Reply = httplib::Response;
using json::Value;

constexpr std::size_t kThreads = 32;
constexpr std::int64_t kDefaultComments = 20;
constexpr std::int64_t kMaxComments = 500;
constexpr std::size_t kDownloadPiece = 64u << 10;
// Of a refused body so much is still read, so that the sender gets to read why.
constexpr std::size_t kMaxDiscarded = 64u << 20;
constexpr Instant kLatest = Instant{1} << 50;  // of a sender's clock
constexpr const char* kJson = "application/json";

// The page shows what strangers wrote: nothing but our own files may run, be framed or be fetched.
constexpr const char* kPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'";

Instant system_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

void refuse(Reply& response, int status, const std::string& reason) {
    Value body = json::Members{};
    body.set("error", reason);
    response.status = status;
    response.set_content(json::dump(body), kJson);
}

void refuse_storage(Reply& response, const Error& error) {
    std::cerr << "candor-collector: " << describe(error) << std::endl;
    refuse(response, 503, "the collector's storage failed; send it again later");
}

// "text/plain; charset=utf-8" to "text/plain".
std::string media_type(const Request& request) {
    std::string type = request.get_header_value("Content-Type");
    type.erase(std::min(type.find(';'), type.size()));
    type.erase(type.find_last_not_of(" \t") + 1);
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type;
}

std::optional<std::int64_t> parse_number(const std::string& text, std::int64_t min, std::int64_t max) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || number < min || number > max) return std::nullopt;
    return number;
}

// What the HTTP library unpacks by itself. Where it was built without, it says 415 on its own.
bool is_known_encoding(const Request& request) {
    const std::string encoding = request.get_header_value("Content-Encoding");
    return encoding.empty() || encoding == "identity" || encoding == "gzip";
}

enum class Received { whole, too_large, broken };

// Reads the body, packed or not, of announced length or none, and keeps no more than `max` bytes of what it unpacks to:
// a bomb costs the time to unpack what is discarded, and then its connection.
Received receive(const ContentReader& reader, const Reply& response, std::size_t max, std::string& body) {
    std::size_t received = 0;
    const bool whole = reader([&](const char* data, std::size_t size) {
        received += size;
        if (received <= max) body.append(data, size);
        return received <= max + kMaxDiscarded;
    });
    if (received > max || response.status == 413) return Received::too_large;
    return whole ? Received::whole : Received::broken;
}

Value answer_to(const std::vector<Reading>& readings) {
    Value accepted = json::Array{};
    Value rejected = json::Array{};
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const Reading& reading = readings[i];
        const Value id = reading.id ? Value(*reading.id) : Value();
        if (reading.event) {
            accepted.push(id);
            continue;
        }
        Value item = json::Members{};
        item.set("index", static_cast<std::int64_t>(i)).set("id", id);
        rejected.push(item.set("reason", describe(reading.event.error())));
    }
    Value answer = json::Members{};
    return answer.set("accepted", std::move(accepted)).set("rejected", std::move(rejected));
}

// SO_REUSEPORT, httplib's default, would let two collectors share a port and half of the answers each.
void set_socket_options(socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

std::optional<Error> find_fault(const Config& config) {
    if (config.database.empty()) return Error{"--database", "must not be empty"};
    if (config.write_keys.empty()) return Error{"--write-key", "at least one is needed"};
    if (config.max_body == 0) return Error{"--max-body", "must not be 0"};
    if (config.port < 0 || config.port > 65535) return Error{"--port", "must be from 0 to 65535"};
    for (const auto& keys : {config.write_keys, config.read_keys}) {
        for (const std::string& key : keys) {
            if (key.empty()) return Error{"keys", "must not be empty"};
        }
    }
    for (const std::string& key : config.read_keys) {
        if (is_one_of(key, config.write_keys)) return Error{"--read-key", "is a write key, and those are public"};
    }
    for (const std::string& origin : config.allow_origins) {
        if (origin != "*" && !is_origin(origin)) {
            return Error{"--allow-origin", "\"" + origin + "\" is no origin such as https://shop.example"};
        }
    }
    return std::nullopt;
}

}  // namespace

struct Server::Impl {
    Config config;
    std::unique_ptr<Database> database;
    httplib::Server http;
    int port = 0;
    std::atomic<bool> stopping = false;
    std::atomic<bool> ended = false;
    std::thread listener;

    // The last summary, which most polls ask for.
    std::mutex cache_mutex;
    std::string cache_tag;
    std::string cache_body;

    void set_up();
    void set_up_events();
    void set_up_reading();
    void set_up_page();
    Result<void> listen();

    void allow_origin(const Request& request, Reply& response) const;
    void answer_preflight(const Request& request, Reply& response) const;
    void post_events(const Request& request, Reply& response, const ContentReader& reader) const;
    Result<Batch> read_batch(const Request& request, const std::string& body) const;
    void store_batch(const Batch& batch, Reply& response) const;

    bool may_read(const Request& request) const;
    template <class Handle>
    httplib::Server::Handler reading(Handle handle);
    void get_summary(const Request& request, Reply& response);
    Result<std::string> summary_body(Connection& connection, const std::string& tag, std::int64_t limit);
    void get_responses(Reply& response, Format format) const;
};

// ---- events ---------------------------------------------------------------------------------------------------------

void Server::Impl::allow_origin(const Request& request, Reply& response) const {
    const std::string origin = request.get_header_value("Origin");
    response.set_header("Vary", "Origin");
    for (const std::string& allowed : config.allow_origins) {
        if (allowed == "*" || (!origin.empty() && allowed == origin)) {
            response.set_header("Access-Control-Allow-Origin", allowed);
            return;
        }
    }
}

void Server::Impl::answer_preflight(const Request& request, Reply& response) const {
    allow_origin(request, response);
    if (!response.has_header("Access-Control-Allow-Origin")) {
        return refuse(response, 403, "this origin is not configured: see --allow-origin");
    }
    response.set_header("Access-Control-Allow-Methods", "POST");
    response.set_header("Access-Control-Allow-Headers", "content-type, candor-key, candor-sent-at");
    response.set_header("Access-Control-Max-Age", "7200");
    response.status = 204;
}

// The envelope of a beacon, or an array and its headers, as one.
Result<Batch> Server::Impl::read_batch(const Request& request, const std::string& body) const {
    if (media_type(request) == "text/plain") return parse_envelope(body, config.max_body);
    auto batch = parse_batch(body, config.max_body);
    if (!batch) return batch;
    if (request.has_header("Candor-Key")) batch->key = request.get_header_value("Candor-Key");
    if (request.has_header("Candor-Sent-At")) {
        batch->sent_at = parse_number(request.get_header_value("Candor-Sent-At"), 0, kLatest);
        if (!batch->sent_at) return fail("Candor-Sent-At", "must be milliseconds since 1970, a whole number");
    }
    return batch;
}

void Server::Impl::store_batch(const Batch& batch, Reply& response) const {
    Delivery delivery;
    delivery.sent_at = batch.sent_at;
    delivery.received_at = config.now();
    for (const Reading& reading : batch.events) {
        if (reading.event) delivery.events.push_back(*reading.event);
    }
    if (const auto done = database->store(delivery); !done) return refuse_storage(response, done.error());
    response.set_content(json::dump(answer_to(batch.events)), kJson);
}

void Server::Impl::post_events(const Request& request, Reply& response, const ContentReader& reader) const {
    allow_origin(request, response);
    std::string body;
    const Received received = receive(reader, response, config.max_body, body);
    if (received == Received::too_large) {
        return refuse(response, 413, "the body is over " + std::to_string(config.max_body) + " bytes");
    }
    const std::string type = media_type(request);
    const bool beacon = type == "text/plain";
    if (!beacon && type != "application/cloudevents-batch+json") {
        return refuse(response, 415, "the content type must be application/cloudevents-batch+json, or text/plain");
    }
    if (!is_known_encoding(request)) return refuse(response, 415, "the content encoding must be gzip, or none");
    if (received == Received::broken) return refuse(response, 400, "the body did not arrive whole");
    // A header's key is judged before the body is looked at; a beacon's lies in the body.
    if (!beacon && !is_one_of(request.get_header_value("Candor-Key"), config.write_keys)) {
        return refuse(response, 401, "the write key is missing or unknown");
    }
    const auto batch = read_batch(request, body);
    if (!batch) return refuse(response, 400, describe(batch.error()));
    if (!batch->key || !is_one_of(*batch->key, config.write_keys)) {
        return refuse(response, 401, "the write key is missing or unknown");
    }
    store_batch(*batch, response);
    if (config.on_batch && response.status < 300) config.on_batch(type, body);
}

void Server::Impl::set_up_events() {
    http.Post("/v1/events", [this](const Request& request, Reply& response, const ContentReader& reader) {
        post_events(request, response, reader);
    });
    http.Options("/v1/events",
                 [this](const Request& request, Reply& response) { answer_preflight(request, response); });
    http.Get("/v1/events", [](const Request&, Reply& response) {
        response.set_header("Allow", "POST, OPTIONS");
        refuse(response, 405, "events are posted here");
    });
}

// ---- reading --------------------------------------------------------------------------------------------------------

bool Server::Impl::may_read(const Request& request) const {
    const std::string authorization = request.get_header_value("Authorization");
    if (is_one_of(bearer_token(authorization), config.read_keys)) return true;
    if (is_one_of(request.get_param_value("key"), config.read_keys)) return true;
    if (!config.trust_loopback || !is_loopback_address(request.remote_addr)) return false;
    // A proxy on this machine speaks for somebody else. Not every proxy says so: --no-trust-loopback is for those.
    for (const char* header : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"}) {
        if (request.has_header(header)) return false;
    }
    return request.get_header_value_count("Host") == 1 && is_loopback_host(request.get_header_value("Host"));
}

template <class Handle>
httplib::Server::Handler Server::Impl::reading(Handle handle) {
    return [this, handle](const Request& request, Reply& response) {
        response.set_header("Cache-Control", "no-store");
        response.set_header("Vary", "Authorization");
        if (may_read(request)) return handle(request, response);
        response.set_header("WWW-Authenticate", "Bearer");
        refuse(response, 401, "reading takes the read key, or a connection from this machine to localhost");
    };
}

Result<std::string> Server::Impl::summary_body(Connection& connection, const std::string& tag, std::int64_t limit) {
    const std::lock_guard lock(cache_mutex);
    if (cache_tag == tag) return cache_body;
    const auto summary = read_summary(connection, limit);
    if (!summary) return tl::unexpected(summary.error());
    cache_body = json::dump(to_json(*summary));
    cache_tag = tag;
    return cache_body;
}

void Server::Impl::get_summary(const Request& request, Reply& response) {
    std::int64_t limit = kDefaultComments;
    if (request.has_param("limit")) {
        const auto wanted = parse_number(request.get_param_value("limit"), 0, kMaxComments);
        if (!wanted) {
            return refuse(response, 400, "limit: must be a whole number from 0 to " + std::to_string(kMaxComments));
        }
        limit = *wanted;
    }
    auto connection = database->reader();
    if (!connection) return refuse_storage(response, connection.error());
    // The state is read before the summary: a tag may be older than its summary, which costs one more poll, never
    // newer.
    const auto state = read_state(*connection);
    if (!state) return refuse_storage(response, state.error());
    const std::string tag = "\"" + *state + "-" + std::to_string(limit) + "\"";
    response.set_header("ETag", "W/" + tag);
    if (request.get_header_value("If-None-Match").find(tag) != std::string::npos) {
        response.status = 304;
        return;
    }
    auto body = summary_body(*connection, tag, limit);
    if (!body) return refuse_storage(response, body.error());
    response.set_content(*body, kJson);
}

void Server::Impl::get_responses(Reply& response, Format format) const {
    auto connection = database->reader();
    if (!connection) return refuse_storage(response, connection.error());
    auto started = Download::start(std::move(*connection), format);
    if (!started) return refuse_storage(response, started.error());
    const std::shared_ptr<Download> download = std::move(*started);
    const bool csv = format == Format::csv;
    response.set_header("Content-Disposition",
                        std::string("attachment; filename=\"candor-responses.") + (csv ? "csv\"" : "jsonl\""));
    response.set_chunked_content_provider(csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
                                          [download](std::size_t, httplib::DataSink& sink) {
                                              const auto lines = download->next(kDownloadPiece);
                                              // A download that breaks off is seen as such by the reader; one that
                                              // merely ended would not be.
                                              if (!lines) return false;
                                              if (lines->empty()) {
                                                  sink.done();
                                                  return true;
                                              }
                                              return sink.write(lines->data(), lines->size());
                                          });
}

void Server::Impl::set_up_reading() {
    http.Get("/v1/summary",
             reading([this](const Request& request, Reply& response) { get_summary(request, response); }));
    http.Get("/v1/responses.csv",
             reading([this](const Request&, Reply& response) { get_responses(response, Format::csv); }));
    http.Get("/v1/responses.jsonl",
             reading([this](const Request&, Reply& response) { get_responses(response, Format::jsonl); }));
}

// ---- the page and the rest ------------------------------------------------------------------------------------------

// The page's files hold no data: whoever may reach the port may have them.
void Server::Impl::set_up_page() {
    for (const Asset& asset : page_assets()) {
        std::string path;
        for (char c : asset.path) path += c == '.' ? std::string("\\.") : std::string(1, c);
        http.Get(path, [&asset](const Request&, Reply& response) {
            response.set_header("Cache-Control", "no-cache");
            response.set_content(asset.content.data(), asset.content.size(), std::string(asset.type));
        });
    }
    http.Get("/healthz", [this](const Request&, Reply& response) {
        auto connection = database->reader();
        const auto state = connection ? read_state(*connection) : tl::unexpected(connection.error());
        if (!state) return refuse_storage(response, state.error());
        response.set_content(R"({"status":"ok"})", kJson);
    });
}

void Server::Impl::set_up() {
    http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    http.set_socket_options(set_socket_options);
    http.set_tcp_nodelay(true);
    // One request a connection: what a refused request left unread is never taken for the next one.
    http.set_keep_alive_max_count(1);
    http.set_keep_alive_timeout(2);
    // Of announced length; bodies of none are counted while they arrive.
    http.set_payload_max_length(config.max_body);
    http.set_default_headers({{"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"},
                              {"Cross-Origin-Resource-Policy", "same-origin"},
                              {"Content-Security-Policy", kPolicy}});
    http.set_error_handler([](const Request&, Reply& response) {
        if (response.body.empty()) refuse(response, response.status, "nothing here answers to that");
    });
    http.set_exception_handler([](const Request&, Reply& response, const std::exception_ptr&) {
        refuse(response, 500, "the collector failed at this");
    });
    set_up_events();
    set_up_reading();
    set_up_page();
}

Result<void> Server::Impl::listen() {
    if (config.port == 0) {
        port = http.bind_to_any_port(config.bind);
    } else {
        port = http.bind_to_port(config.bind, config.port) ? config.port : -1;
    }
    if (port < 0) {
        return fail("--bind, --port", "cannot listen on " + config.bind + ":" + std::to_string(config.port) +
                                          " (in use, or no address of this machine)");
    }
    listener = std::thread([this] {
        http.listen_after_bind();
        ended = true;
        if (!stopping && config.on_failure) config.on_failure();
    });
    return {};
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::start(Config config) {
    if (auto fault = find_fault(config)) return tl::unexpected(std::move(*fault));
    if (!config.now) config.now = system_now;
    auto database = Database::open(config.database);
    if (!database) return tl::unexpected(database.error());
    auto impl = std::make_unique<Impl>();
    impl->config = std::move(config);
    impl->database = std::move(*database);
    impl->set_up();
    if (auto done = impl->listen(); !done) return tl::unexpected(done.error());
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

int Server::port() const { return impl_->port; }

std::string Server::address() const {
    const bool v6 = impl_->config.bind.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + impl_->config.bind + "]" : impl_->config.bind;
    return "http://" + host + ":" + std::to_string(impl_->port);
}

void Server::stop() {
    impl_->stopping = true;
    if (!impl_->listener.joinable()) return;
    // A listener that has not begun yet cannot be stopped yet.
    while (!impl_->http.is_running() && !impl_->ended) std::this_thread::yield();
    if (!impl_->ended) impl_->http.stop();
    impl_->listener.join();
}

}  // namespace candor::collector
