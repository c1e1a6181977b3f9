// How a process makes its app: from the configuration that travels in the plan, if it has one.
#pragma once

#include <tenon/message/message.hpp>
#include <tenon/process/plan.hpp>

#include <type_traits>
#include <utility>

namespace tenon::detail {

template <class App>
concept configurable = requires { typename App::config; };

/// Makes the app: with its configuration if it has a `config` type, else by default.
template <class App>
App make_app([[maybe_unused]] plan const& from) {
    if constexpr (configurable<App>) {
        static_assert(message<typename App::config> && check_message<typename App::config>::value,
                      "tenon: the app's `config` travels to the process, so it is a struct like a message");
        static_assert(attachment_count<typename App::config> == 0,
                      "tenon: a `config` has no attachments: it travels without frames behind it; use "
                      "std::vector<std::byte>");
        static_assert(requires(typename App::config c) { App{std::move(c)}; },
                      "tenon: an app with a `config` is made from it: let it be the first member, or write a "
                      "constructor that takes it");
        return App{decode_or_throw<typename App::config>(from.config.view())};
    } else {
        static_assert(std::is_default_constructible_v<App>,
                      "tenon: an app is default-constructible, or has a nested `config` struct that it is made from");
        return App{};
    }
}

}  // namespace tenon::detail
