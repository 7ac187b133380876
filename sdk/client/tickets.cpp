#include "client/tickets.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace candor::client {
namespace {

// One of the two callbacks is there.
struct Ticket {
    std::uint32_t number = 0;
    HttpAnswered http;
    LockAnswered lock;
    std::unique_ptr<Ticket> next;
};

struct Tickets {
    std::mutex mutex;
    std::uint32_t last = 0;
    std::unique_ptr<Ticket> first;  // a handful: searched through

    // Where the ticket hangs, or would.
    std::unique_ptr<Ticket>& find(std::uint32_t number) {
        std::unique_ptr<Ticket>* place = &first;
        while (*place != nullptr && (*place)->number != number) place = &(*place)->next;
        return *place;
    }
};

// Never destroyed: a host may answer while the process ends.
Tickets& tickets() {
    static Tickets* const kTickets = new Tickets;
    return *kTickets;
}

std::uint32_t add(std::unique_ptr<Ticket> ticket) {
    Tickets& all = tickets();
    const std::lock_guard lock(all.mutex);
    do ++all.last;
    while (all.last == 0 || all.find(all.last) != nullptr);
    ticket->number = all.last;
    all.find(all.last) = std::move(ticket);
    return all.last;
}

enum class Asked { http, lock, either };

// Null when there is none of that number, or when it was asked for something else.
std::unique_ptr<Ticket> take(std::uint32_t number, Asked asked) {
    Tickets& all = tickets();
    const std::lock_guard lock(all.mutex);
    std::unique_ptr<Ticket>& place = all.find(number);
    if (place == nullptr || (asked != Asked::either && static_cast<bool>(place->http) != (asked == Asked::http)))
        return nullptr;
    std::unique_ptr<Ticket> taken = std::move(place);
    place = std::move(taken->next);
    return taken;
}

}  // namespace

std::uint32_t open_http_ticket(HttpAnswered answered) {
    auto ticket = std::make_unique<Ticket>();
    ticket->http = std::move(answered);
    return add(std::move(ticket));
}

std::uint32_t open_lock_ticket(LockAnswered answered) {
    auto ticket = std::make_unique<Ticket>();
    ticket->lock = std::move(answered);
    return add(std::move(ticket));
}

void answer_http_ticket(std::uint32_t number, courier::HttpResponse&& response) {
    if (const auto ticket = take(number, Asked::http)) ticket->http(std::move(response));
}

void answer_lock_ticket(std::uint32_t number, bool acquired) {
    if (const auto ticket = take(number, Asked::lock)) ticket->lock(acquired);
}

void close_ticket(std::uint32_t ticket) { take(ticket, Asked::either); }

}  // namespace candor::client
