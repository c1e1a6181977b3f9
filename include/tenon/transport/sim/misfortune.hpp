// What befalls the nodes of a simulated network: partitions, freezes, crashes, clocks that jump.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/transport/sim/connections.hpp>
#include <tenon/transport/sim/endpoints.hpp>
#include <tenon/transport/sim/network.hpp>

#include <cstddef>
#include <utility>

namespace tenon::transport::simulation {

inline std::size_t network::partition_between(node const& a, node const& b) const noexcept {
    std::size_t i = 0;
    for (; i < partitions_.size(); ++i) {
        cut_link const& each = partitions_[i];
        if ((each.a == &a && each.b == &b) || (each.a == &b && each.b == &a)) break;
    }
    return i;
}

inline void network::partition(node& a, node& b) {
    if (&a == &b || !reachable(a, b)) return;
    partitions_.push_back({&a, &b, now_});
    trace_.add({now_, incident_kind::cut, a.id, b.id, {}, {}, 0});
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
        pipe& each = *pipes_[i];
        if (each.owner == nullptr || each.far == nullptr) continue;
        if (!reachable(*each.owner->home_, *each.far)) expect_silence(each);
    }
}

inline void network::heal(node& a, node& b) {
    std::size_t const found = partition_between(a, b);
    if (found == partitions_.size()) return;
    partitions_.erase(partitions_.begin() + static_cast<std::ptrdiff_t>(found));
    trace_.add({now_, incident_kind::healed, a.id, b.id, {}, {}, 0});
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
        pipe& each = *pipes_[i];
        if (each.owner == nullptr || each.far == nullptr) continue;
        node const& home = *each.owner->home_;
        if (!(&home == &a && each.far == &b) && !(&home == &b && each.far == &a)) continue;
        if (each.half_open) events_.push(later(now_, latency()), event_kind::reset, each.id, each.epoch);
        time_point when = later(now_, latency());  // TCP sends again what was not acknowledged
        if (when < each.last_arrival) when = each.last_arrival;
        for (; each.held > 0; --each.held) events_.push(when, event_kind::arrival, each.id, each.epoch);
        each.last_arrival = when;
        transmit(each);
    }
}

inline void network::freeze(node& one, duration time) {
    note(incident_kind::frozen, one);
    if (!one.frozen) one.frozen_since = now_;
    one.frozen       = true;
    one.frozen_until = later(now_, time);
    if (one.frozen_until != never) events_.push(one.frozen_until, event_kind::thaw, one.id);
    for (std::size_t i = 0; i < pipes_.size(); ++i)
        if (pipes_[i]->owner != nullptr && pipes_[i]->far == &one) expect_silence(*pipes_[i]);
}

inline void network::thaw(node& one) {
    if (!one.frozen) return;
    note(incident_kind::thawed, one);
    one.frozen       = false;
    one.frozen_until = never;
    wake(one);
    answer_knocks();
}

/// Those who wait for a frozen process hear now whether it goes on or is no more.
inline void network::answer_knocks() {
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
        pipe& each = *pipes_[i];
        if (!each.knocking) continue;
        ++each.epoch;  // instead of the attempt that stands in the queue
        events_.push(later(now_, latency()), event_kind::reconnect, each.id, each.epoch);
    }
}

inline void network::jump(node& one, duration ahead) {
    constexpr duration century = std::chrono::hours{24 * 36'525};  // more would leave no room for deadlines
    note(incident_kind::jumped, one);
    one.clock_offset = ahead < century - one.clock_offset ? one.clock_offset + ahead : century;
    wake(one);
}

inline void network::crash(node& one) {
    note(incident_kind::crashed, one);
    one.crashed = true;
    if (std::exchange(one.frozen, false)) answer_knocks();
    for (std::size_t i = 0; i < sockets_.size(); ++i)
        if (sockets_[i]->open_ && !sockets_[i]->closing_ && sockets_[i]->home_ == &one) close(*sockets_[i], {});
}

/// How long `end` bears silence: with heartbeats, as zmtp_engine_t counts it, from the last sign of life; without, for
/// a partition, as long as TCP's keepalive does. Zero if for ever.
inline duration network::patience_of(pipe const& end) const noexcept {
    auto const& socket = *end.owner;
    if (socket.options_.heartbeat_interval_for(socket.kind_).count() > 0)
        return socket.options_.heartbeat_timeout_for(socket.kind_);
    constexpr std::chrono::seconds probes{30};  // three of them, ten seconds apart
    if (reachable(*socket.home_, *end.far) || socket.options_.keepalive_idle.count() == 0) return {};
    return socket.options_.keepalive_idle + probes;
}

/// When what keeps `end` and its peer apart began; `never` if nothing does.
inline time_point network::silent_since(pipe const& end) const noexcept {
    std::size_t const cut   = partition_between(*end.owner->home_, *end.far);
    time_point        since = end.far->frozen ? end.far->frozen_since : never;
    if (cut < partitions_.size() && partitions_[cut].since < since) since = partitions_[cut].since;
    return since;
}

/// Asks later whether `end` has heard nothing since, because its peer is frozen or cut off.
inline void network::expect_silence(pipe& end) {
    if (end.local || (end.peer == nullptr && !end.half_open)) return;
    duration const patience = patience_of(end);
    if (patience <= duration::zero()) return;
    auto const&    socket      = *end.owner;
    duration const until_probe = random_.between({}, socket.options_.heartbeat_interval_for(socket.kind_));
    time_point     when        = later(silent_since(end), until_probe + patience);
    if (when < now_) when = now_;
    events_.push(when, event_kind::silence, end.id, end.epoch);
}

inline void network::notice_silence(pipe& end) {
    time_point const since    = silent_since(end);
    duration const   patience = patience_of(end);
    if (end.owner->home_->frozen || since > now_ || patience <= duration::zero() || now_ - since < patience) return;
    part(end);
    lost(end);
}

}  // namespace tenon::transport::simulation
