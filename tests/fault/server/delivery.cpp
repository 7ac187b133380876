#include "delivery.hpp"

#include <catch2/catch_test_macros.hpp>

#include "outbox/store.hpp"

namespace candor::fault {

App::App(const HttpWish& wish) {
    candor_desktop_http_options options{};
    options.size = sizeof options;
    options.ca_file = {wish.ca_file.data(), wish.ca_file.size()};
    options.plain = wish.plain ? 1 : 0;
    http.reset(candor_desktop_http_create(&options, nullptr));
    REQUIRE(http);
    counting_.size = sizeof counting_;
    counting_.context = this;
    counting_.send = [](void* self, std::uint32_t ticket, const candor_http_request* request) {
        const candor_http* real = candor_desktop_http_interface(static_cast<App*>(self)->http.get());
        real->send(real->context, ticket, request);
    };
    counting_.cancel = [](void* self, std::uint32_t ticket) {
        ++static_cast<App*>(self)->given_up;
        const candor_http* real = candor_desktop_http_interface(static_cast<App*>(self)->http.get());
        real->cancel(real->context, ticket);
    };
    host.set_http(&counting_);
    host.wait_longest();
}

void answer(test::TestClient& client, int score, const char* comment) {
    client.show_purchase_survey();
    REQUIRE(candor_answer_score(client.handle(), candor_text("score"), score) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    REQUIRE(candor_answer_text(client.handle(), candor_text("reason"), candor_text(comment)) == CANDOR_OK);
    client.wait_for(CANDOR_EVENT_ANSWERED);
}

void App::leave_answers(int count) {
    for (int i = 0; i < count; ++i) {
        test::TestClient silent(host, {.storage = folder.path(), .endpoint = ""});
        silent.identify(("person-" + std::to_string(i)).c_str());
        answer(silent, i % 11);
        silent.close(0);
    }
    left = kept().ids;
    REQUIRE_FALSE(left.empty());
}

void App::start(const std::string& url, const std::string& write_key) {
    client.reset();
    client.emplace(host, test::Settings{.storage = folder.path(),
                                        .endpoint = url,
                                        .with_document = false,
                                        .document_url = {},
                                        .write_key = write_key});
}

Kept App::kept() const {
    Kept kept;
    auto store = outbox::sqlite_store(folder.path() + "/shop.candor.db");
    REQUIRE(store);
    outbox::Request request;
    request.reads.emplace_back(courier::kRecord);
    request.now = kNever;
    request.peek_rows = 100'000;
    request.peek_bytes = 1u << 30;
    (*store)->transact(
        request,
        [&](const outbox::State& state) {
            kept = {};
            for (const outbox::Event& event : state.queue) {
                kept.ids.emplace_back(event.id);
                kept.bodies.emplace_back(event.body);
            }
            if (const String* bytes = state.find(courier::kRecord))
                kept.retry = courier::read_retry_state(*bytes).value_or(courier::RetryState());
            return outbox::Change();
        },
        [](const Result<void>& outcome) { REQUIRE(outcome); });
    return kept;
}

Span App::wait() const { return courier::wait(kept().retry, host.now()); }

void App::pass(Span span) {
    host.advance(span);
    client->settle();
}

void App::deliver(int tries) {
    client->settle();
    for (int i = 0; i < tries && !kept().ids.empty(); ++i) pass(wait());
}

}  // namespace candor::fault
