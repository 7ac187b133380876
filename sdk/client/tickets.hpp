// Numbers under which the host answers what it was asked: an exchange, a lock. A ticket is answered once; an answer to
// one that is unknown, answered or given up does nothing, so that hosts may answer late without harm.
#pragma once

#include <cstdint>

#include "candor/candor.h"
#include "client/callback.hpp"
#include "courier/wire.hpp"

namespace candor::client {

using HttpAnswered = Callback<void(courier::HttpResponse&&)>;
using LockAnswered = Callback<void(bool)>;

// Any thread. Never 0.
std::uint32_t open_http_ticket(HttpAnswered answered);
std::uint32_t open_lock_ticket(LockAnswered answered);

// Runs the callback on the calling thread.
void answer_http_ticket(std::uint32_t ticket, courier::HttpResponse&& response);
void answer_lock_ticket(std::uint32_t ticket, bool acquired);

void close_ticket(std::uint32_t ticket);

}  // namespace candor::client
