#include "collector/database.hpp"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>

#include "fixture.hpp"

using namespace candor;
using namespace candor::collector;

namespace {

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("a file of somebody else is refused and left as it is") {
    Folder folder;
    const std::string text = folder.file("notes.txt");
    std::ofstream(text) << "These are notes, and no database at all. " << std::string(2000, 'x');
    const std::string before = content(text);
    CHECK_FALSE(Database::open(text));
    CHECK(content(text) == before);

    const std::string other = folder.file("other.db");
    {
        auto connection = Connection::open(other, Connection::Mode::write);
        REQUIRE(connection);
        REQUIRE(connection->run("CREATE TABLE theirs (x)"));
    }
    const std::string theirs = content(other);
    const auto refused = Database::open(other);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == "is not a collector's database");
    CHECK(content(other) == theirs);
}

TEST_CASE("a file of a later collector is refused") {
    Folder folder;
    const std::string path = folder.file("later.db");
    REQUIRE(Database::open(path));
    {
        auto connection = Connection::open(path, Connection::Mode::write);
        REQUIRE(connection);
        REQUIRE(connection->run("PRAGMA user_version = 99"));
    }
    const auto refused = Database::open(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason.find("another version") != std::string::npos);
}

TEST_CASE("a file of the first version is brought up to this one, with its counts") {
    Folder folder;
    const std::string path = folder.file("first.db");
    REQUIRE(Database::open(path));
    auto connection = Connection::open(path, Connection::Mode::write);
    REQUIRE(connection);
    REQUIRE(connection->run(
        "ALTER TABLE exposures DROP COLUMN moments; PRAGMA user_version = 1;"
        "INSERT INTO exposures VALUES ('p', 's', '1', 't', '2026-11-22', 'shown', 'transactional', 3)"));
    REQUIRE(Database::open(path));
    auto sums = connection->prepare("SELECT persons, moments FROM exposures");
    REQUIRE(sums);
    REQUIRE(sums->step());
    CHECK(sums->integer(0) == 3);
    CHECK(sums->integer(1) == 0);
}

TEST_CASE("a delivery is stored whole or not at all") {
    Folder folder;
    const std::string path = folder.file("whole.db");
    const auto database = Database::open(path);
    REQUIRE(database);
    auto other = Connection::open(path, Connection::Mode::write);
    REQUIRE(other);
    // The second event of the delivery cannot be stored.
    REQUIRE(other->run("CREATE TRIGGER no BEFORE INSERT ON dropped BEGIN SELECT RAISE(ABORT, 'no'); END"));
    const auto batch = parse_batch(
        batch_of({response_event({}), event_of("candor.dropped", R"({"kind":"k","reason":"r","count":1})")}), 1u << 20);
    REQUIRE(batch);
    Delivery delivery;
    for (const auto& reading : batch->events) delivery.events.push_back(reading.event.value());
    CHECK_FALSE((*database)->store(delivery));
    auto rows = other->prepare("SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM responses)");
    REQUIRE(rows);
    REQUIRE(rows->step().value());
    CHECK(rows->integer(0) == 0);

    REQUIRE(other->run("DROP TRIGGER no"));
    CHECK((*database)->store(delivery));
}

TEST_CASE("readers cannot write") {
    Folder folder;
    const auto database = Database::open(folder.file("x.db"));
    REQUIRE(database);
    auto reader = (*database)->reader();
    REQUIRE(reader);
    CHECK_FALSE(reader->run("UPDATE state SET changes = 7"));
}

TEST_CASE("the two clocks") {
    CHECK(corrected(1000, std::nullopt, 5000) == 1000);
    CHECK(corrected(1000, 2000, 5000) == 4000);          // sent a second after it happened
    CHECK(corrected(9000, 9500, 5000) == 4500);          // a clock ahead
    CHECK(corrected(9000, std::nullopt, 5000) == 5000);  // never after the arrival
    CHECK(corrected(-9000, std::nullopt, 5000) == 0);
}
