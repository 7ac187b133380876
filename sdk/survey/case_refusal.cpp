// None of the cases, or several: which there are. A page does without (wasm/lent.cpp).
#include "base/text.hpp"
#include "survey/fields.hpp"

namespace candor::survey {

void refuse_case(json::Object& object, const Field& field) {
    String keys;
    for (std::uint32_t i = 0; i < field.most; ++i) {
        keys = joined({keys, keys.empty() ? "" : ", ", "\"", field.more.record[i].fields->key, "\""});
    }
    object.refuse_itself({"must have one of ", keys});
}

}  // namespace candor::survey
