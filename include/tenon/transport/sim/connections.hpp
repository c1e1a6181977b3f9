// How connections of a simulated network come and go: made, refused, lost, and tried again.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/transport/sim/delivery.hpp>
#include <tenon/transport/sim/network.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::transport::simulation {

/// True for the patterns whose sockets understand each other (RFC 23/ZMTP, "socket types").
constexpr bool understand(pattern a, pattern b) noexcept {
    using enum pattern;
    auto const peer = [](pattern p, pattern q) {
        switch (p) {
            case req: return q == rep || q == router;
            case dealer: return q == rep || q == dealer || q == router;
            case router: return q == router;
            case pub:
            case xpub: return q == sub || q == xsub;
            case push: return q == pull;
            case pair: return q == pair;
            default: return false;
        }
    };
    return peer(a, b) || peer(b, a);
}

inline void network::handle(event const& what) {
    switch (what.kind) {
        case event_kind::wake: {
            node& one     = *nodes_[what.target];
            one.scheduled = never;
            if (one.deadline > now_) return set_deadline(one, one.deadline);
            note(incident_kind::timer, one);
            return wake(one);
        }
        case event_kind::room: return wake(*nodes_[what.target]);
        case event_kind::thaw: {
            node& one = *nodes_[what.target];
            if (one.frozen && one.frozen_until <= now_) thaw(one);
            return;
        }
        case event_kind::linger: {
            socket_state& socket = *sockets_[what.target];
            if (socket.epoch_ == what.epoch && socket.closing_) give_up(socket);
            return;
        }
        default: break;
    }
    pipe& one = *pipes_[what.target];
    if (one.epoch != what.epoch) return;
    switch (what.kind) {
        case event_kind::arrival:
            land(one);
            if (one.epoch != what.epoch || one.owner == nullptr) return;
            if (one.out.empty() && one.owner->closing_) return finish(one);
            return transmit(one);
        case event_kind::reset: return lost(one);
        case event_kind::silence: return notice_silence(one);
        default: return attempt(one);
    }
}

inline pipe& network::new_pipe(socket_state& owner) {
    if (free_pipes_.empty()) {
        free_pipes_.push_back(static_cast<std::uint32_t>(pipes_.size()));
        pipes_.push_back(std::make_unique<pipe>());
        pipes_.back()->id = free_pipes_.back();
    }
    pipe& made = *pipes_[free_pipes_.back()];
    free_pipes_.pop_back();
    made.owner = &owner;
    owner.pipes_.push_back(&made);
    return made;
}

inline void network::report(socket_state const& socket, connection_change what, std::string_view endpoint, int reason) {
    socket_state* const watcher = socket.watcher_;
    if (watcher == nullptr || watcher->epoch_ != socket.watcher_epoch_) return;
    watcher->reports_.push_back({what, std::string{endpoint}, reason});
    wake(*watcher->home_);
}

inline void network::attempt(pipe& from) {
    from.knocking = false;
    listener* const at = find(from.target, from.owner->context_);
    if (at == nullptr || !reachable(*from.owner->home_, *at->owner->home_)) return retry_later(from);
    // The system of a frozen process takes the connection, and no more, for as long as the handshake may take.
    from.knocking = from.owner->home_->frozen || at->owner->home_->frozen;
    if (!from.knocking) return establish(from, *at) ? void() : retry_later(from);
    events_.push(later(now_, from.owner->options_.handshake_interval + latency()), event_kind::reconnect, from.id,
                 from.epoch);
}

/// As session_base_t and stream_connecter_base_t do: the pause doubles up to its maximum, with a random share of the
/// first.
inline void network::retry_later(pipe& from) {
    if (from.local) return;
    report(from, connection_change::closed);
    auto const& options = from.owner->options_;
    duration    first   = options.reconnect_interval;
    if (first <= duration::zero()) first = std::chrono::milliseconds{1};
    if (from.pause == duration::zero()) from.pause = first;
    duration const wait = from.pause + random_.between({}, first);
    duration const most = options.reconnect_interval_max;
    if (from.pause < most) from.pause = from.pause * 2 < most ? from.pause * 2 : most;
    report(from, connection_change::connect_retried,
           static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count()));
    events_.push(later(now_, wait), event_kind::reconnect, from.id, from.epoch);
}

