// An app on a disk of its own and with a clock that the test moves; between it and the socket all is real.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "../../unit/client/test_host.hpp"
#include "base/time.hpp"
#include "candor/desktop.h"
#include "courier/courier.hpp"
#include "fault_server.hpp"

namespace candor::fault {

// What lies in an app's storage, read beside whoever uses it.
struct Kept {
    Ids ids;  // of the queue
    std::vector<std::string> bodies;
    courier::RetryState retry;
};

struct HttpWish {
    std::string ca_file = {};
    bool plain = false;
};

struct DestroyHttp {
    void operator()(candor_desktop_http* http) const { candor_desktop_http_destroy(http); }
};

struct App {
    explicit App(const HttpWish& wish = {});

    // Each by a person of its own, in a run that sends nothing. What they leave is `left`.
    void leave_answers(int count = 1);
    // The app as it runs with this address, with no document: nothing is asked, what was left is sent.
    void start(const std::string& url, const std::string& write_key = "key");
    // Ends the run, and waits for nothing to be sent.
    void stop() { client.reset(); }

    Kept kept() const;
    Span wait() const;  // until the next try may be
    // Time passes, and what is then to be done is done.
    void pass(Span span);
    // Waits as told and tries, until nothing is left or so many times.
    void deliver(int tries);

    test::TestHost host;
    test::TemporaryFolder folder;
    std::unique_ptr<candor_desktop_http, DestroyHttp> http;
    std::optional<test::TestClient> client;
    Ids left;
    std::atomic<int> given_up = 0;  // exchanges that the client cancelled

private:
    candor_http counting_{};
};

void answer(test::TestClient& client, int score, const char* comment = "because");

}  // namespace candor::fault
