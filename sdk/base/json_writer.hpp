// JSON as text, piece by piece, with no tree in between. The text is the same that dump writes.
//
//   Writer out;
//   out.object().text("survey", id).whole("count", 3).array("ids");
//   for (const String& id : ids) out.text(nullptr, id);
//   out.end().end();
//   return out.take();
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json.hpp"
#include "base/string.hpp"

namespace candor::json {

// How many bytes of the beginning stand in a JSON text as they are: UTF-8, and nothing that is to be escaped.
std::size_t plain(std::string_view text);

// Each call takes the member's key where an object is open, and nullptr in an array or at the top. Keys that are not
// literals go through `key`, and the value after it takes nullptr.
class Writer {
public:
    Writer& object(const char* key = nullptr);
    Writer& array(const char* key = nullptr);
    Writer& end();  // of the innermost object or array

    Writer& text(const char* key, std::string_view value);  // U+FFFD in place of each byte that is not UTF-8
    // What callers have at hand: on the web a view made at each call costs more than the call.
    Writer& text(const char* key, const String& value);
    Writer& text(const char* key, const char* value);
    Writer& whole(const char* key, std::int64_t value);
    Writer& number(const char* key, double value);  // null when it is not finite
    Writer& boolean(const char* key, bool value);
    Writer& null(const char* key);
    Writer& value(const char* key, const Value& value);
    Writer& raw(const char* key, std::string_view json);  // a value that is JSON already

    Writer& key(std::string_view key);

    const String& text() const { return out_; }
    String take() { return std::move(out_); }

private:
    String out_;
    String closers_;  // of what is open, innermost last

    Writer& open(const char* key, char opener, char closer);
    void separate();
};

}  // namespace candor::json
