// The gate: what a page must watch for before it needs the core at all. docs/wire.md has both formats. It errs in one
// direction only: it never holds back a moment at which `decide` would have chosen a survey.
#pragma once

#include <string_view>

#include "base/string.hpp"
#include "decide/decide.hpp"
#include "history/history.hpp"
#include "survey/document.hpp"

namespace candor::decide {

// The published gate.json. `document_name`: the document's address relative to the gate.
String gate(const survey::Document& document, std::string_view document_name);

// The record that the core leaves for the loader: which triggers are closed for this person, until when, and why.
//
// `situation.now` stands in it as "at": a loader whose clock is before that (it was put back) treats every trigger as
// open. "due", if there, is the instant from which the core is needed with no further moment: an open delay ends, or an
// interrupted interview waits. "Never" is written as 2^53 - 1, which a page's numbers hold exactly.
String gate_record(const Prepared& prepared, const history::Person& person, const Situation& situation);

}  // namespace candor::decide
