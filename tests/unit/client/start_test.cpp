#include <catch2/catch_test_macros.hpp>
#include <string>
#include <thread>
#include <vector>

#include "test_host.hpp"

using namespace candor::test;

namespace {

std::string refused(const candor_config& config) {
    candor_string why{};
    const candor_client client = candor_start(&config, &why);
    CHECK(client == 0);
    return std::string(why.data, why.size);
}

}  // namespace

TEST_CASE("a config that cannot work starts nothing and says why") {
    candor_config config = CANDOR_CONFIG_INIT;
    CHECK(refused(config).starts_with("project"));
    config.project = candor_text("a/b");
    CHECK(refused(config).starts_with("project"));
    config.project = candor_text("..");
    CHECK(refused(config).starts_with("project"));
    config.project = candor_text("shop");
    config.locale = candor_text("\xff");
    CHECK(refused(config).starts_with("locale"));
    config.locale = candor_text("en");
    config.consent = 7;
    CHECK(refused(config).starts_with("consent"));
    config.consent = 0;
    candor_http http{};
    http.size = sizeof http;
    candor_host host{};
    host.size = sizeof host;
    host.http = &http;
    config.host = &host;
    CHECK(refused(config).find("http.send") != std::string::npos);
    config.size = 0;
    CHECK(refused(config).starts_with("config"));
    candor_string why{};
    CHECK(candor_start(nullptr, &why) == 0);
    CHECK(candor_start(nullptr, nullptr) == 0);
}

TEST_CASE("every handle may be used after close, and one that never was") {
    TestHost host;
    TestClient client(host, {});
    const candor_client handle = client.handle();
    client.close(0);
    for (const candor_client h : {handle, candor_client{0}, candor_client{4'000'000'000u}}) {
        CHECK(candor_track(h, candor_text("x"), nullptr, 0) == CANDOR_CLOSED);
        CHECK(candor_tick(h) == CANDOR_CLOSED);
        CHECK(candor_flush(h, 10) == CANDOR_CLOSED);
        CHECK(candor_close(h, 10) == CANDOR_CLOSED);
        CHECK(candor_presented(h) == CANDOR_CLOSED);
        CHECK(candor_answer_score(h, candor_text("score"), 3) == CANDOR_CLOSED);
        candor_prompt prompt = CANDOR_PROMPT_INIT;
        CHECK(candor_prompt_get(h, &prompt) == CANDOR_CLOSED);
        candor_card_options options = CANDOR_CARD_OPTIONS_INIT;
        options.width = options.height = 100;
        candor_card card = CANDOR_CARD_INIT;
        CHECK(candor_card_layout(h, &options, &card) == CANDOR_CLOSED);
    }
    candor_http_done(12345, nullptr);
    candor_lock_done(12345, CANDOR_OK);
    candor_store_done(12345, CANDOR_OK, candor_text(""));
}

TEST_CASE("the same project started twice is one client and ends at the last close") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient first(host, {.storage = folder.path()});
    candor_config config = CANDOR_CONFIG_INIT;
    config.project = candor_text("shop");
    const std::string path = folder.path();
    config.storage_path = {path.data(), path.size()};
    const candor_client again = candor_start(&config, nullptr);
    CHECK(again == first.handle());
    CHECK(candor_close(again, 0) == CANDOR_OK);
    CHECK(candor_tick(first.handle()) == CANDOR_OK);
    first.show_purchase_survey();
}

TEST_CASE("two projects show one card at a time, and the second asks when the first is done") {
    TestHost host;
    const TemporaryFolder a, b;
    TestClient first(host, {.project = "shop", .storage = a.path()});
    first.show_purchase_survey();

    TestClient second(host, {.project = "shop2", .storage = b.path(), .with_document = false});
    std::string document = shop_document();
    document.replace(document.find("\"shop\""), 6, "\"shop2\"");
    REQUIRE(candor_load(second.handle(), {document.data(), document.size()}) == CANDOR_OK);
    second.wait_for(CANDOR_EVENT_READY);
    second.track("purchase_completed");
    second.settle();
    host.advance(3000);
    CHECK_FALSE(second.came(CANDOR_EVENT_PROMPT_POSSIBLE));

    candor_dismiss(first.handle());
    first.wait_for(CANDOR_EVENT_DISMISSED);
    second.wait_for(CANDOR_EVENT_PROMPT_POSSIBLE);
}

TEST_CASE("a document that names another project is refused, and the last good one stays") {
    TestHost host;
    TestClient client(host, {});
    CHECK(candor_load(client.handle(), candor_text("{")) == CANDOR_REFUSED);
    CHECK(candor_load(
              client.handle(),
              candor_text(R"({"candor":1,"project":"other","revision":1,"product":"X","locale":"en","surveys":[]})")) ==
          CANDOR_REFUSED);
    CHECK(client.wait_for(CANDOR_EVENT_ERROR).text.starts_with("document: "));
    client.show_purchase_survey();
}

TEST_CASE("hostile arguments are refused") {
    TestHost host;
    TestClient client(host, {});
    const candor_client h = client.handle();
    CHECK(candor_track(h, candor_text(""), nullptr, 0) == CANDOR_INVALID);
    CHECK(candor_track(h, candor_text("\xc3\x28"), nullptr, 0) == CANDOR_INVALID);
    const std::string huge(100'000, 'x');
    CHECK(candor_track(h, {huge.data(), huge.size()}, nullptr, 0) == CANDOR_INVALID);
    CHECK(candor_track(h, candor_text("x"), nullptr, 3) == CANDOR_INVALID);
    CHECK(candor_identify(h, candor_text("")) == CANDOR_INVALID);
    CHECK(candor_identify(h, candor_text("anon:1")) == CANDOR_INVALID);
    CHECK(candor_identify(h, {huge.data(), huge.size()}) == CANDOR_INVALID);
    CHECK(candor_consent(h, 77) == CANDOR_INVALID);
    CHECK(candor_show(h, candor_text("nope"), 0) == CANDOR_UNKNOWN);
    CHECK(candor_presented(h) == CANDOR_NO_PROMPT);
    CHECK(candor_load(h, {nullptr, 0}) == CANDOR_INVALID);
}

TEST_CASE("calls from many threads at once") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                client.track(t == 0 ? "purchase_completed" : "browse");
                candor_busy(client.handle(), i % 2);
                candor_string text{};
                candor_explain(client.handle(), candor_text(""), &text);
                if (t == 1) candor_identify(client.handle(), candor_text(i % 2 ? "a" : "b"));
                if (t == 2) candor_hidden(client.handle(), i % 3 == 0);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    client.settle();
    CHECK(candor_tick(client.handle()) == CANDOR_OK);
}
