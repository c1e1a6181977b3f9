// How sockets of a simulated network open and close, and what addresses mean there.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/connection.hpp>
#include <tenon/transport/sim/connections.hpp>
#include <tenon/transport/sim/network.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::transport::simulation {

inline socket_state& network::open(node& home, std::uint32_t context, pattern kind, socket_options const& options) {
    if (free_sockets_.empty()) {
        free_sockets_.push_back(static_cast<std::uint32_t>(sockets_.size()));
        sockets_.push_back(std::make_unique<socket_state>());
    }
    std::uint32_t const id     = free_sockets_.back();
    socket_state&       socket = *sockets_[id];
    auto const          epoch  = socket.epoch_;
    free_sockets_.pop_back();
    socket          = socket_state{};
    socket.id_      = id;
    socket.epoch_   = epoch;
    socket.context_ = context;
    socket.net_     = this;
    socket.home_    = &home;
    socket.kind_    = kind;
    socket.options_ = options;
    socket.open_    = true;
    return socket;
}

inline void network::close(socket_state& socket, duration linger) {
    socket.closing_ = true;
    ++socket.epoch_;
    std::erase_if(listeners_, [&](listener const& each) { return each.owner == &socket; });
    for (std::size_t i = socket.pipes_.size(); i > 0; --i) {
        pipe& one = *socket.pipes_[i - 1];
        one.in.clear();
        if (linger <= duration::zero()) one.out.cut(one.flying);
        bool const in_vain = one.local && one.peer == nullptr;  // inproc lingers for nobody
        if (one.out.empty() || !one.leads_somewhere() || in_vain) finish(one);
    }
    if (socket.pipes_.empty()) return release(socket);
    auto const end = later(now_, linger);
    if (end != never) events_.push(end, event_kind::linger, socket.id_, socket.epoch_);
}

/// What has not left until now is lost.
inline void network::give_up(socket_state& socket) {
    for (std::size_t i = socket.pipes_.size(); i > 0; --i) {
        pipe& one = *socket.pipes_[i - 1];
        one.out.cut(one.flying);
        if (one.out.empty()) finish(one);
    }
    if (socket.pipes_.empty()) release(socket);
}

inline void network::release(socket_state& socket) {
    if (!std::exchange(socket.open_, false)) return;
    ++socket.epoch_;
    free_sockets_.push_back(socket.id_);
}

inline void network::terminate(std::uint32_t context) noexcept {
    for (auto const& each : sockets_)
        if (each->open_ && each->context_ == context) each->terminated_ = true;
}

// ---- Addresses ------------------------------------------------------------------------------------------------------

/// The name under which a listener is found: an address is no more than a name here.
inline std::string network::key_of(address const& where, bool binds) {
    address const named = where.host() == "lo" ? address{"127.0.0.1", where.port().value_or(0)} : where;
    if (!binds) return named.connect_string();
    if (named.scheme() != scheme::tcp || !named.is_wildcard()) return named.bind_string();
    return tenon::detail::concat({"tcp://*:", tenon::detail::digits(named.port().value_or(0))});
}

/// True if whoever connects to `b` reaches what is bound at `a`, or the other way round.
inline bool network::same_place(std::string_view a, std::string_view b) noexcept {
    constexpr std::string_view every = "tcp://*:";
    if (!a.starts_with(every) && !b.starts_with(every)) return a == b;
    return a.substr(0, 4) == b.substr(0, 4) && a.substr(a.rfind(':')) == b.substr(b.rfind(':'));
}

inline address network::choose_port(address const& where) {
    if (where.scheme() == scheme::ipc && where.is_wildcard())
        return address{tenon::detail::concat({"ipc:///simulated/", tenon::detail::digits(++last_port_)})};
    if (where.scheme() == scheme::inproc && where.is_wildcard())
        return address{tenon::detail::concat({"inproc://simulated.", tenon::detail::digits(++last_port_)})};
    if (where.scheme() != scheme::tcp) return where;
    std::string_view host = where.host();
    if (host == "*") host = "0.0.0.0";
    if (host == "lo" || host == "localhost") host = "127.0.0.1";
    if (where.port()) return address{host, *where.port()};
    return address{host, static_cast<std::uint16_t>(++last_port_ & 0xffff)};
}

inline network::listener* network::find(std::string_view key, std::uint32_t context) noexcept {
    bool const inproc = key.starts_with("inproc:");
    for (listener& each : listeners_)
        if (same_place(each.key, key) && (!inproc || each.context == context)) return &each;
    return nullptr;
}

inline address network::bind(socket_state& socket, address const& where) {
    address const bound = choose_port(where);
    std::string   key   = key_of(bound, true);
    if (find(key, socket.context_) != nullptr)
        throw error{errc::address_in_use,
                    tenon::detail::concat({"cannot bind a ", name_of(socket.kind_), " socket to '", bound.to_string(),
                                           "': Address already in use",
                                           tenon::detail::advice_if_taken(bound.scheme())})};
    listeners_.push_back({std::move(key), socket.context_, &socket});
    if (bound.scheme() != scheme::inproc) {
        report(socket, connection_change::listening, listeners_.back().key);
        return bound;
    }
    for (std::size_t i = 0; i < pipes_.size(); ++i) {  // those that were there first
        pipe& each = *pipes_[i];
        if (each.owner == nullptr || each.owner->context_ != socket.context_) continue;
        bool const waits = each.active && each.local && each.peer == nullptr && !each.half_open;
        if (waits && each.target == listeners_.back().key) establish(each, listeners_.back());
    }
    return bound;
}

inline void network::unbind(socket_state& socket, address const& where) {
    std::string const key   = key_of(where, true);
    auto const        count = std::erase_if(
        listeners_, [&](listener const& each) { return each.owner == &socket && each.key == key; });
    if (count == 0)
        throw error{errc::bad_address,
                    tenon::detail::concat({"cannot unbind a ", name_of(socket.kind_), " socket from '",
                                           where.to_string(), "': it is not bound there"})};
    report(socket, connection_change::closed, key);
    for (std::size_t i = socket.pipes_.size(); i > 0; --i) {
        pipe& one = *socket.pipes_[i - 1];
        if (one.active || one.local || one.target != key || one.peer == nullptr) continue;
        part(one);
        lost(one);
    }
}

inline void network::connect(socket_state& socket, address const& where) {
    pipe& made    = new_pipe(socket);
    made.active   = true;
    made.target   = key_of(where, false);
    made.local    = where.scheme() == scheme::inproc;
    bool const alone = socket.kind_ != pattern::pair || socket.pipes_.size() == 1;
    made.attached    = alone && !socket.options_.immediate;
    report(made, connection_change::connect_delayed, EINPROGRESS);
    if (!made.local) events_.push(later(now_, latency() * 3), event_kind::connect, made.id, made.epoch);
    else if (listener* const at = find(made.target, socket.context_)) establish(made, *at);
}

inline void network::disconnect(socket_state& socket, address const& where) {
    std::string const key = key_of(where, false);
    for (pipe* const one : socket.pipes_) {
        if (!one->active || one->target != key) continue;
        one->active = false;
        one->out.cut(one->flying);
        if (one->peer != nullptr) part(*one);
        return lost(*one);
    }
    throw error{errc::bad_address,
                tenon::detail::concat({"cannot disconnect a ", name_of(socket.kind_), " socket from '",
                                       where.to_string(), "': it is not connected to it"})};
}

}  // namespace tenon::transport::simulation
