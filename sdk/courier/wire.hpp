// Wire adapters: events into a request, and a response into what was acknowledged. Pure. docs/wire.md has the formats.
//
// Every adapter keeps to this, whatever bytes come: an acknowledgement names no event that was not in the batch, never
// accepts and refuses the same one, and acknowledges nothing that a redirect or a page (a captive portal's) answered.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/list.hpp"
#include "base/string.hpp"
#include "courier/retry.hpp"
#include "outbox/store.hpp"

namespace candor::courier {

using Headers = List<std::pair<String, String>>;

struct HttpRequest {
    String method;
    String url;
    Headers headers;
    String body;
};

struct HttpResponse {
    int status = 0;  // 0: none came; `error` says why
    bool redirected = false;
    Headers headers;
    String body;
    String error;

    const String* header(std::string_view name) const;  // without regard to case
};

struct Target {
    String endpoint;
    String write_key;
};

struct Refused {
    String id;
    String reason;
};

struct Acknowledgement {
    Outcome outcome = Outcome::unreachable;
    List<String> accepted;  // ids to remove from the queue
    List<Refused> refused;  // to be put aside, counted
    std::optional<Span> retry_after;
    String reason;  // for the log when the outcome is not `delivered`
};

// One way to hand over events, chosen by name at the start.
struct Wire {
    const char* name;
    // Puts a batch that is not empty into one request.
    HttpRequest (*request)(const List<outbox::Event>& batch, const Target& target, Instant now);
    Acknowledgement (*acknowledgement)(const List<outbox::Event>& batch, const HttpResponse& response, Instant now);
    std::size_t batch_rows;  // at most in one request
    bool names_persons;      // wants to hear who was shown a survey and who dismissed it
    bool erases;             // a deletion request is one to the other side, too
    bool takes_gzip;         // whoever speaks it knows what a packed body is
};

// The wire of that name, which no name is `candor`'s; null when there is none. Not linked into the page's core, whose
// scripts translate (wasm/src/wires.ts).
const Wire* find_wire(std::string_view name);
inline constexpr const char* kWireNames = "candor, cloudevents, cloudevents-binary, posthog";

// The `candor` adapter: CloudEvents in a batch; only ids that the answer names count as received. What is no answer of
// a collector (a redirect, a page, JSON of another shape, an answer cut short, one that names none of the batch) is
// `unreachable`, whatever its status says.
HttpRequest candor_request(const List<outbox::Event>& batch, const Target& target, Instant now);
Acknowledgement candor_acknowledgement(const List<outbox::Event>& batch, const HttpResponse& response, Instant now);
// Far from the collector each batch is a way there and back. On a page one must fit into what may outlive it.
#ifdef __EMSCRIPTEN__
inline constexpr std::size_t kBatchRows = 100;
#else
inline constexpr std::size_t kBatchRows = 250;
#endif
inline constexpr Wire kCandorWire{"candor", candor_request, candor_acknowledgement, kBatchRows, false, true, true};

// Any sink of CloudEvents: a structured batch, or one event a request with its attributes as headers (the binary mode
// of the HTTP binding). A 2xx that is no page is an acknowledgement. The write key, if there is one, is a bearer token.
HttpRequest cloudevents_request(const List<outbox::Event>& batch, const Target& target, Instant now);
HttpRequest cloudevents_binary_request(const List<outbox::Event>& batch, const Target& target, Instant now);
Acknowledgement cloudevents_acknowledgement(const List<outbox::Event>& batch, const HttpResponse& response,
                                            Instant now);

// PostHog's capture endpoint, in batches. Only a 200 whose JSON says that it was taken acknowledges; over its quota
// PostHog says 200, too, and throws away what came: then all waits as long as without a valid key.
HttpRequest posthog_request(const List<outbox::Event>& batch, const Target& target, Instant now);
Acknowledgement posthog_acknowledgement(const List<outbox::Event>& batch, const HttpResponse& response, Instant now);

}  // namespace candor::courier
