// Wire adapters: events into a request, and a response into what was acknowledged. Pure. docs/wire.md has the formats.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "courier/retry.hpp"
#include "outbox/store.hpp"

namespace candor::courier {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method;
    std::string url;
    Headers headers;
    std::string body;
};

struct HttpResponse {
    int status = 0;  // 0: none came; `error` says why
    bool redirected = false;
    Headers headers;
    std::string body;
    std::string error;

    const std::string* header(std::string_view name) const;  // without regard to case
};

struct Target {
    std::string endpoint;
    std::string write_key;
};

struct Refused {
    std::string id;
    std::string reason;
};

struct Acknowledgement {
    Outcome outcome = Outcome::unreachable;
    std::vector<std::string> accepted;  // ids to remove from the queue
    std::vector<Refused> refused;       // to be put aside, counted
    std::optional<Span> retry_after;
    std::string reason;  // for the log when the outcome is not `delivered`
};

// The `candor` adapter: CloudEvents in a batch; only ids that the answer names count as received. What is no answer of
// a collector (a redirect, a page, JSON of another shape, an answer cut short, one that names none of the batch) is
// `unreachable`, whatever its status says.
HttpRequest candor_request(const std::vector<outbox::Event>& batch, const Target& target, Instant now);
Acknowledgement candor_acknowledgement(const std::vector<outbox::Event>& batch, const HttpResponse& response,
                                       Instant now);

}  // namespace candor::courier
