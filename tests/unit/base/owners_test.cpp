// What owns memory: texts and lists beside the standard ones over many random changes, and objects with several owners.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/list.hpp"
#include "base/maybe.hpp"
#include "base/shared.hpp"
#include "base/string.hpp"

using candor::List;
using candor::make_shared;
using candor::Maybe;
using candor::Shared;
using candor::String;

namespace {

// The same numbers on every platform.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}
    std::size_t below(std::size_t limit) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return limit == 0 ? 0 : static_cast<std::size_t>(state_ >> 33) % limit;
    }
    std::string text(std::size_t most) {
        std::string out;
        for (std::size_t left = below(most); left > 0; --left) out += static_cast<char>('a' + below(26));
        return out;
    }

private:
    std::uint64_t state_;
};

// One change made to both, so that a difference shows at the first that brings it.
void change(Numbers& numbers, String& ours, std::string& theirs) {
    const std::string text = numbers.text(40);
    const std::size_t at = numbers.below(theirs.size() + 1), count = numbers.below(30);
    switch (numbers.below(13)) {
        case 0: ours = text, theirs = text; break;
        case 1: ours += std::string_view(text), theirs += text; break;
        case 2: ours.push_back('x'), theirs.push_back('x'); break;
        case 3: ours.insert(at, text), theirs.insert(at, text); break;
        case 4: ours.erase(at, count), theirs.erase(at, count); break;
        case 5: ours.replace(at, count, text), theirs.replace(at, count, text); break;
        case 6: ours.resize(count, 'r'), theirs.resize(count, 'r'); break;
        case 7: ours = ours.substr(at, count), theirs = theirs.substr(at, count); break;
        case 8: ours.append(ours.view().substr(at)), theirs.append(theirs.substr(at)); break;  // of itself
        case 9: ours = ours.view().substr(at), theirs = theirs.substr(at); break;
        case 10: ours.clear(), theirs.clear(); break;
        case 11: ours.reserve(count * 3), theirs.reserve(count * 3); break;
        default: {
            String moved = std::move(ours);
            ours = moved;
            break;
        }
    }
    if (theirs.size() > 500) ours.clear(), theirs.clear();
}

// Counts those that are alive, and holds memory of its own, so that a sanitizer sees one ended twice or never.
struct Alive {
    static int count;
    explicit Alive(int value = 0) : number(std::make_unique<int>(value)) { ++count; }
    Alive(const Alive& other) : Alive(*other.number) {}
    Alive(Alive&& other) noexcept : number(std::move(other.number)) { ++count; }
    Alive& operator=(const Alive& other) {
        *number = *other.number;
        return *this;
    }
    ~Alive() { --count; }
    bool operator==(const Alive& other) const { return *number == *other.number; }
    std::unique_ptr<int> number;
};
int Alive::count = 0;

}  // namespace

TEST_CASE("a text does what a standard one does, whatever is done to it") {
    Numbers numbers(1);
    String ours;
    std::string theirs;
    for (int i = 0; i < 20'000; ++i) {
        change(numbers, ours, theirs);
        INFO(i);
        REQUIRE(ours.view() == theirs);
        REQUIRE(ours.c_str()[ours.size()] == '\0');
        REQUIRE(ours.empty() == theirs.empty());
    }
}

TEST_CASE("texts are compared, searched and joined as standard ones are") {
    const String a = "abc", b("abd"), none, zero(std::string_view("a\0b", 3));
    CHECK(a == "abc");
    CHECK(a == std::string("abc"));
    CHECK(a == std::string_view("abc"));
    CHECK(a != b);
    CHECK(a < b);
    CHECK(none < a);
    CHECK(none == "");
    CHECK(none.c_str() == std::string());
    CHECK(zero.size() == 3);
    CHECK(zero != "a");
    CHECK(a.find('c') == 2);
    CHECK(a.find("zz") == String::npos);
    CHECK(a.starts_with("ab"));
    CHECK(b.ends_with('d'));
    CHECK(a + "d" + b == "abcdabd");
    const std::string standard = a;
    CHECK(standard == "abc");
    CHECK(String(3, 'x') == "xxx");
}

TEST_CASE("a text that was moved from is empty and can be used again") {
    String from = "something long enough to lie apart";
    String to = std::move(from);
    CHECK(from.empty());  // NOLINT: that is what is tested
    from = "again";
    CHECK(from == "again");
    to = std::move(from);
    CHECK(to == "again");
    String& same = to;
    to = std::move(same);
    CHECK(to == "again");
    to = same;
    CHECK(to == "again");
}

