#include "client/tickets.hpp"

#include <mutex>
#include <unordered_map>
#include <utility>

namespace candor::client {
namespace {

struct Tickets {
    std::mutex mutex;
    std::uint32_t last = 0;
    std::unordered_map<std::uint32_t, HttpAnswered> http;
    std::unordered_map<std::uint32_t, LockAnswered> locks;

    std::uint32_t next() {
        do {
            ++last;
        } while (last == 0 || http.contains(last) || locks.contains(last));
        return last;
    }
};

// Never destroyed: a host may answer while the process ends.
Tickets& tickets() {
    static Tickets* const kTickets = new Tickets;
    return *kTickets;
}

template <class Map>
typename Map::mapped_type take(Map& map, std::uint32_t ticket) {
    const std::lock_guard lock(tickets().mutex);
    const auto found = map.find(ticket);
    if (found == map.end()) return nullptr;
    auto answered = std::move(found->second);
    map.erase(found);
    return answered;
}

}  // namespace

std::uint32_t open_http_ticket(HttpAnswered answered) {
    Tickets& all = tickets();
    const std::lock_guard lock(all.mutex);
    const std::uint32_t ticket = all.next();
    all.http.emplace(ticket, std::move(answered));
    return ticket;
}

std::uint32_t open_lock_ticket(LockAnswered answered) {
    Tickets& all = tickets();
    const std::lock_guard lock(all.mutex);
    const std::uint32_t ticket = all.next();
    all.locks.emplace(ticket, std::move(answered));
    return ticket;
}

void answer_http_ticket(std::uint32_t ticket, courier::HttpResponse response) {
    if (const HttpAnswered answered = take(tickets().http, ticket)) answered(std::move(response));
}

void answer_lock_ticket(std::uint32_t ticket, bool acquired) {
    if (const LockAnswered answered = take(tickets().locks, ticket)) answered(acquired);
}

void close_ticket(std::uint32_t ticket) {
    take(tickets().http, ticket);
    take(tickets().locks, ticket);
}

}  // namespace candor::client
