// A callable that is moved and never copied. std::function copies what it holds, and pays for that in code: on the web
// each byte counts, and nothing here is ever called by two.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace candor::client {

template <class Signature>
class Callback;

template <class Result, class... Arguments>
class Callback<Result(Arguments...)> {
public:
    Callback() = default;
    Callback(std::nullptr_t) {}
    template <class Function>
    requires(!std::is_same_v<std::remove_cvref_t<Function>, Callback>) Callback(Function function)
        : held_(new Held<Function>(std::move(function))) {}

    explicit operator bool() const { return held_ != nullptr; }
    Result operator()(Arguments... arguments) const { return held_->call(static_cast<Arguments&&>(arguments)...); }

private:
    struct Base {
        virtual ~Base() = default;
        virtual Result call(Arguments... arguments) = 0;
    };
    template <class Function>
    struct Held final : Base {
        explicit Held(Function&& f) : function(std::move(f)) {}
        Result call(Arguments... arguments) override { return function(static_cast<Arguments&&>(arguments)...); }
        Function function;
    };
    std::unique_ptr<Base> held_;
};

}  // namespace candor::client
