#include "test_host.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/json.hpp"

namespace candor::test {

using client_string = candor_string;

namespace {

std::string_view view(candor_string s) { return s.data ? std::string_view(s.data, s.size) : std::string_view(); }
candor_string borrow(std::string_view s) { return {s.data(), s.size()}; }

constexpr std::int64_t kLongWait = 20'000;  // real ms without anything happening: the test fails

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Half an em a code point, broken at blanks.
std::size_t break_lines(void*, candor_string text, const candor_text_style* style, float max_width,
                        candor_text_line* lines, std::size_t capacity) {
    const std::string_view all = view(text);
    const float em = style->px / 2;
    std::size_t count = 0;
    std::size_t begin = 0;
    const auto put = [&](std::size_t from, std::size_t to) {
        if (count < capacity)
            lines[count] = {from, to, em * static_cast<float>(code_points(all.substr(from, to - from)))};
        ++count;
    };
    std::size_t blank = std::string_view::npos;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i] == '\n') {
            put(begin, i);
            begin = i + 1;
            blank = std::string_view::npos;
            continue;
        }
        if (all[i] == ' ') blank = i;
        if (em * static_cast<float>(code_points(all.substr(begin, i + 1 - begin))) > max_width &&
            blank != std::string_view::npos) {
            put(begin, blank);
            begin = blank + 1;
            blank = std::string_view::npos;
        }
    }
    put(begin, all.size());
    return count;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "candor-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

TestHost::TestHost() {
    http_.size = sizeof http_;
    http_.context = this;
    http_.send = send;
    text_.size = sizeof text_;
    text_.metrics = [](void*, const candor_text_style* style, candor_text_metrics* metrics) {
        *metrics = {style->px * 0.8f, style->px * 0.2f};
    };
    text_.lines = break_lines;
    text_.caret = [](void*, candor_string line, const candor_text_style* style, std::size_t byte) {
        return style->px / 2 * static_cast<float>(code_points(view(line).substr(0, byte)));
    };
    host_.size = sizeof host_;
    host_.context = this;
    host_.now = [](void* context) { return static_cast<TestHost*>(context)->wall_.load(); };
    host_.monotonic = [](void* context) { return static_cast<TestHost*>(context)->monotonic_.load(); };
    host_.wake = [](void* context, candor_client, std::int64_t delay) {
        if (delay == 0) static_cast<TestHost*>(context)->wake();
    };
    host_.http = &http_;
    host_.text = &text_;
}

void TestHost::advance(std::int64_t ms) {
    wall_ += ms;
    monotonic_ += ms;
}

// A number is the first four bytes, and what comes after them makes ids differ.
void TestHost::wait_longest() {
    host_.random = [](void* context, std::uint8_t* bytes, std::size_t count) {
        const std::uint32_t drawn = ++static_cast<TestHost*>(context)->drawn_;
        for (std::size_t i = 0; i < count; ++i) {
            bytes[i] = i < 4 ? 0xff : static_cast<std::uint8_t>(drawn >> 8 * ((count - 1 - i) % 4));
        }
    };
}

void TestHost::wake() {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_all();
}

bool TestHost::wait_for_wake(std::int64_t ms) {
    std::unique_lock lock(mutex_);
    const bool woken = woken_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return wake_; });
    wake_ = false;
    return woken;
}

std::vector<Request> TestHost::requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::vector<std::string> TestHost::collected() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> bodies;
    for (const auto& [id, body] : collected_) bodies.push_back(body);
    return bodies;
}

int TestHost::times_received(std::string_view id) {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::count(received_.begin(), received_.end(), id));
}

void TestHost::collect(const Request& request) {
    const auto batch = json::parse(request.body);
    if (!batch) {  // on the worker's thread, where Catch2's assertions must not be
        std::fprintf(stderr, "what was sent is no JSON: %s\n", request.body.c_str());
        std::abort();
    }
    json::Value accepted{json::Array{}};
    for (const json::Value& event : batch->array()) {
        const std::string id = event.find("id")->text();
        accepted.push(id);
        const std::lock_guard lock(mutex_);
        received_.push_back(id);
        const bool known =
            std::any_of(collected_.begin(), collected_.end(), [&](const auto& c) { return c.first == id; });
        if (!known) collected_.emplace_back(id, json::dump(event));
    }
    json::Value answer_body{json::Members{}};
    answer_body.set("accepted", accepted).set("rejected", json::Value(json::Array{}));
    respond(request.ticket, 200, json::dump(answer_body));
}

void TestHost::send(void* context, std::uint32_t ticket, const candor_http_request* request) {
    TestHost& host = *static_cast<TestHost*>(context);
    Request copy{ticket,
                 std::string(view(request->method)),
                 std::string(view(request->url)),
                 std::string(view(request->body)),
                 {},
                 request->may_gzip != 0};
    for (std::size_t i = 0; i < request->header_count; ++i) {
        copy.headers.emplace_back(view(request->headers[i].name), view(request->headers[i].value));
    }
    {
        const std::lock_guard lock(host.mutex_);
        host.requests_.push_back(copy);
    }
    host.wake();
    if (host.answer) {
        host.answer(copy);
    } else if (host.network == Network::collects) {
        host.collect(copy);
    } else if (host.network == Network::down) {
        candor_http_response response{};
        response.size = sizeof response;
        response.error = candor_text("connection refused");
        candor_http_done(ticket, &response);
    }
}

