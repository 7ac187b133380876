// The lock between processes: whose it is when processes fork and die.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "client/system.hpp"
#include "test_host.hpp"

using namespace candor;
using namespace candor::test;
using candor::client::FileLock;

namespace {

// A process that runs `body` and then lives until it is killed.
class Other {
public:
    explicit Other(const std::function<void()>& body) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        child_ = fork();
        REQUIRE(child_ >= 0);
        if (child_ == 0) {
            close(ends[0]);
            body();
            if (write(ends[1], "x", 1) != 1) _exit(1);
            for (;;) pause();
        }
        close(ends[1]);
        char said = 0;
        REQUIRE(read(ends[0], &said, 1) == 1);
        close(ends[0]);
    }
    ~Other() { end(); }
    Other(const Other&) = delete;
    Other& operator=(const Other&) = delete;

    void end() {
        if (child_ == 0) return;
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
        child_ = 0;
    }

private:
    pid_t child_ = 0;
};

bool is_free_for_others(const String& path) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(FileLock::try_lock(path) ? 0 : 1);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return status == 0;
}

}  // namespace

TEST_CASE("a lock excludes others in the process and outside, by whatever name, until it is given back") {
    const TemporaryFolder folder;
    const String path(folder.path() + "/lock");
    {
        const auto lock = FileLock::try_lock(path);
        REQUIRE(lock);
        CHECK(!FileLock::try_lock(path));
        CHECK(!FileLock::try_lock(String(folder.path() + "/./lock")));
        std::filesystem::create_hard_link(folder.path() + "/lock", folder.path() + "/other");
        CHECK(!FileLock::try_lock(String(folder.path() + "/other")));
        // The attempts have not ended it.
        CHECK(!is_free_for_others(path));
    }
    CHECK(is_free_for_others(path));
    CHECK(FileLock::try_lock(path));
}

TEST_CASE("a lock dies with its owner, however that ends") {
    const TemporaryFolder folder;
    const String path(folder.path() + "/lock");
    Other owner([&] {
        static std::optional<FileLock> lock;
        lock = FileLock::try_lock(path);
        if (!lock) _exit(1);
    });
    CHECK(!FileLock::try_lock(path));
    owner.end();
    CHECK(FileLock::try_lock(path));
}

TEST_CASE("a forked child that lives on keeps nothing of its parent's lock") {
    const TemporaryFolder folder;
    const String path(folder.path() + "/lock");
    SECTION("when the parent gives it back") {
        auto lock = FileLock::try_lock(path);
        REQUIRE(lock);
        const Other child([] {});
        lock.reset();
        CHECK(is_free_for_others(path));
    }
    SECTION("when there are more of them than are closed in a child, and the parent gives them back") {
        std::vector<std::optional<FileLock>> locks;
        for (int i = 0; i < 40; ++i) locks.push_back(FileLock::try_lock(String(path.c_str() + std::to_string(i))));
        const Other child([] {});
        locks.clear();
        for (int i = 0; i < 40; ++i) CHECK(is_free_for_others(String(path.c_str() + std::to_string(i))));
    }
    SECTION("when the parent dies") {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        pid_t grandchild = 0;
        {
            const Other parent([&] {
                static std::optional<FileLock> lock;
                lock = FileLock::try_lock(path);
                if (!lock) _exit(1);
                const pid_t made = fork();
                if (made < 0) _exit(1);
                if (made > 0) return;
                // Only what runs in the child says that the child has let go.
                const pid_t self = getpid();
                if (write(ends[1], &self, sizeof self) != sizeof self) _exit(1);
                for (;;) pause();
            });
            REQUIRE(read(ends[0], &grandchild, sizeof grandchild) == sizeof grandchild);
            CHECK(!FileLock::try_lock(path));
        }
        CHECK(kill(grandchild, 0) == 0);
        CHECK(FileLock::try_lock(path));
        kill(grandchild, SIGKILL);
        close(ends[0]);
        close(ends[1]);
    }
}

TEST_CASE("a forked child ends nothing of its parent's lock, and may have it when it is free") {
    const TemporaryFolder folder;
    const String path(folder.path() + "/lock");
    auto lock = FileLock::try_lock(path);
    REQUIRE(lock);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (FileLock::try_lock(path)) _exit(1);
        lock.reset();
        _exit(FileLock::try_lock(path) ? 2 : 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(!is_free_for_others(path));
    lock.reset();
    CHECK(is_free_for_others(path));
}
