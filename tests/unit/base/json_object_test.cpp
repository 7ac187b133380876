#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "base/json.hpp"

using namespace candor;
using json::Object;
using json::Reading;

namespace {

// The error, as text, that a reading of `text` ends with; "" for none.
std::string error_of(std::string_view text, const std::function<void(Object&)>& read, Reading reading = Reading::tools,
                     const std::string& path = "top") {
    const auto value = json::parse(text);
    REQUIRE(value);
    Object object(*value, path, reading);
    read(object);
    const auto error = object.finish();
    return error ? describe(*error) : "";
}

// What a getter gives; it must find nothing to complain about.
template <class Get>
auto got(std::string_view text, const Get& get) {
    const auto value = json::parse(text);
    REQUIRE(value);
    Object object(*value, "top", Reading::tools);
    const auto result = get(object);
    const auto error = object.finish();
    if (error) FAIL(describe(*error));
    return result;
}

const Object::TextRule kAny{};

}  // namespace

TEST_CASE("json object: texts") {
    const auto read = [](const Object::TextRule& rule) { return [rule](Object& o) { o.text("id", rule); }; };
    CHECK(error_of(R"({"id": "x"})", read(kAny)).empty());
    CHECK(error_of("{}", read(kAny)) == "top.id: is missing");
    CHECK(error_of(R"({"id": 7})", read(kAny)) == "top.id: must be a text, is 7");
    CHECK(error_of(R"({"id": null})", read(kAny)) == "top.id: must be a text, is null");
    CHECK(error_of(R"({"id": ""})", read({.min_bytes = 1})) == "top.id: must not be empty");
    CHECK(error_of(R"({"id": "ab"})", read({.min_bytes = 3})) == "top.id: must be at least 3 bytes long");
    CHECK(error_of(R"({"id": "abc"})", read({.max_bytes = 2})) == "top.id: must be at most 2 bytes long, is 3");
    CHECK(error_of(R"({"id": "a b"})", read({.identifier = true})) ==
          "top.id: may only hold letters, digits, '.', '_' and '-', is \"a b\"");
    CHECK(error_of(R"({"id": "a\u0000"})", read({.identifier = true})) != "");
    CHECK(error_of(R"({"id": "a\u0000"})", read(kAny)).empty());
    CHECK(got("{}", [](Object& o) { return o.text("id", kAny, "default"); }) == "default");
    CHECK(got(R"({"id": "x"})", [](Object& o) { return o.text("id", kAny, "d"); }) == "x");
}

TEST_CASE("json object: numbers keep their bounds") {
    const auto integer = [](Object& o) { o.integer("n", 0, 3650, 1); };
    CHECK(error_of(R"({"n": 3650})", integer).empty());
    CHECK(got(R"({"n": 2.0})", [](Object& o) { return o.integer("n", 0, 5); }) == 2);
    CHECK(error_of(R"({"n": "soon"})", integer) == "top.n: must be a whole number from 0 to 3650, is \"soon\"");
    CHECK(error_of(R"({"n": 2.5})", integer) == "top.n: must be a whole number from 0 to 3650, is 2.5");
    CHECK(error_of(R"({"n": -1})", integer) == "top.n: must be a whole number from 0 to 3650, is -1");
    CHECK(error_of(R"({"n": 1e300})", integer) == "top.n: must be a whole number from 0 to 3650, is 1e+300");
    CHECK(error_of(R"({"n": true})", integer) == "top.n: must be a whole number from 0 to 3650, is true");
    CHECK(error_of("{}", [](Object& o) { o.integer("n", 0, 1); }) == "top.n: is missing");
    CHECK(got("{}", [](Object& o) { return o.integer("n", 0, 9, 4); }) == 4);

    const auto number = [](Object& o) { o.number("n", 0, 100, 1); };
    CHECK(error_of(R"({"n": 99.5})", number).empty());
    CHECK(got(R"({"n": 7})", [](Object& o) { return o.number("n", 0, 100, 1); }) == 7);
    CHECK(error_of(R"({"n": 100.5})", number) == "top.n: must be a number from 0 to 100, is 100.5");
    CHECK(error_of(R"({"n": []})", number) == "top.n: must be a number from 0 to 100, is an array");
}

