#include "client/host.hpp"
#include "client/system.hpp"

namespace candor::client {

const char* Host::missing() const {
    if (!kSystemHasClock && (host_.now == nullptr || host_.monotonic == nullptr || host_.random == nullptr)) {
        return "host.now, host.monotonic and host.random are required on this platform";
    }
    if (http() != nullptr && http_.send == nullptr) return "host.http.send is required";
    if (store() != nullptr && store_.transact == nullptr) return "host.store.transact is required";
    if (locks() != nullptr && (locks_.acquire == nullptr || locks_.release == nullptr)) {
        return "host.locks.acquire and host.locks.release are required";
    }
    if (text() != nullptr && (text_.metrics == nullptr || text_.lines == nullptr)) {
        return "host.text.metrics and host.text.lines are required";
    }
    return nullptr;
}

}  // namespace candor::client
