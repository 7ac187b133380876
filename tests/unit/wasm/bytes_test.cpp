// The web modules' functions of the C library, by other names, beside those of the library.
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <string>

#define strlen length_of
#define memchr place_of
#include "bytes.cpp"
#undef strlen
#undef memchr

TEST_CASE("a text is as long as the C library says") {
    for (const char* text : {"", "a", "seven b", "\xc3\xa4\xff", "one\0two"})
        CHECK(length_of(text) == std::strlen(text));
}

TEST_CASE("a byte is found where the C library finds it") {
    const std::string bytes("ab\0ab\xff\x7f", 7);
    for (std::size_t count = 0; count <= bytes.size(); ++count) {
        for (int wanted = -1; wanted < 512; ++wanted) {
            INFO(count << ' ' << wanted);
            CHECK(place_of(bytes.data(), wanted, count) == std::memchr(bytes.data(), wanted, count));
        }
    }
}
