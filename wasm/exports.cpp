// The C API for JavaScript. Most of it needs no code here: CMakeLists.txt exports the functions of candor.h as they
// are, and src/packet.ts lays out the structs that they take, and reads those that they hand out, where they lie in
// memory. So do the functions of a host, which are imported from the module "host"; the context that they get is the
// number that `start` was given. Left are instants and spans that cross outside of a struct: as doubles, for
// JavaScript's numbers are no 64-bit integers.
#include <cstddef>
#include <cstdlib>

#include "candor/candor.h"
#include "client/client.hpp"
#include "client/registry.hpp"
#include "host.hpp"

extern "C" {
HOST(now) double host_now();
HOST(monotonic) double host_monotonic();
HOST(random) void host_random(void* context, uint8_t* bytes, size_t count);
HOST(wake) void host_wake(void* context, double delay);
HOST(event) void host_event(void* context, candor_client client, const candor_event* event);
HOST(send) void host_send(void* context, uint32_t ticket, const candor_http_request* request);
HOST(cancel) void host_cancel(void* context, uint32_t ticket);
HOST(acquire) void host_acquire(void* context, uint32_t ticket, candor_string name);
HOST(release) void host_release(void* context, uint32_t ticket);
HOST(metrics) void host_metrics(void* context, const candor_text_style* style, candor_text_metrics* metrics);
HOST(lines)
size_t host_lines(void* context, candor_string text, const candor_text_style* style, float max_width,
                  candor_text_line* lines, size_t capacity);
}

namespace {

// What src/ relies on. (Of structs with a size the last field: they may grow.)
template <class Struct>
constexpr bool is(size_t size) {
    return sizeof(Struct) == size;
}
static_assert(is<candor_string>(8) && is<candor_header>(16) && is<candor_record>(16) && is<candor_queued>(40) &&
              is<candor_property>(32) && is<candor_offset>(16) && is<candor_rect>(16) && is<candor_node>(76) &&
              is<candor_vertex>(20) && is<candor_draw_command>(28) && is<candor_text_run>(48) &&
              is<candor_text_style>(12) && is<candor_text_metrics>(8) && is<candor_text_line>(12));
static_assert(offsetof(candor_config, host) == 92 && offsetof(candor_context, offset_count) == 56 &&
              offsetof(candor_event, count) == 32 && offsetof(candor_http_request, response_limit) == 48 &&
              offsetof(candor_http_response, error) == 28 && offsetof(candor_store_request, peek_bytes) == 36 &&
              offsetof(candor_store_state, journal_count) == 68 &&
              offsetof(candor_store_change, erase_everything) == 44 &&
              offsetof(candor_card_options, reduced_motion) == 24 && offsetof(candor_card, next_frame) == 40 &&
              offsetof(candor_draw, revision) == 40);

int64_t now(void*) { return static_cast<int64_t>(host_now()); }
int64_t monotonic(void*) { return static_cast<int64_t>(host_monotonic()); }
void wake(void* context, candor_client, int64_t delay) { host_wake(context, static_cast<double>(delay)); }

candor_http http{sizeof http, nullptr, host_send, host_cancel};
candor_store store{sizeof store, nullptr, host_transact, host_close_store};
candor_locks locks{sizeof locks, nullptr, host_acquire, host_release};
candor_text_host text{sizeof text, nullptr, host_metrics, host_lines, nullptr};  // a page's field has a caret itself
candor_host host{sizeof host, nullptr, now, monotonic, host_random, wake, &http, &store, &locks, &text};

}  // namespace

// Room for a packet, until the next is asked for.
EXPORT(input) void* input(size_t size) {
    static void* packet = nullptr;
    free(packet);
    return packet = malloc(size);
}

EXPORT(start)
candor_client start(candor_config* config, candor_string* why, void* number, int32_t with_locks) {
    host.context = http.context = store.context = locks.context = number;
    host.locks = with_locks != 0 ? &locks : nullptr;
    config->on_event = host_event;
    config->on_event_context = number;
    config->host = &host;
    return candor_start(config, why);
}

// What explain.wasm makes an explanation of.
EXPORT(evidence) const candor_string* evidence(candor_client handle) {
    static candor::String kept;
    static candor_string lent;
    const auto client = candor::client::find_client(handle);
    kept = client ? client->evidence() : candor::String();
    lent = candor::client::borrow(kept);
    return &lent;
}

EXPORT(rehearse) int32_t rehearse(candor_client handle, int32_t begins) {
    const auto client = candor::client::find_client(handle);
    return client && client->rehearse(begins != 0) ? 1 : 0;
}

EXPORT(close) candor_status close(candor_client client) { return candor_close(client, 0); }
EXPORT(flush) candor_status flush(candor_client client) { return candor_flush(client, 0); }
