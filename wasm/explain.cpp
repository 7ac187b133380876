// explain.wasm: makes sentences of what a core decided. A module of its own, for only who develops a page asks for
// them.
#include <cstdlib>
#include <utility>

#include "base/json_writer.hpp"
#include "base/result.hpp"
#include "candor/candor.h"
#include "decide/decide.hpp"
#include "host.hpp"

EXPORT(input) void* input(size_t size) { return malloc(size); }

// The explanation, or an object with the reason why there is none.
EXPORT(explain) const candor_string* explain(const candor_string* evidence, const candor_string* survey) {
    static candor::String text;
    static candor_string lent;
    auto made = candor::decide::explain({evidence->data, evidence->size}, {survey->data, survey->size});
    if (made) {
        text = std::move(*made);
    } else {
        text = candor::json::Writer().object().text("reason", candor::describe(made.error())).end().take();
    }
    lent = {text.data(), text.size()};
    return &lent;
}