TEST_CASE("json object: booleans, choices, containers") {
    CHECK(error_of(R"({"b": 1})", [](Object& o) { o.boolean("b", false); }) == "top.b: must be true or false, is 1");
    CHECK(got(R"({"b": true})", [](Object& o) { return o.boolean("b", false); }));
    const auto choice = [](Object& o) { CHECK(o.choice("c", {"red", "green"}) < 2); };
    CHECK(error_of(R"({"c": "green"})", choice).empty());
    CHECK(error_of(R"({"c": "blue"})", choice) == "top.c: must be one of \"red\", \"green\", is \"blue\"");
    CHECK(error_of(R"({"c": {}})", choice) == "top.c: must be one of \"red\", \"green\", is an object");
    CHECK(error_of("{}", choice) == "top.c: is missing; it is one of \"red\", \"green\"");
    CHECK(got("{}", [](Object& o) { return o.choice("c", {"a", "b"}, 1); }) == 1);
    CHECK(error_of(R"({"c": 7})", [](Object& o) { o.choice("c", "", 0); }) != "");
    CHECK(error_of(R"({"l": [1, 2, 3]})", [](Object& o) { o.array("l", true, 2); }) ==
          "top.l: must have at most 2 items, has 3");
    CHECK(error_of(R"({"l": {}})", [](Object& o) { o.array("l", false, 2); }) ==
          "top.l: must be an array, is an object");
    CHECK(error_of("{}", [](Object& o) { o.object("l", true); }) == "top.l: is missing");
    CHECK(error_of("[]", [](Object&) {}) == "top: must be an object, is an array");
    CHECK(error_of(
              "7", [](Object& o) { o.text("id", kAny); }, Reading::field, "") == "must be an object, is 7");
}

TEST_CASE("json object: unknown keys are an error when read strictly, and to tools the nearest known one is named") {
    const auto read = [](Object& o) {
        o.text("survey", kAny);
        o.any("wait");
        o.has("wave");
    };
    CHECK(error_of(R"({"survey": "s", "wiat": 1})", read) ==
          "top.wiat: unknown key, the nearest known one is \"wait\"");
    CHECK(error_of(R"({"survey": "s", "wiat": 1})", read, Reading::strict) == "top.wiat: unknown key");
    CHECK(error_of(R"({"survey": "s", "wiat": 1})", read, Reading::field).empty());
    CHECK(error_of(R"({"x": 1})", [](Object&) {}) == "top.x: unknown key");
    CHECK(error_of(R"({"survey": "s", "wait": 1, "wave": 2})", read).empty());
}

TEST_CASE("json object: the first error stays, and later getters give their defaults") {
    const auto read = [](Object& o) {
        o.text("a", kAny);
        CHECK_FALSE(o.ok());
        CHECK(o.integer("b", 0, 5, 3) == 3);
        CHECK(o.text("c", kAny).empty());
        CHECK(o.any("b") == nullptr);
        o.refuse("d", "mine");
    };
    CHECK(error_of(R"({"a": 1, "b": 2, "c": "x", "zzz": 1})", read) == "top.a: must be a text, is 1");
    CHECK(error_of(
              "{}", [](Object& o) { o.refuse("d", "mine"); }, Reading::field, "") == "d: mine");
}

TEST_CASE("json object: a long text is quoted only in its beginning") {
    const std::string text = "{\"n\": \"" + std::string(5000, 'x') + "\"}";
    CHECK(error_of(text, [](Object& o) { o.integer("n", 0, 1); }).size() < 140);
}
