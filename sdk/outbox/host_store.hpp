// A host's storage (candor_store of candor.h: asynchronous, by tickets) as a Store.
#pragma once

#include <memory>

#include "base/string.hpp"
#include "candor/candor.h"
#include "outbox/store.hpp"

namespace candor::outbox {

// A string of the API as one of ours. ({NULL, 0} is empty.)
void copy(const candor_string& from, String& to);

// The table of functions is copied. `transact` may be called on any thread, one at a time; the step and `done` run on
// whichever thread the host calls candor_store_step and candor_store_done, with no lock held. After close no step or
// done begins; one that another thread has begun may still be running, so a `done` should own what it touches.
std::unique_ptr<Store> host_store(const candor_store& host);

// What the exported candor_store_step and candor_store_done do: tickets are found wherever their store is. Any thread.
candor_status host_store_step(std::uint32_t ticket, const candor_store_state* state, candor_store_change* change);
void host_store_done(std::uint32_t ticket, candor_status outcome, candor_string reason);

}  // namespace candor::outbox
