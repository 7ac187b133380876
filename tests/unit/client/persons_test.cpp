#include <catch2/catch_test_macros.hpp>
#include <string>

#include "client/people.hpp"
#include "test_host.hpp"

using namespace candor::test;

namespace {

void answer(TestClient& client, int score) {
    client.show_purchase_survey();
    candor_answer_score(client.handle(), candor_text("score"), score);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    client.settle();
}

bool asked(TestClient& client, TestHost& host) {
    client.track("purchase_completed");
    client.settle();
    host.advance(2500);
    return client.came(CANDOR_EVENT_PROMPT_POSSIBLE);
}

}  // namespace

TEST_CASE("what an anonymous person answered goes along when they say who they are") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    answer(client, 9);
    client.identify("web-1");
    CHECK_FALSE(asked(client, host));
}

TEST_CASE("a person is what is stored, whatever was written last") {
    using namespace candor;
    using namespace candor::client;
    Written written;
    outbox::State state;
    state.records.push_back({person_key("ann"), ""});
    CHECK(load_person(state, "ann", 5, written).id == "ann");  // nothing was written, and nothing can be read
    outbox::Change change;
    history::Person person = load_person({}, "ann", 5, written);
    person.sessions = 7;
    put_person(person, {}, 5, change, written);
    state.records = change.puts;
    CHECK(load_person(state, "ann", 5, written) == person);
    // Another process counted on.
    person.sessions = 8;
    state.records[0].value = history::write(person);
    CHECK(load_person(state, "ann", 5, written).sessions == 8);
}

TEST_CASE("another person is asked, and the first one, back again, is not") {
    TestHost host;
    const TemporaryFolder folder;
    {
        TestClient client(host, {.storage = folder.path()});
        client.identify("web-1");
        answer(client, 9);
        candor_reset(client.handle());
        client.identify("web-2");
        answer(client, 8);
        client.identify("web-1");
        CHECK_FALSE(asked(client, host));
    }
    TestClient client(host, {.storage = folder.path()});  // comes back as web-1
    CHECK_FALSE(asked(client, host));
    client.identify("web-3");
    CHECK(asked(client, host));
}

TEST_CASE("reset is a new person, and closes an unfinished card") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.identify("web-1");
    client.show_purchase_survey();
    candor_reset(client.handle());
    client.wait_for(CANDOR_EVENT_PROMPT_ENDED);
    CHECK(client.question().empty());
    client.settle();
    client.show_purchase_survey();
}

TEST_CASE("an open card goes along with the anonymous person who turns out to be somebody") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path()});
    client.show_purchase_survey();
    client.identify("web-1");
    candor_answer_score(client.handle(), candor_text("score"), 7);
    client.wait_for(CANDOR_EVENT_ANSWERED);
    candor_dismiss(client.handle());
    client.settle();
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    CHECK(all.find(R"("person":"web-1")") != std::string::npos);
    CHECK_FALSE(asked(client, host));
}

TEST_CASE("who is identified before the store is open answers under that name") {
    TestHost host;
    const TemporaryFolder folder;
    TestClient client(host, {.storage = folder.path(), .with_document = false});
    client.identify("early");
    const std::string document = shop_document();
    REQUIRE(candor_load(client.handle(), {document.data(), document.size()}) == CANDOR_OK);
    client.settle();
    answer(client, 9);
    std::string all;
    for (const std::string& body : host.collected()) all += body;
    CHECK(all.find(R"("person":"early")") != std::string::npos);
    CHECK(all.find("anon:") == std::string::npos);
}
