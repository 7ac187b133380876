// Client::transact, for the files that implement the client.
#pragma once

#include <memory>
#include <utility>

#include "client/client.hpp"

namespace candor::client {

// A step and what follows it. One object, and no copies of what the two functions hold: there are many steps, and on
// the web each would cost its copying code.
struct Client::Step {
    virtual ~Step() = default;
    virtual outbox::Change run(const outbox::State& state) = 0;
    virtual void then(Client& client, const Result<void>& outcome) = 0;
};

template <class R, class Body, class Then>
struct Client::StepOf final : Step {
    StepOf(Body&& b, Then&& t) : body(std::move(b)), follow(std::move(t)) {}
    outbox::Change run(const outbox::State& state) override {
        result = R{};  // a step may run again
        return body(state, result);
    }
    void then(Client& client, const Result<void>& outcome) override { follow(client, outcome, result); }

    Body body;
    Then follow;
    R result{};
};

// With the mutex held. `body(state, result) -> Change` is the pure step; `then(client, outcome, result)` runs under the
// mutex when the commit stands or failed. Both own what they use. Steps run in the order of these calls.
template <class R, class Body, class Then>
void Client::transact(outbox::Request request, Body body, Then then) {
    post_step(std::move(request), std::unique_ptr<Step>(new StepOf<R, Body, Then>(std::move(body), std::move(then))));
}

}  // namespace candor::client
