// Wire adapters: events into a request, and a response into what was acknowledged. Pure. docs/wire.md has the formats.
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

// The `candor` adapter: CloudEvents in a batch; only ids that the answer names count as received. What is no answer of
// a collector (a redirect, a page, JSON of another shape, an answer cut short, one that names none of the batch) is
// `unreachable`, whatever its status says.
HttpRequest candor_request(const List<outbox::Event>& batch, const Target& target, Instant now);
Acknowledgement candor_acknowledgement(const List<outbox::Event>& batch, const HttpResponse& response, Instant now);

}  // namespace candor::courier
