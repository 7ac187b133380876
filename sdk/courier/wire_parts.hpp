// What all wire adapters have in common: how a request is put together, and what every answer means alike. Private to
// the courier.
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "courier/wire.hpp"

namespace candor::courier {

// A line break in a value would end the header and begin another: it is left out.
void add_header(Headers& headers, std::string_view name, std::string_view value);

bool is_page(const HttpResponse& response);  // by its media type

// The body as JSON. False, and why, where it is none or says that it is something else.
bool read_json(const HttpResponse& response, json::Value& answer, String& reason);

bool is_text(const json::Value* value);

// Reads the answer to a request that succeeded by its status. `out` is `unreachable` with the status as its reason,
// and stays so where nothing was acknowledged.
using ReadAnswer = void (*)(const List<outbox::Event>& batch, const HttpResponse& response, Acknowledgement& out);

// No answer and a redirect are `unreachable` to every adapter, and a failure is what its status says.
Acknowledgement acknowledgement_by(ReadAnswer read_answer, const List<outbox::Event>& batch,
                                   const HttpResponse& response, Instant now);

// Where an answer is about the batch as a whole.
void accept_all(const List<outbox::Event>& batch, Acknowledgement& out);

}  // namespace candor::courier
