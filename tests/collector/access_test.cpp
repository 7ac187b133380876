#include "collector/access.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace candor::collector;

TEST_CASE("addresses of this machine, and others that look like it") {
    for (const char* address : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
        INFO(address);
        CHECK(is_loopback_address(address));
    }
    for (const char* address : {"", "10.0.0.1", "128.0.0.1", "127.0.0", "127.0.0.256", "127.0.0.1.example",
                                "127.evil.example", "::2", "::ffff:10.0.0.1", "localhost"}) {
        INFO(address);
        CHECK_FALSE(is_loopback_address(address));
    }
}

TEST_CASE("Host headers of this machine, and of a name that was made to point to it") {
    for (const char* host : {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"}) {
        INFO(host);
        CHECK(is_loopback_host(host));
    }
    for (const char* host :
         {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "localhost:80@evil.example",
          "[::1].evil.example", "[::1", "localhost:8080.evil", "evil.example:127.0.0.1"}) {
        INFO(host);
        CHECK_FALSE(is_loopback_host(host));
    }
}

TEST_CASE("keys are equal or not") {
    CHECK(equal_keys("abc", "abc"));
    CHECK_FALSE(equal_keys("abc", "abd"));
    CHECK_FALSE(equal_keys("ab", "abc"));
    CHECK_FALSE(equal_keys("", "abc"));
    CHECK(is_one_of("b", {"a", "b"}));
    CHECK_FALSE(is_one_of("", {"a", "b"}));
    CHECK_FALSE(is_one_of("a", {}));
}

TEST_CASE("bearer tokens and origins") {
    CHECK(bearer_token("Bearer abc") == "abc");
    CHECK(bearer_token("bearer  abc") == "abc");
    CHECK(bearer_token("Basic abc").empty());
    CHECK(bearer_token("").empty());
    CHECK(is_origin("https://shop.example"));
    CHECK(is_origin("http://localhost:5173"));
    CHECK_FALSE(is_origin("https://shop.example/"));
    CHECK_FALSE(is_origin("shop.example"));
    CHECK_FALSE(is_origin("https://"));
}
