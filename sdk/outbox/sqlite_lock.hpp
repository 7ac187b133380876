#pragma once

#include "base/string.hpp"

namespace candor::outbox::sqlite {

// One process after the other opens the file and, if it must, sets it aside: of two that find the same damage the
// second would else set aside what the first began anew. The lock is the directory's, so that it leaves no file behind;
// it is held for moments. (A process that is forked by another thread meanwhile has a share in it: it is given back for
// both, but if this process dies within those moments, the child keeps it as long as it lives or until it starts
// another program.)
class OpenLock {
public:
    // Waits as long as for another's transaction.
    explicit OpenLock(const String& path);
    ~OpenLock();
    OpenLock(const OpenLock&) = delete;
    OpenLock& operator=(const OpenLock&) = delete;

    bool timed_out() const { return timed_out_; }

private:
    int descriptor_ = -1;
    bool timed_out_ = false;
};

}  // namespace candor::outbox::sqlite
