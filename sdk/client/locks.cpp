// Locks over all tabs or processes that share the storage: the host's, else files beside the database.
#include "client/client.hpp"
#include "client/tickets.hpp"

namespace candor::client {
namespace {

// The card's lock is one for all projects of the directory, the courier's is the project's own.
std::string lock_file(const Config& config, const std::string& name) {
    const std::string owner = name == "card" ? "candor" : config.project;
    return config.storage_path + "/" + owner + "." + name + ".lock";
}

}  // namespace

bool Client::locks_exist() const {
    if (host_.locks() != nullptr) return true;
    // A memory store is nobody else's; files have locks beside them; a host's store without locks has none.
    return host_.store() == nullptr;
}

bool Client::holds(const std::string& name) const {
    const auto found = locks_.find(name);
    return found != locks_.end() && found->second.held;
}

// With the mutex held. `done` runs under the mutex, later.
void Client::acquire(const std::string& name, LockDone done) {
    HeldLock& lock = locks_[name];
    if (lock.held || !locks_exist() || (host_.locks() == nullptr && !persistent_)) {
        lock.held = locks_exist();
        executor_.post([self = shared_from_this(), done = std::move(done)] {
            const Scope scope(*self);
            if (self->alive()) done(*self, true);
        });
        return;
    }
    lock.done = std::move(done);  // asked already: that answer serves
    if (host_.locks() == nullptr) {
        executor_.post([self = shared_from_this(), name, path = lock_file(config_, name)] {
            self->file_tried(name, FileLock::try_lock(path));
        });
        return;
    }
    if (lock.ticket != 0) return;
    lock.ticket = open_lock_ticket([self = shared_from_this(), name](bool held) {
        self->executor_.post([self, name, held] { self->lock_answered(name, held); });
    });
    executor_.post([self = shared_from_this(), ticket = lock.ticket, name] {
        const candor_locks* locks = self->host_.locks();
        locks->acquire(locks->context, ticket, borrow(name));
    });
}

void Client::file_tried(const std::string& name, std::optional<FileLock> file) {
    const bool held = file.has_value();
    {
        const Scope scope(*this);
        if (const auto found = locks_.find(name); found != locks_.end()) found->second.file = std::move(file);
    }
    lock_answered(name, held);
}

void Client::lock_answered(const std::string& name, bool held) {
    const Scope scope(*this);
    const auto found = locks_.find(name);
    if (!alive() || found == locks_.end()) return;
    found->second.held = held;
    if (!held) found->second.ticket = 0;
    if (const LockDone done = std::move(found->second.done)) done(*this, held);
}

void Client::release(const std::string& name) {
    const auto found = locks_.find(name);
    if (found == locks_.end()) return;
    const std::uint32_t ticket = found->second.ticket;
    // Whoever still waits for the answer learns that there is none.
    if (found->second.done) {
        executor_.post([self = shared_from_this(), done = std::move(found->second.done)] {
            const Scope scope(*self);
            if (self->alive()) done(*self, false);
        });
    }
    locks_.erase(found);
    if (ticket == 0) return;
    close_ticket(ticket);
    executor_.post([self = shared_from_this(), ticket] {
        const candor_locks* locks = self->host_.locks();
        locks->release(locks->context, ticket);
    });
}

}  // namespace candor::client
