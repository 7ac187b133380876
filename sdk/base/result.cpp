#include "base/result.hpp"

#include "base/text.hpp"

namespace candor {

// Out of line, both: many call them, and on the web each inlined copy would be paid for.
tl::unexpected<Error> fail(std::string_view path, std::string_view reason) {
    return tl::unexpected<Error>(Error{String(path), String(reason)});
}

String describe(const Error& error) {
    return error.path.empty() ? error.reason : joined({error.path, ": ", error.reason});
}

}  // namespace candor
