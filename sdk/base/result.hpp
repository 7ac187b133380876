// What a function that can fail returns: a value, or an error that names the place and the reason.
#pragma once

#include <string_view>
#include <utility>

#include "base/string.hpp"

#include <tl/expected.hpp>

namespace candor {

struct Error {
    String path;    // where: "surveys[1].wait.answered", a file, an address; may be empty
    String reason;  // why, for people: "must be a whole number from 0 to 3650, is \"soon\""

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

tl::unexpected<Error> fail(std::string_view path, std::string_view reason);

// "surveys[1].id: must not be empty", or the reason alone when there is no path.
String describe(const Error& error);

}  // namespace candor