TEST_CASE("a list does what a standard vector does, and ends each item once") {
    {
        Numbers numbers(2);
        List<Alive> ours;
        std::vector<Alive> theirs;
        for (int i = 0; i < 5'000; ++i) {
            const std::size_t at = numbers.below(theirs.size());
            switch (numbers.below(9)) {
                case 0:
                case 1:
                case 2: ours.emplace_back(i), theirs.emplace_back(i); break;
                case 3:
                    if (!theirs.empty()) ours.push_back(ours[at]), theirs.push_back(Alive(theirs[at]));  // of itself
                    break;
                case 4:
                    if (!theirs.empty())
                        ours.erase(ours.begin() + at), theirs.erase(theirs.begin() + static_cast<std::ptrdiff_t>(at));
                    break;
                case 5:
                    if (!theirs.empty()) ours.pop_back(), theirs.pop_back();
                    break;
                case 6: {
                    List<Alive> copy = ours;
                    ours = copy;
                    break;
                }
                case 7: {
                    List<Alive> moved = std::move(ours);
                    REQUIRE(ours.empty());  // NOLINT: that is what is tested
                    ours.emplace_back(1);
                    ours = std::move(moved);
                    break;
                }
                default:
                    if (numbers.below(20) == 0) ours.clear(), theirs.clear();
                    const auto is_third = [](const Alive& one) { return *one.number % 3 == 0; };
                    if (numbers.below(10) == 0) ours.erase_if(is_third), std::erase_if(theirs, is_third);
            }
            INFO(i);
            REQUIRE(ours.size() == theirs.size());
            REQUIRE(std::equal(ours.begin(), ours.end(), theirs.begin()));
            REQUIRE(Alive::count == static_cast<int>(2 * theirs.size()));
        }
    }
    CHECK(Alive::count == 0);
}

TEST_CASE("lists of texts are equal when their texts are, and go to and from standard ones") {
    const List<String> list{"a", "b"};
    CHECK(list == List<String>{"a", "b"});
    CHECK(list != List<String>{"a"});
    CHECK(list != List<String>{"a", "c"});
    const std::vector<std::string> standard{"a", "b"};
    CHECK(List<String>(standard) == list);
    CHECK(std::vector<std::string>(list) == standard);
    List<String> sized(3);
    CHECK(sized[2].empty());
    sized.resize(1);
    CHECK(sized.size() == 1);
}

TEST_CASE("an object with several owners ends with the last of them") {
    Shared<const Alive> second;
    {
        Shared<Alive> first = make_shared<Alive>(7);
        second = first;
        CHECK(second.get() == first.get());
        const Shared<Alive> third = first;
        CHECK(third == first);
        Shared<Alive>& same = first;
        first = same;
        first = std::move(same);
        const Shared<Alive> again(third.get());  // of one that has owners
        CHECK(Alive::count == 1);
    }
    CHECK(Alive::count == 1);
    CHECK(*second->number == 7);
    second.reset();
    CHECK(second == nullptr);
    CHECK(Alive::count == 0);
    second.reset();
}

TEST_CASE("what may be there does what a standard optional does, and ends once") {
    Numbers numbers(11);
    {
        Maybe<Alive> ours, other;
        std::optional<int> theirs, others;
        for (int round = 0; round < 5000; ++round) {
            const int number = static_cast<int>(numbers.below(1000));
            switch (numbers.below(9)) {
                case 0: ours = Alive(number), theirs = number; break;
                case 1: ours = other, theirs = others; break;
                case 2: ours = std::move(other), theirs = std::exchange(others, std::nullopt); break;
                case 3: std::swap(ours, other), std::swap(theirs, others); break;
                case 4: ours.reset(), theirs.reset(); break;
                case 5: ours = std::nullopt, theirs = std::nullopt; break;
                case 6: *ours.emplace().number = number, theirs = number; break;
                case 7: {
                    Maybe<Alive>& same = ours;
                    ours = same;
                    break;
                }
                default: {
                    const Maybe<Alive> copy = ours;
                    if (copy) *ours->number = number, theirs = number;
                    if (copy) REQUIRE(copy->number != ours->number);
                }
            }
            REQUIRE(ours.has_value() == theirs.has_value());
            REQUIRE(other.has_value() == others.has_value());
            if (theirs) REQUIRE(*ours->number == *theirs);
            if (others) REQUIRE(*std::as_const(other)->number == *others);
            REQUIRE(Alive::count == static_cast<int>(theirs.has_value()) + static_cast<int>(others.has_value()));
        }
    }
    CHECK(Alive::count == 0);
}

TEST_CASE("what may be there is equal by what is there") {
    Maybe<String> first, second;
    CHECK(first == second);
    first.emplace() = "a";
    CHECK_FALSE(first == second);
    CHECK_FALSE(second == first);
    second = String("b");
    CHECK_FALSE(first == second);
    *second = "a";
    CHECK(first == second);
}

TEST_CASE("what is there can be taken away") {
    Maybe<String> held = String("a");
    const String taken = *std::move(held);
    CHECK(taken == "a");
    REQUIRE(held);
    CHECK(held->empty());
}
