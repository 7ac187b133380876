// Numbers under which the host answers what it was asked: an exchange, a lock. A ticket is answered once; an answer to
// one that is unknown, answered or given up does nothing, so that hosts may answer late without harm.
#pragma once

#include <cstdint>
#include <memory>

#include "base/shared.hpp"
#include "courier/wire.hpp"

namespace candor::client {

class Client;

enum class Asked : std::uint8_t { events, document, card_lock, courier_lock };

// Any thread. Never 0. The client lives until the ticket is answered or closed.
std::uint32_t open_ticket(Shared<Client> client, Asked asked);
void close_ticket(std::uint32_t ticket);

// Told to the client, on the calling thread.
void answer_http_ticket(std::uint32_t ticket, courier::HttpResponse&& response);
void answer_lock_ticket(std::uint32_t ticket, bool acquired);

}  // namespace candor::client
