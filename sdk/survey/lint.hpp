// What is no fault of a document and still spoils its number: wording that leads, people who are asked too often or
// chosen by their opinion, languages with holes. For tools; nothing that asks people uses it.
#pragma once

#include "base/json.hpp"
#include "base/list.hpp"
#include "base/string.hpp"
#include "survey/document.hpp"

namespace candor::survey {

// A note tells what should be known; a warning what is better changed.
enum class Severity { note, warning };

struct Finding {
    String code;  // such as "leading_wording": stays the same when the reason is said better
    Severity severity = Severity::note;
    String path;
    String reason;
    String mend;
};

// The findings in the order of the document. `root` is the value of the text that `document` was read from without a
// fault. docs/cli.md lists the codes.
List<Finding> lint(const Document& document, const json::Value& root);

}  // namespace candor::survey
