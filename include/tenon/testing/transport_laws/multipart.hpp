// The laws of messages: parts that arrive together or not at all, and bytes that arrive as they were sent.
#pragma once

#include <tenon/testing/transport_laws/stage.hpp>

#include <array>
#include <cstddef>
#include <string>

namespace tenon::testing::transport_laws {

inline void parts_arrive_as_sent(stage& s) {
    auto const  l = s.link(pattern::pull, pattern::push);
    parts const messages[] = {{"one"}, {"one", "two"}, {"", ""}, {"", "x", "", "y", ""}, {"last"}};
    for (auto const& message : messages) s.send(*l.connects, message);
    for (auto const& message : messages) s.expect(s.receive(*l.binds), message, "the next message");
}

inline void many_parts_arrive(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push, with_marks(2), with_marks(2));
    parts      many;
    for (int i = 0; i < 1000; ++i) many.push_back(std::to_string(i));
    for (int i = 0; i < 2; ++i) s.send(*l.connects, many);
    for (int i = 0; i < 2; ++i) s.expect(s.receive(*l.binds), many, "a message of a thousand parts");
}

inline void empty_message_is_one(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push);
    s.send(*l.connects, {""});
    s.expect(s.receive(*l.binds), {""}, "a message of one empty part");
    s.expect_nothing(*l.binds, "a message arrives that was not sent");
}

inline void all_bytes_arrive(stage& s) {
    auto const  l = s.link(pattern::pull, pattern::push);
    std::string all;
    for (int i = 0; i < 1024; ++i) all += static_cast<char>(i * 7 % 256);
    s.send(*l.connects, {all, std::string(3, '\0'), all});
    s.expect(s.receive(*l.binds), {all, std::string(3, '\0'), all}, "a message with all bytes");
}

inline void sizes_at_the_edges_arrive(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push);
    for (std::size_t const edge : {0u, 8u, 16u, 32u, 64u, 128u, 256u, 4096u, 8192u, 65536u}) {
        for (std::size_t const size : {edge == 0 ? 0 : edge - 1, edge, edge + 1, edge + 2}) {
            std::string const part(size, static_cast<char>('a' + size % 26));
            s.send(*l.connects, {part, part});
            s.expect(s.receive(*l.binds) == parts{part, part}, "parts of " + std::to_string(size) +
                                                                   " bytes do not arrive as they were sent");
        }
    }
}

inline void a_large_part_arrives(stage& s) {
    auto const  l = s.link(pattern::pull, pattern::push);
    std::string large(std::size_t{1} << 20, '\0');
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i % 251);
    for (int i = 0; i < 3; ++i) s.send(*l.connects, {large, "after it"});
    for (int i = 0; i < 3; ++i)
        s.expect(s.receive(*l.binds) == parts{large, "after it"}, "a part of 1 MiB does not arrive as it was sent");
}

inline void half_a_message_is_not_seen(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push);
    s.send(*l.connects, {"before"});
    s.expect(s.receive(*l.binds), {"before"}, "the first message");
    s.expect(l.connects->send("half", true), io::done, "the first part is sent");
    s.expect_nothing(*l.binds, "a part arrives before the last one was sent");
    s.expect(!s.ready(*l.binds, POLLIN, 0ns), "the receiver is ready for half a message");
    s.expect(l.connects->send("whole", false), io::done, "the last part is sent");
    s.expect(s.receive(*l.binds), {"half", "whole"}, "the message");
}

inline void unfinished_message_never_arrives(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push);
    s.send(*l.connects, {"before"});
    s.expect(s.receive(*l.binds), {"before"}, "the first message");
    s.expect(l.connects->send("half", true), io::done, "the first part is sent");
    l.connects->close();
    s.settle();
    auto const other = s.connected(pattern::push, l.where);
    s.send(*other, {"complete"});
    s.expect(s.receive(*l.binds), {"complete"}, "the message after half a one");
    s.expect_nothing(*l.binds, "half a message arrives");
}

inline void parts_go_to_one_peer(stage& s) {
    auto const                   push = s.open(pattern::push);
    std::array<socket, 2>        pulls;
    for (auto& pull : pulls) {
        auto const where = s.fresh_address();
        pull             = s.bound(pattern::pull, where);
        push->connect(where);
    }
    for (int i = 0; i < 4; ++i) s.send(*push, {std::to_string(i), "middle", "end"});
    for (auto const& pull : pulls)
        for (int i = 0; i < 2; ++i) {
            auto const message = s.receive(*pull);
            s.expect(message.size() == 3 && message[2] == "end", "the parts of a message go to several peers");
        }
}

inline void messages_do_not_mix(stage& s) {
    auto const            where = s.fresh_address();
    auto const            pull  = s.bound(pattern::pull, where);
    std::array<socket, 3> pushes;
    for (auto& push : pushes) push = s.connected(pattern::push, where);
    for (int part = 0; part < 3; ++part)
        for (std::size_t i = 0; i < 3; ++i) {
            s.expect(s.until([&] {
                return pushes[i]->send(std::to_string(i), part < 2) == io::done;
            }), "a part cannot be sent");
        }
    for (int i = 0; i < 3; ++i) {
        auto const message = s.receive(*pull);
        s.expect(message, {message[0], message[0], message[0]}, "a message whose parts were sent between others");
    }
}

inline void too_large_a_part_costs_its_connection(stage& s) {
    socket_options small   = brisk();
    small.max_message_size = 1000;
    auto const l           = s.link(pattern::pull, pattern::push, small);
    auto const good        = s.connected(pattern::push, l.where);
    s.send(*good, {"before"});
    s.expect(s.receive(*l.binds), {"before"}, "the other peer's message");
    s.send(*l.connects, {std::string(1000, 'x')});
    s.expect(s.receive(*l.binds), {std::string(1000, 'x')}, "a part of exactly max_message_size");
    s.send(*l.connects, {std::string(1001, 'x')});
    s.settle();
    s.send(*good, {"after"});
    s.expect(s.receive(*l.binds), {"after"}, "the other peer's message after one that is too large");
    // Its own connection comes back; what was sent meanwhile may be lost with the first.
    auto const back = [&] {
        l.connects->send("small", false);
        return s.receive(*l.binds, 10ms) == parts{"small"};
    };
    s.expect(s.until(back), "the peer whose part was too large is never heard again");
}

inline constexpr law multipart_laws[] = {
    {"the parts of a message arrive as they were sent", parts_arrive_as_sent},
    {"a message can have a thousand parts", many_parts_arrive},
    {"a message of one empty part is one", empty_message_is_one},
    {"all values of a byte arrive", all_bytes_arrive},
    {"parts of all sizes arrive", sizes_at_the_edges_arrive},
    {"a part of 1 MiB arrives", a_large_part_arrives},
    {"half a message is not seen", half_a_message_is_not_seen},
    {"a message whose sender closed in the middle never arrives", unfinished_message_never_arrives},
    {"all parts of a message go to one peer", parts_go_to_one_peer},
    {"messages of several peers do not mix", messages_do_not_mix},
    {"a part above max_message_size costs its own connection only", too_large_a_part_costs_its_connection,
     &transport_abilities::size_limit},
};

}  // namespace tenon::testing::transport_laws