void respond(std::uint32_t ticket, int status, std::string_view body, std::string_view type) {
    const candor_header header{candor_text("Content-Type"), borrow(type)};
    candor_http_response response{};
    response.size = sizeof response;
    response.status = status;
    response.headers = &header;
    response.header_count = 1;
    response.body = borrow(body);
    candor_http_done(ticket, &response);
}

std::string one_survey(const std::string& members, int revision) {
    return R"({"candor": 1, "project": "shop", "revision": )" + std::to_string(revision) +
           R"(, "product": "Shop", "surveys": [{"id": "s", )" + members +
           R"(, "questions": [{"id": "score", "type": "nps"}, {"id": "thanks", "type": "thanks"}]}]})";
}

std::string shop_document() {
    return R"({"candor": 1, "project": "shop", "revision": 3, "product": "Acme Shop", "locale": "en",
      "surveys": [
        {"id": "relationship", "kind": "relationship", "wave": "2026-q4", "triggers": [{"session": 3}],
         "wait": {"answered": 90, "dismissed": 30},
         "questions": [{"id": "score", "type": "nps"}, {"id": "reason", "type": "text", "optional": true, "text": {"promoter": "What do you like most?",
            "passive": "What would make it better?", "detractor": "What went wrong?"}}, {"id": "thanks", "type": "thanks", "text": "Thank you."}]},
        {"id": "post-purchase", "kind": "transactional", "triggers": [{"event": "purchase_completed"}], "delay": 2, "expires": 600,
         "wait": {"answered": 90},
         "questions": [{"id": "score", "type": "nps"}, {"id": "reason", "type": "text", "optional": true, "text": {"promoter": "What do you like most?",
            "passive": "What would make it better?", "detractor": "What went wrong?"}}, {"id": "thanks", "type": "thanks", "text": "Thank you."}]}]})";
}

TestClient::TestClient(TestHost& host, const Settings& settings) : host_(host) {
    candor_config config = CANDOR_CONFIG_INIT;
    config.project = borrow(settings.project);
    config.endpoint = borrow(settings.endpoint);
    config.write_key = borrow(settings.write_key);
    config.storage_path = borrow(settings.storage);
    config.document_url = borrow(settings.document_url);
    config.wire = borrow(settings.wire);
    config.consent = settings.consent;
    config.reading = CANDOR_READ_STRICT;
    config.on_event = on_event;
    config.on_event_context = this;
    config.host = host.raw();
    candor_string why{};
    handle_ = candor_start(&config, &why);
    INFO(view(why));
    REQUIRE(handle_ != 0);
    if (settings.with_document) {
        const std::string document = shop_document();
        REQUIRE(candor_load(handle_, borrow(document)) == CANDOR_OK);
        wait_for(CANDOR_EVENT_READY);
    }
}

TestClient::~TestClient() { close(0); }

void TestClient::close(std::int64_t deadline) {
    if (handle_ != 0) candor_close(handle_, deadline);
    handle_ = 0;
}

void TestClient::on_event(void* context, candor_client, const candor_event* event) {
    TestClient& self = *static_cast<TestClient*>(context);
    self.events_.push_back(
        {event->kind, std::string(view(event->survey)), std::string(view(event->text)), event->count});
}

Event TestClient::wait_for(candor_event_kind kind) {
    for (bool woken = true; woken;) {
        candor_tick(handle_);
        const auto found = std::find_if(events_.begin(), events_.end(), [&](const Event& e) { return e.kind == kind; });
        if (found != events_.end()) {
            Event event = *found;
            events_.erase(found);
            return event;
        }
        woken = host_.wait_for_wake(kLongWait);
    }
    std::string seen;
    for (const Event& event : events_)
        seen += std::to_string(event.kind) + " " + event.survey + " " + event.text + "\n";
    FAIL("event " << kind << " did not come; came:\n" << seen);
    return {};
}

void TestClient::settle() {
    // Everything said so far is stored, and what may be sent is sent.
    candor_tick(handle_);
    candor_flush(handle_, kLongWait);
    candor_tick(handle_);
}

void TestClient::load(const std::string& document) {
    REQUIRE(candor_load(handle_, {document.data(), document.size()}) == CANDOR_OK);
}

bool TestClient::came(candor_event_kind kind) {
    settle();
    return count(kind) > 0;
}

int TestClient::count(candor_event_kind kind) {
    return static_cast<int>(
        std::count_if(events_.begin(), events_.end(), [&](const Event& e) { return e.kind == kind; }));
}

void TestClient::show_purchase_survey() {
    track("purchase_completed");
    settle();
    host_.advance(2000);
    wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
    REQUIRE(candor_presented(handle_) == CANDOR_OK);
    wait_for(CANDOR_EVENT_SHOWN);
}

std::string TestClient::question() {
    candor_prompt prompt = CANDOR_PROMPT_INIT;
    if (candor_prompt_get(handle_, &prompt) != CANDOR_OK) return "";
    return std::string(view(prompt.question));
}

std::string TestClient::explain(const char* survey) {
    candor_string text{};
    candor_explain(handle_, candor_text(survey), &text);
    return std::string(view(text));
}

}  // namespace candor::test
