// May this message be sent here? The checks at the doors `request` and `send`.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/protocol.hpp>

#include <type_traits>

namespace tenon::detail {

/// `Message` is a question of the port's protocol.
template <class App, class Port, class Message>
struct question_of_port {
    using protocol                 = typename Port::protocol_type;
    static constexpr bool declared = protocol::to_server::template contains<Message>;

    static consteval bool check() noexcept {
        static_assert(declared,
                      "tenon: this message is not declared in the port's protocol (see Port and Message in the lines "
                      "around); add request<Message, Reply> to it");
        if constexpr (declared) {
            constexpr bool asks = !std::is_void_v<typename protocol::template reply_to<Message>>;
            static_assert(asks,
                          "tenon: this message is a command, which nobody answers; use send() instead of request()");
            return asks;
        }
        return false;
    }
    static constexpr bool value = check();
};

/// `Message` is a command of the port's protocol.
template <class App, class Port, class Message>
struct command_of_port {
    using protocol                 = typename Port::protocol_type;
    static constexpr bool declared = protocol::to_server::template contains<Message>;

    static consteval bool check() noexcept {
        static_assert(declared,
                      "tenon: this message is not declared in the port's protocol (see Port and Message in the lines "
                      "around); add command<Message> to it");
        if constexpr (declared) {
            constexpr bool tells = std::is_void_v<typename protocol::template reply_to<Message>>;
            static_assert(tells, "tenon: this message asks for a reply; use request() instead of send()");
            return tells;
        }
        return false;
    }
    static constexpr bool value = check();
};

/// `Message` is an event of the port's protocol.
template <class App, class Port, class Message>
struct event_of_port {
    static constexpr bool declared = Port::protocol_type::events::template contains<Message>;

    static consteval bool check() noexcept {
        static_assert(declared,
                      "tenon: this message is no event of the port's protocol (see Port and Message in the lines "
                      "around); add event<Message> to it");
        return declared;
    }
    static constexpr bool value = check();
};

}  // namespace tenon::detail
