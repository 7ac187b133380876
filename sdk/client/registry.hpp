// All clients of the process: handles, the same project started twice, and the one card for all of them.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/shared.hpp"
#include "candor/candor.h"

namespace candor::client {

class Client;
struct Config;

// The running client of that project and storage once more, or a new one.
Shared<Client> start_client(const Config& config, const candor_host* host);

// Null for a handle that was never started or is closed.
Shared<Client> find_client(candor_client handle);

// Takes back one start; the client when that was the last, to be closed by the caller.
Shared<Client> end_client(candor_client handle);

// One card at a time in the process.
bool take_card_slot(candor_client handle);
// `tell`: the other clients may ask now. Not when the slot is given back because a lock over all processes was refused:
// they would be refused too.
void free_card_slot(candor_client handle, bool tell);
bool holds_card_slot(candor_client handle);
bool card_slot_taken_by_other(candor_client handle);

}  // namespace candor::client
