// What is explored, and how deep.
#pragma once

#include "world.hpp"

namespace candor::explore {

// Two processes share a lock; answers come at any time, one revision takes the place of another, and the server fails
// in every way that has nothing to do with what is sent.
inline Scenario one_sender() {
    Scenario scenario;
    scenario.events = {{.id = "a1", .submission = 0, .revision = 1, .held = true},
                       {.id = "a2", .submission = 0, .revision = 2},
                       {.id = "b1", .submission = 1},
                       {.id = "c1", .submission = 2}};
    scenario.replies = {Reply::takes, Reply::takes_unheard, Reply::takes_first, Reply::takes_names_first, Reply::loses,
                        Reply::busy,  Reply::busy_a_while,  Reply::page,        Reply::cut_short};
    return scenario;
}

// The same where nothing tells the processes of each other: a host's storage without locks.
inline Scenario two_senders() {
    Scenario scenario;
    scenario.events = {{.id = "a1", .submission = 0, .revision = 1, .held = true},
                       {.id = "a2", .submission = 0, .revision = 2},
                       {.id = "b1", .submission = 1}};
    scenario.replies = {Reply::takes, Reply::takes_unheard, Reply::takes_first, Reply::busy, Reply::too_large};
    scenario.locks = false;
    return scenario;
}

// An event that the server cannot read, among others; and a server that for a while can read nothing.
inline Scenario poison() {
    Scenario scenario;
    scenario.events = {
        {.id = "p1", .submission = 0, .poison = true}, {.id = "b1", .submission = 1}, {.id = "c1", .submission = 2}};
    scenario.replies = {Reply::takes, Reply::takes_unheard, Reply::refuses, Reply::too_large};
    scenario.queued = 2;
    return scenario;
}

// The same with nobody to say which process sends.
inline Scenario poison_between_two() {
    Scenario scenario = poison();
    scenario.events = {{.id = "p1", .submission = 0, .poison = true},
                       {.id = "b1", .submission = 1},
                       {.id = "b2", .submission = 1, .revision = 2},
                       {.id = "c1", .submission = 2}};
    scenario.replies = {Reply::takes, Reply::takes_unheard, Reply::refuses};
    scenario.queued = 2;
    scenario.locks = false;
    return scenario;
}

// Events that the server names as rejected, and one that it refuses to let in for hours.
inline Scenario refusal() {
    Scenario scenario;
    scenario.events = {{.id = "r1", .submission = 0, .refused = true},
                       {.id = "a1", .submission = 1},
                       {.id = "s1", .submission = 2, .refused = true}};
    scenario.replies = {Reply::takes, Reply::takes_unheard, Reply::takes_first, Reply::takes_names_first,
                        Reply::loses, Reply::denies};
    scenario.queued = 2;
    return scenario;
}

// The same, and two senders.
inline Scenario refusal_between_two() {
    Scenario scenario = refusal();
    scenario.replies = {Reply::takes, Reply::takes_unheard, Reply::loses};
    scenario.locks = false;
    return scenario;
}

// A clock that goes a day back, or ten years ahead and back again, while waits run.
inline Scenario wrong_clock() {
    Scenario scenario;
    scenario.events = {{.id = "a1", .submission = 0, .revision = 1, .held = true},
                       {.id = "a2", .submission = 0, .revision = 2},
                       {.id = "b1", .submission = 1}};
    scenario.replies = {Reply::takes, Reply::takes_unheard, Reply::busy_a_while, Reply::denies};
    scenario.clock_moves = 2;
    return scenario;
}

}  // namespace candor::explore
