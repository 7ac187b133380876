// Locks over all tabs or processes that share the storage: the host's, else files beside the database.
#include "base/shared.hpp"
#include "base/text.hpp"
#include "client/client.hpp"

namespace candor::client {
namespace {

constexpr const char* kNames[] = {"card", "courier"};

}  // namespace

bool Client::locks_exist() const {
    if (host_.locks() != nullptr) return true;
    // A memory store is nobody else's; files have locks beside them; a host's store without locks has none.
    return host_.store() == nullptr;
}

void Client::acquire(LockName name, LockDone done) {
    HeldLock& lock = lock_of(name);
    lock.wanted = true;
    lock.done = done;  // asked already: that answer serves
    const auto number = static_cast<std::uint32_t>(name);
    if (lock.held || !locks_exist() || (host_.locks() == nullptr && !persistent_)) {
        lock.held = locks_exist();
        post([](Client& client, Task& task) { client.lock_told(static_cast<LockName>(task.number), true); }, number);
        return;
    }
    if (kSystemHasFiles && host_.locks() == nullptr) {
        std::unique_ptr<Task> made = task([](Client& client, Task& task) {
            std::optional<FileLock> file = FileLock::try_lock(task.text);
            const auto asked = static_cast<LockName>(task.number);
            const bool held = file.has_value();
            {
                const Scope scope(client);
                if (client.lock_of(asked).wanted) client.lock_of(asked).file = std::move(file);
            }
            client.lock_told(asked, held);
        });
        made->number = number;
        // The card's lock is one for all projects of the directory, the courier's is the project's own.
        const std::string_view owner = name == LockName::card ? std::string_view("candor") : config_.project;
        made->text = joined({config_.storage_path, "/", owner, ".", kNames[number], ".lock"});
        post(std::move(made));
        return;
    }
    if (lock.ticket != 0) return;
    lock.ticket = open_ticket(Shared<Client>(this), name == LockName::card ? Asked::card_lock : Asked::courier_lock);
    std::unique_ptr<Task> made = task([](Client& client, Task& task) {
        const candor_locks* locks = client.host_.locks();
        locks->acquire(locks->context, task.number, borrow(task.text));
    });
    made->number = lock.ticket;
    made->text = kNames[number];
    post(std::move(made));
}

void Client::lock_answered(Asked what, bool held) {
    post([](Client& client, Task& task) { client.lock_told(static_cast<LockName>(task.number), task.flag); },
         static_cast<std::uint32_t>(what == Asked::card_lock ? LockName::card : LockName::courier), held);
}

void Client::lock_told(LockName name, bool held) {
    const Scope scope(*this);
    HeldLock& lock = lock_of(name);
    if (!alive() || !lock.wanted) return;
    // "Held" of no lock at all, where there are none, is the caller's to know.
    lock.held = held && locks_exist();
    if (!held) lock.ticket = 0;
    if (const LockDone done = std::exchange(lock.done, nullptr)) done(*this, held);
}

// By whoever was told that it is held: nobody waits for its answer then.
void Client::release(LockName name) {
    HeldLock& lock = lock_of(name);
    if (!lock.wanted) return;
    const std::uint32_t ticket = lock.ticket;
    lock = HeldLock{};
    if (ticket == 0) return;
    close_ticket(ticket);
    post(
        [](Client& client, Task& task) {
            const candor_locks* locks = client.host_.locks();
            locks->release(locks->context, task.number);
        },
        ticket);
}

}  // namespace candor::client
