#include "client/tickets.hpp"

#include <utility>

#include "base/list.hpp"
#include "base/shared.hpp"
#include "client/client.hpp"

namespace candor::client {
namespace {

struct Ticket {
    std::uint32_t number = 0;
    Asked asked = Asked::events;
    Shared<Client> client;
};

// Few are open at a time.
struct Tickets {
    Mutex mutex;
    std::uint32_t last = 0;
    List<Ticket> open;

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

bool is_lock(Asked asked) { return asked == Asked::card_lock || asked == Asked::courier_lock; }

// Closed by this; without a client: unknown, or not of the kind that is answered.
enum class Kind { exchange, lock, either };
Ticket take(std::uint32_t number, Kind kind) {
    Tickets& all = tickets();
    const Lock lock(all.mutex);
    Ticket taken;
    Ticket* const found = all.find(number);
    if (found != nullptr && (kind == Kind::either || is_lock(found->asked) == (kind == Kind::lock))) {
        std::swap(taken, *found);
        std::swap(*found, all.open.back());
        all.open.pop_back();
    }
    return taken;
}

}  // namespace

std::uint32_t open_ticket(Shared<Client> client, Asked asked) {
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

void close_ticket(std::uint32_t ticket) { take(ticket, Kind::either); }

void answer_http_ticket(std::uint32_t ticket, courier::HttpResponse&& response) {
    const Ticket taken = take(ticket, Kind::exchange);
    if (taken.client) taken.client->http_answered(taken.asked, ticket, std::move(response));
}

void answer_lock_ticket(std::uint32_t ticket, bool acquired) {
    const Ticket taken = take(ticket, Kind::lock);
    if (taken.client) taken.client->lock_answered(taken.asked, acquired);
}

}  // namespace candor::client
