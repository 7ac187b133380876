#include "courier/wire.hpp"

namespace candor::courier {
namespace {

constexpr Wire kWires[] = {
    kCandorWire,
    {"cloudevents", cloudevents_request, cloudevents_acknowledgement, 100, false, true, false},
    {"cloudevents-binary", cloudevents_binary_request, cloudevents_acknowledgement, 1, false, true, false},
    {"posthog", posthog_request, posthog_acknowledgement, 100, true, false, false},
};

}  // namespace

const Wire* find_wire(std::string_view name) {
    if (name.empty()) return &kWires[0];
    for (const Wire& wire : kWires) {
        if (name == wire.name) return &wire;
    }
    return nullptr;
}

}  // namespace candor::courier
