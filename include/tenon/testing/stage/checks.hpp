// May this message be expected from, or sent to, this port? The checks at the doors of a stage.
#pragma once

#include <tenon/protocol/port.hpp>
#include <tenon/protocol/protocol.hpp>

#include <type_traits>

namespace tenon::testing::detail {

/// `Message` is one that leaves `Port`: the server's side answers and tells events, the client's asks and commands.
template <class App, class Port, class Message>
struct leaves_port {
    using protocol = typename Port::protocol_type;

    static constexpr bool value = Port::is_server ? protocol::replies::template contains<Message> ||
                                                        protocol::events::template contains<Message>
                                                  : protocol::to_server::template contains<Message>;
    static_assert(value, "tenon: this message never leaves this port (see Port and Message in the lines around)");
};

/// `Message` is one that a peer of `Port` sends by itself.
template <class App, class Port, class Message>
struct enters_port {
    static constexpr bool value = Port::incoming::template contains<Message>;
    static_assert(value, "tenon: no peer of this port sends this message by itself (see Port and Message in the lines "
                         "around); replies are given with expect<Question>().from(port).answer(reply)");
};

template <class Port, class M>
consteval bool is_question() noexcept {
    if constexpr (!Port::is_server && Port::protocol_type::to_server::template contains<M>)
        return !std::is_void_v<typename Port::protocol_type::template reply_to<M>>;
    else return false;
}

}  // namespace tenon::testing::detail
