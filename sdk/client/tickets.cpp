#include "client/tickets.hpp"

#include <utility>
#include <vector>

#include "client/client.hpp"

namespace candor::client {
namespace {

struct Ticket {
    std::uint32_t number = 0;
    Asked asked = Asked::events;
    std::shared_ptr<Client> client;
};

// Few are open at a time.
struct Tickets {
    Mutex mutex;
    std::uint32_t last = 0;
    std::vector<Ticket> open;

    Ticket* find(std::uint32_t number) {
        for (Ticket& ticket : open) {
            if (ticket.number == number) return &ticket;
        }
        return nullptr;
    }
};

// Never destroyed: a host may answer while the process ends.
Tickets& tickets() {
    static Tickets* const kTickets = new Tickets;
    return *kTickets;
}

// Closed by this; without a client: unknown.
Ticket take(std::uint32_t number) {
    Tickets& all = tickets();
    const Lock lock(all.mutex);
    Ticket taken;
    if (Ticket* const found = all.find(number)) {
        std::swap(taken, *found);
        std::swap(*found, all.open.back());
        all.open.pop_back();
    }
    return taken;
}

}  // namespace

std::uint32_t open_ticket(std::shared_ptr<Client> client, Asked asked) {
    Tickets& all = tickets();
    const Lock lock(all.mutex);
    do {
        ++all.last;
    } while (all.last == 0 || all.find(all.last) != nullptr);
    Ticket& ticket = all.open.emplace_back();
    ticket.number = all.last;
    ticket.asked = asked;
    ticket.client = std::move(client);
    return ticket.number;
}

void close_ticket(std::uint32_t ticket) { take(ticket); }

void answer_http_ticket(std::uint32_t ticket, courier::HttpResponse response) {
    const Ticket taken = take(ticket);
    if (taken.client) taken.client->http_answered(taken.asked, ticket, std::move(response));
}

void answer_lock_ticket(std::uint32_t ticket, bool acquired) {
    const Ticket taken = take(ticket);
    if (taken.client) taken.client->lock_answered(taken.asked, acquired);
}

}  // namespace candor::client
