// The socket of a simulated network: a handle on the state that the network keeps.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/concept.hpp>
#include <tenon/transport/sim/context.hpp>
#include <tenon/transport/sim/frame.hpp>
#include <tenon/transport/sim/network.hpp>
#include <tenon/transport/sim/receiving.hpp>
#include <tenon/transport/sim/socket_state.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace tenon::transport::simulation {

/// A simulated socket: what a ZeroMQ socket does, in virtual time.
///
/// It may outlive its context. After its node has crashed it is closed.
/// Errors: set-up throws `tenon::error` with a sentence; sending and receiving return an `io`.
/// Threading: one thread for all of a network.
class socket {
public:
    /// Errors: `errc::transport_error` if the identity is longer than 255 bytes.
    socket(context& owner, tenon::pattern pattern, socket_options const& options = {}) : world_{owner.world()} {
        if (options.identity.size() > 255)
            throw error{errc::transport_error,
                        tenon::detail::concat({"cannot set the identity (1 to 255 bytes) of a ", name_of(pattern),
                                               " socket: Invalid argument"})};
        state_ = &world_->open(owner.home(), owner.id(), pattern, options);
        epoch_ = state_->epoch();
    }
    socket(socket&& other) noexcept
        : world_{std::move(other.world_)}, state_{std::exchange(other.state_, nullptr)}, epoch_{other.epoch_} {}
    socket& operator=(socket&& other) noexcept {
        if (this == &other) return *this;
        close();
        world_ = std::move(other.world_);
        state_ = std::exchange(other.state_, nullptr);
        epoch_ = other.epoch_;
        return *this;
    }
    ~socket() { close(); }

    /// Binds, and returns the address with its real port. An address is a name in the whole network: what is bound by
    /// one node is reached from all. Errors: `errc::address_in_use`; `errc::bad_address` for an address that is open to
    /// the network, without the explicit word for it.
    address bind(address const& where) {
        socket_state& state = use("bind", where);
        if (!state.options().open_to_network && !where.is_loopback())
            throw error{errc::bad_address,
                        tenon::detail::concat({"cannot bind a ", name_of(pattern()), " socket to '", where.to_string(),
                                               "': the address is open to the network and no security is configured. "
                                               "Bind to 127.0.0.1, or say tenon::open_to_network"})};
        return world_->bind(state, where);
    }
    void connect(address const& where) { world_->connect(use("connect", where), where); }
    /// Ends the connections too that were accepted there, as libzmq does, but for those over inproc. Errors:
    /// `errc::bad_address`.
    void unbind(address const& where) { world_->unbind(use("unbind", where), where); }
    /// Unsent messages are lost. Errors: `errc::bad_address`.
    void disconnect(address const& where) { world_->disconnect(use("disconnect", where), where); }

    void subscribe(bytes_view prefix) { state_->filter(true, as_text(prefix)); }
    void unsubscribe(bytes_view prefix) { state_->filter(false, as_text(prefix)); }

    /// As `is_socket` says; nothing passes by the call but the message.
    io send(frame& part, bool more = false) {
        if (!is_open()) return io::terminated;
        io const outcome = state_->send(part, more);
        if (outcome == io::done) part.reset();
        return outcome;
    }
    io send(bytes_view part, bool more = false) { return is_open() ? state_->send(part, more) : io::terminated; }
    io receive(frame& part) { return is_open() ? state_->receive(part) : io::terminated; }

    /// Nothing to let go of: there is one thread.
    void disown() noexcept {}

    /// Unsent messages are still tried for the linger time, while the network is moved on.
    void close() {
        if (is_open()) world_->close(*state_, state_->options().linger);
        state_ = nullptr;
    }

    [[nodiscard]] bool is_open() const noexcept { return state_ != nullptr && state_->epoch() == epoch_; }
    [[nodiscard]] tenon::pattern pattern() const noexcept {
        return state_ == nullptr ? tenon::pattern::pair : state_->kind();
    }

    /// Says whose socket this is, and what its next message is, for the trace and for faults that are meant for some
    /// messages only. The texts have to live as long as the network.
    void label(std::string_view port, std::string_view message) noexcept {
        if (is_open()) state_->label(port, message);
    }

    /// For poll items.
    [[nodiscard]] socket_state* state() const noexcept { return state_; }

private:
    socket_state& use(std::string_view verb, address const& where) {
        if (is_open()) return *state_;
        throw error{errc::terminated, tenon::detail::concat({"cannot ", verb, " '", where.to_string(),
                                                             "': the socket is closed"})};
    }

    std::shared_ptr<network> world_;
    socket_state*            state_ = nullptr;
    std::uint32_t            epoch_ = 0;
};

inline poll_item::poll_item(socket& target, short events) noexcept
    : target_{target.state()}, epoch_{target_->epoch()}, events_{events} {}

}  // namespace tenon::transport::simulation
