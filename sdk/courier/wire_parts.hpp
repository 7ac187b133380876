// What all wire adapters have in common: how a request is put together, and what every answer means alike. Private to
// the courier.
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "courier/wire.hpp"

namespace candor::courier {

void add_header(Headers& headers, const char* name, String value);

// What came from outside, as a key: a line break in it would end the header and begin another.
String header_value(std::string_view text);

bool is_page(const HttpResponse& response);  // by its media type

// The body as JSON. Null, and why in `reason`, where it is none or says that it is something else.
json::Value read_json(const HttpResponse& response, String& reason);

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
