// Certificates made for a test, and a FaultServer that shows one.
#pragma once

#include <memory>
#include <string>

#include "fault_server.hpp"

namespace candor::fault {

struct CertificateWish {
    std::string host = "127.0.0.1";  // an address
    int from_days = -1;              // from now
    int to_days = 1;
    bool vouched_for = true;  // by the authority; else by itself
};

// An authority of its own. Its certificate is what a client is told to trust.
class Authority {
public:
    Authority();
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    std::string certificate() const;  // PEM
    // For FaultServer: TLS with a new certificate of that kind. Lives on by itself.
    Wrap tls(const CertificateWish& wish = {}) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// Whether a client has offered HTTP/2 to any such server of this process.
bool http2_was_offered();

}  // namespace candor::fault
