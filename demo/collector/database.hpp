// The collector's file. What is stored is durable before `store` returns, and counted once however often and in
// whatever order it arrives.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "collector/event.hpp"
#include "collector/sqlite.hpp"

namespace candor::collector {

// A batch as it is stored: all of it, or nothing.
struct Delivery {
    std::vector<Event> events;
    std::optional<Instant> sent_at;  // by the sender's clock
    Instant received_at = 0;         // by ours
};

class Database {
public:
    // Opens or makes the file. Fails, naming the file, when it is no collector's or of a later version.
    static Result<std::unique_ptr<Database>> open(const std::string& path);

    // One transaction. Events whose id was seen before change nothing. From any thread.
    Result<void> store(const Delivery& delivery);

    // A connection of the caller's own that can only read; sees all that was stored before.
    Result<Connection> reader() const { return Connection::open(path_, Connection::Mode::read); }

private:
    struct Writer;

    explicit Database(std::string path);

public:
    ~Database();

private:
    std::string path_;
    std::mutex mutex_;
    std::unique_ptr<Writer> writer_;
};

// When the answer was given, by our clock as well as can be known: the sender's clock is wrong by the same amount at
// the event and at the sending, so the difference between the two clocks at arrival corrects it. Never after the
// arrival.
Instant corrected(Instant time, std::optional<Instant> sent_at, Instant received_at);

}  // namespace candor::collector
