// What the running ends of all ports share: socket, codec, addresses and counters.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/concept.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace tenon::detail {

constexpr errc reason_of(transport::io outcome) noexcept {
    switch (outcome) {
        case transport::io::again: return errc::would_block;
        case transport::io::unroutable: return errc::unroutable;
        case transport::io::terminated: return errc::terminated;
        default: return errc::transport_error;
    }
}

/// The base of every running port. What users see of it is `process[port]`.
template <class Process, class Port>
class port_end {
public:
    using transport_type = typename Process::transport_type;
    using socket_type    = typename transport_type::socket;
    using frame          = typename transport_type::frame;
    using codec_type     = typename Process::codec_type;

    port_end(port_end const&)            = delete;
    port_end& operator=(port_end const&) = delete;

    /// The addresses the port is bound to, with their real port numbers, in the order of binding.
    [[nodiscard]] std::vector<address> const& addresses() const noexcept { return bound_; }
    /// The first of them; throws `errc::bad_address` if the port is not bound.
    [[nodiscard]] address const& bound_address() const {
        if (bound_.empty())
            throw error{errc::bad_address, "port " + std::string{Port::name} + " is not bound: it has no address"};
        return bound_.front();
    }

    /// What did not go its usual way at this port, counted.
    [[nodiscard]] port_counters const& counters() const noexcept { return counters_; }

    /// Binds one more address; returns it with the real port number. Allowed in handlers.
    address bind(address const& where) {
        bound_.push_back(socket_.bind(where));
        return bound_.back();
    }
    /// Connects to one more peer. Allowed in handlers.
    void connect(address const& where) { socket_.connect(where); }

    /// The socket, for what this class has no word for.
    [[nodiscard]] socket_type& socket() noexcept { return socket_; }

    /// Takes no new peers from now on; those that are connected stay. Part of an orderly stop.
    void refuse_new_peers() noexcept {
        for (address const& where : bound_) {
            try {
                socket_.unbind(where);
            } catch (...) {  // nothing listens there any more, which is what was wanted
            }
        }
    }

protected:
    port_end(Process& process, pattern p, plan const& from)
        : process_{process}, socket_{process.context(), p, options_for(from)} {
        for (link const& each : from.links) {
            if (each.port != Process::port_list::template index_of<Port>) continue;
            if (each.binds)
                bind(address{each.address});
            else
                connect(address{each.address});
        }
    }
    ~port_end() = default;

    /// Sends one frame without blocking. libzmq learns only now and then that a peer has made room, so a full queue is
    /// looked at once more before it is believed.
    transport::io send(frame& part, bool more) {
        auto sent = socket_.send(part, more);
        if (sent == transport::io::again) [[unlikely]] {
            typename transport_type::poll_item item{socket_, POLLOUT};
            process_.context().wait({&item, 1}, std::chrono::nanoseconds{0});
            sent = socket_.send(part, more);
        }
        return sent;
    }

    void observe(std::string_view message, errc reason, std::string_view text) {
        process_.observer().dropped(incident{Port::name, message, reason, text});
    }
    void undeliverable(errc reason, std::string_view message) {
        ++counters_.undeliverable;
        observe(message, reason, "could not be sent");
    }

    Process&      process_;
    socket_type   socket_;
    codec_type    codec_;
    buffer        scratch_;
    port_counters counters_;

private:
    static transport::socket_options options_for(plan const& from) {
        transport::socket_options options;
        for (link const& each : from.links)
            if (each.port == Process::port_list::template index_of<Port> && each.open_to_network)
                options.open_to_network = true;
        return options;
    }

    std::vector<address> bound_;
};

}  // namespace tenon::detail
