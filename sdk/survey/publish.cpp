#include <utility>

#include "survey/document.hpp"

namespace candor::survey {
namespace {

json::Value without_descriptions(const json::Value& value) {
    if (value.type() == json::Type::array) {
        json::Value out{json::Array{}};
        for (const json::Value& item : value.array()) out.push(without_descriptions(item));
        return out;
    }
    if (value.type() != json::Type::object) return value;
    json::Value out{json::Members{}};
    for (const auto& [key, member] : value.members()) {
        // It is no language tag, and so never a text's.
        if (key != "description") out.set(key, without_descriptions(member));
    }
    return out;
}

}  // namespace

Result<String> publish(std::string_view text) {
    if (const auto document = read_document(text, json::Reading::tools); !document) {
        return tl::unexpected<Error>(document.error());
    }
    return json::dump(without_descriptions(*json::parse(text)));
}

}  // namespace candor::survey
