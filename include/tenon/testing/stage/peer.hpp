// A peer that a test plays: a socket at a port of the process on stage, and what comes out of that port.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/dispatch/sequence.hpp>
#include <tenon/dispatch/subscriptions.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/attachments.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/topic.hpp>
#include <tenon/testing/stage/arrivals.hpp>
#include <tenon/testing/unexpected.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/sim.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing::detail {

/// The pattern that a peer of a port has: one that takes and sends everything, with nothing of its own in between.
constexpr pattern played_against(pattern port) noexcept {
    using enum pattern;
    switch (port) {
        case push: return pull;
        case pull: return push;
        case pub:
        case xpub: return sub;
        case sub:
        case xsub: return xpub;
        case pair: return pair;
        default: return dealer;  // one DEALER understands what the other says: frames are as they are
    }
}

/// The other end of `Port`, for one peer. It is bound for ports that connect, and connects to those that are bound.
template <class Codec, class Port>
class played_peer {
    using sim      = transport::sim;
    using frame    = sim::frame;
    using protocol = typename Port::protocol_type;

    static constexpr bool publishes  = played_against(Port::pattern) == pattern::xpub;
    static constexpr bool subscribes = played_against(Port::pattern) == pattern::sub;
    static constexpr bool pipelines  = Port::pattern == pattern::push || Port::pattern == pattern::pull;

public:
    using arrivals_type = arrivals<Codec, frame, protocol>;

    explicit played_peer(transport::simulation::network& world, std::string_view name)
        : context_{world.add_node(tenon::detail::concat({name, " at ", Port::name}))},
          socket_{context_, played_against(Port::pattern)} {
        socket_.label(Port::name, {});
        if constexpr (subscribes) socket_.subscribe(as_bytes(""));
    }

    void bind() { bound_.emplace(socket_.bind(address{"127.0.0.1"})); }
    [[nodiscard]] address const& bound_address() const { return bound_.value(); }
    void connect(address const& where) { socket_.connect(where); }

    /// Sends a message of its own: a question, a command or an event.
    template <class M>
    void say(M const& m) {
        if constexpr (pipelines) {
            send(m, {});
        } else if constexpr (publishes) {
            topic const under = topic_of<protocol>(m);
            if constexpr (Port::options::sequence::numbers) {
                std::byte number[event_number::wire_size];
                numbers_.next(under.text()).write(number);
                send(m, {as_bytes(under.text())}, bytes_view{number});
            } else {
                send(m, {as_bytes(under.text())});
            }
        } else if constexpr (Port::is_server) {
            send_under({++last_, 1}, m);
        } else {
            send(m, {bytes_view{}});
        }
    }
    /// Answers the question `id`.
    template <class M>
    void send_under(correlation_id id, M const& m) {
        std::byte number[correlation_id::wire_size];
        id.write(number);
        send(m, {bytes_view{number}, bytes_view{}});
    }

    /// Takes in what has arrived.
    void look() {
        std::vector<frame> parts;
        for (;;) {
            parts.clear();
            do {
                if (socket_.receive(parts.emplace_back()) != transport::io::done) return;
            } while (parts.back().more());
            take_in(parts);
        }
    }

    [[nodiscard]] arrivals_type&            arrived() noexcept { return arrived_; }
    [[nodiscard]] subscription_table const& subscriptions() const noexcept { return subscriptions_; }

private:
    template <class M>
    void send(M const& m, std::initializer_list<bytes_view> before, std::optional<bytes_view> after = {}) {
        buffer body;
        if (codec_error const failed = codec_.write(m, body))
            throw unexpected{tenon::detail::concat({to_text(m), " cannot be sent to port ", Port::name, ": ",
                                                    describe(failed)})};
        socket_.label(Port::name, message_name<M>);
        constexpr std::size_t attached = tenon::detail::attachment_count<M>;
        for (bytes_view const each : before) send_part(each, true);
        send_part(body.view(), attached > 0 || after);
        if constexpr (attached > 0) {
            std::array<frame, attached> parts;
            tenon::detail::lend_attachments(m, std::span<frame>{parts});
            for (std::size_t i = 0; i < attached; ++i) send_part(parts[i], i + 1 < attached || after);
        }
        if (after) send_part(*after, false);
    }
    template <class Part>
    void send_part(Part&& part, bool more) {
        if (auto const sent = socket_.send(part, more); sent != transport::io::done)
            throw unexpected{tenon::detail::concat(
                {"nothing more can be sent to port ", Port::name,
                 sent == transport::io::again ? ": nobody is connected, or what was sent before is not read"
                                              : ": the socket of the test is closed"})};
    }

    /// The frames are those of the library's own ends, so only their number is looked at.
    void take_in(std::vector<frame>& parts) {
        if constexpr (publishes) {
            if (auto const change = subscription_change::read(parts[0].view())) subscriptions_.apply(*change);
        } else if constexpr (pipelines) {
            arrived_.add(travels_as::question_or_command, parts);
        } else if constexpr (subscribes) {
            if constexpr (Port::options::sequence::numbers) parts.pop_back();
            arrived_.add(travels_as::event, std::span{parts}.subspan(1));
        } else if (parts[0].size() == 0) {
            arrived_.add(travels_as::event, std::span{parts}.subspan(1));
        } else {
            arrived_.add(Port::is_server ? travels_as::reply : travels_as::question_or_command,
                         std::span{parts}.subspan(2), correlation_id::read(parts[0].view()));
        }
    }

    sim::context                 context_;
    sim::socket                  socket_;
    std::optional<address>       bound_;
    Codec                        codec_;
    arrivals_type                arrived_;
    subscription_table           subscriptions_{1};
    tenon::detail::event_counter numbers_{1};
    std::uint32_t                last_ = 0;
};

}  // namespace tenon::testing::detail
