// What is wrong, in words. A page has none of them: there the path is said and where the reason is to be had
// (wasm/lent.cpp).
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace candor::json {
namespace {

String quoted(std::string_view text) { return Writer().text(nullptr, text).take(); }

// What stands there instead, short enough for a line of a log.
String shown(const Value& value) {
    if (value.type() == Type::array) return "an array";
    if (value.type() == Type::object) return "an object";
    if (value.type() != Type::text) return dump(value);
    const std::string_view beginning = utf8_prefix(value.text(), 40);
    String out = quoted(beginning);
    if (beginning.size() < value.text().size()) out += "…";
    return out;
}

String quoted_list(std::string_view names) {
    String out;
    do {
        if (!out.empty()) out += ", ";
        out += quoted(take_part(names, '|'));
    } while (!names.empty());
    return out;
}

}  // namespace

void Object::refuse(std::string_view key, std::string_view reason) { refuse_at(path_of(key), reason); }

void Object::refuse(const char* key, const char* reason) { refuse(std::string_view(key), std::string_view(reason)); }

void Object::refuse(const char* key, Parts reason) {
    if (ok()) refuse_at(path_of(key), joined(reason));
}

void Object::refuse_itself(const char* reason) { refuse_at(path_, reason); }

void Object::refuse_itself(Parts reason) {
    if (ok()) refuse_at(path_, joined(reason));
}

void Object::refuse_type(const char* wanted) {
    refuse_at(path_, joined({"must be ", wanted, ", is ", shown(*value_)}));
}

void Object::refuse_value(const char* key, Parts reason, const Value& value) {
    if (ok()) refuse(key, {joined(reason), ", is ", shown(value)});
}

void Object::refuse_range(const char* key, double min, double max, const Value& value) {
    refuse_value(key, {"must be a number from ", number_text(min), " to ", number_text(max)}, value);
}

void Object::refuse_choice(const char* key, const char* names, const Value* value) {
    if (value == nullptr) return refuse(key, {"is missing; it is one of ", quoted_list(names)});
    refuse_value(key, {"must be one of ", quoted_list(names)}, *value);
}

}  // namespace candor::json