inline bool network::establish(pipe& from, listener& at) {
    socket_state& near = *from.owner;
    socket_state& far  = *at.owner;
    if (!understand(near.kind_, far.kind_)) return false;
    if (far.kind_ == pattern::pair && !far.pipes_.empty()) {  // it takes one peer, and drops what others say
        for (; !from.out.empty(); from.out.pop()) note_pipe(incident_kind::lost, from, from.out.front().name);
        return false;
    }
    if (near.kind_ == pattern::pair && near.pipes_.front() != &from) return false;
    pipe& to      = new_pipe(far);
    to.target     = at.key;
    to.local      = from.local;
    from.instant = to.instant = from.local && near.home_ == far.home_;
    from.peer     = &to;
    to.peer       = &from;
    from.far      = far.home_;
    to.far        = near.home_;
    from.pause    = {};
    from.attached = to.attached = true;
    from.last_arrival = to.last_arrival = now_;
    give_identity(from, far);
    give_identity(to, near);
    note_pipe(incident_kind::connected, from);
    note_pipe(incident_kind::connected, to);
    report(from, connection_change::connected);
    report(from, connection_change::handshake_succeeded);
    report(to, connection_change::accepted);
    report(to, connection_change::handshake_succeeded);
    introduce(from);
    introduce(to);
    transmit(from);
    transmit(to);
    wake(*near.home_);
    wake(*far.home_);
    return true;
}

/// As router_t::identify_peer does: the second peer of a name is ignored.
inline void network::give_identity(pipe& end, socket_state const& peer) {
    socket_state const& socket = *end.owner;
    end.ignored                = false;
    if (socket.kind_ != pattern::router && socket.kind_ != pattern::rep) return;
    end.identity = peer.options_.identity;
    if (end.identity.empty()) {
        auto const number = ++last_identity_;
        end.identity      = std::string(5, '\0');
        for (unsigned i = 1; i < 5; ++i) end.identity[i] = static_cast<char>(number >> (8 * (4 - i)) & 0xff);
    }
    for (pipe const* const other : socket.pipes_)
        if (other != &end && other->attached && !other->ignored && other->identity == end.identity) end.ignored = true;
}

/// A subscriber tells a new publisher all that it has subscribed to.
inline void network::introduce(pipe& end) {
    if (!subscribes(end.owner->kind_)) return;
    for (auto const& each : end.owner->subscriptions_) end.owner->announce(end, true, each.prefix);
}

/// Takes the peer away from this end, which knows it. The peer learns of it later, if it can be reached.
inline void network::part(pipe& end) {
    pipe* const other = std::exchange(end.peer, nullptr);
    if (other == nullptr) return;
    other->peer      = nullptr;
    other->half_open = true;
    ++other->epoch;
    lose_flying(*other);
    if (!reachable(*end.owner->home_, *other->owner->home_)) return expect_silence(*other);
    time_point when = other->instant ? now_ : later(now_, latency());
    if (when < end.last_arrival) when = end.last_arrival;
    events_.push(when, event_kind::reset, other->id, other->epoch);
}

/// This end has noticed that its connection is over.
inline void network::lost(pipe& end) {
    socket_state& socket = *end.owner;
    note_pipe(incident_kind::disconnected, end);
    if (end.far != nullptr) report(end, connection_change::disconnected);
    ++end.epoch;
    end.half_open = false;
    lose_flying(end);
    if (publishes(socket.kind_)) socket.forget_topics(end);
    if (socket.reply_from_ == &end) socket.reply_from_ = nullptr;
    if (socket.reply_to_ == &end) socket.reply_to_ = nullptr;
    if (subscribes(socket.kind_)) end.out.clear();  // all of it is told again
    wake(*socket.home_);
    if (end.local) return lost_local(end);
    if (end.active && !(socket.closing_ && end.out.empty())) {
        if (socket.options_.immediate) {
            end.out.clear();
            end.attached = false;
        }
        return retry_later(end);
    }
    end.out.clear();
    if (end.in.empty() || socket.closing_) finish(end);
}

/// The same over inproc: what waited was in the memory of the one that has gone. Who had connected waits for the name
/// to be bound again, but for a PAIR, as `transport::zmq` has it.
inline void network::lost_local(pipe& end) {
    end.out.clear();
    bool const waits = end.active && end.owner->kind_ != pattern::pair && !end.owner->closing_;
    if (!waits) {
        end.active = false;
        if (end.in.empty() || end.owner->closing_) finish(end);
    } else if (listener* const at = find(end.target, end.owner->context_)) {
        establish(end, *at);
    }
}

inline void network::lose_flying(pipe& from) {
    for (; from.flying > 0; --from.flying) {
        note_pipe(incident_kind::lost, from, from.out.front().name, from.out.front().payload());
        from.out.pop();
    }
    from.held = 0;
}

/// Ends a pipe; the last one of a closed socket takes that with it.
inline void network::finish(pipe& end) {
    socket_state& socket = *end.owner;
    part(end);
    retire(end);
    if (socket.closing_ && socket.pipes_.empty()) release(socket);
}

inline void network::retire(pipe& end) {
    socket_state& socket = *end.owner;
    std::erase(socket.pipes_, &end);
    if (socket.current_ == &end) {
        socket.current_ = nullptr;
        socket.named_   = false;
    }
    if (socket.target_ == &end) socket.target_ = nullptr;
    if (socket.reply_from_ == &end) socket.reply_from_ = nullptr;
    if (socket.reply_to_ == &end) socket.reply_to_ = nullptr;
    end.reset();
    free_pipes_.push_back(end.id);
}

}  // namespace tenon::transport::simulation
