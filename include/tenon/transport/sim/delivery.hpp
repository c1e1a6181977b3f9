// How messages travel through a simulated network: latency, high-water marks, what happens to them on the way.
#pragma once

#include <tenon/transport/sim/network.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace tenon::transport::simulation {

inline void network::note_pipe(incident_kind what, pipe const& at, std::string_view message, std::size_t bytes) {
    socket_state const& socket = *at.owner;
    auto const          peer   = at.far == nullptr ? trace_entry::none : at.far->id;
    trace_.add({now_, what, socket.home_->id, peer, socket.port_, message, bytes});
}

/// As many may be on their way and unread as the receiver's high-water mark says: the wire itself holds nothing. So a
/// sender gets rid of the sum of both marks before it has to wait, as over inproc; but of no more than its own at once,
/// since libzmq's I/O thread takes a moment to make room. Over inproc there is none.
inline void network::transmit(pipe& from) {
    if (from.waiting() == 0) return;
    if (from.half_open) {  // into the void: the peer's machine throws it away
        for (; from.waiting() > 0; from.out.pop())
            note_pipe(incident_kind::lost, from, from.out.front().name, from.out.front().payload());
        return;
    }
    if (from.peer == nullptr || !reachable(*from.owner->home_, *from.far)) return;
    auto const most = static_cast<std::size_t>(from.peer->owner->options_.receive_hwm);
    auto const held = static_cast<std::size_t>(from.owner->options_.send_hwm);
    bool const full = held != 0 && from.waiting() >= held;
    auto const epoch = from.epoch;
    while (from.waiting() > 0 && (most == 0 || from.flying + from.peer->in.size() < most)) {
        launch(from);
        if (from.epoch != epoch) return;  // what it carried has ended the connection
    }
    if (full && from.waiting() < held) wake(*from.owner->home_);
    if (from.out.empty() && from.owner->closing_) finish(from);
}

inline void network::room_made(pipe& receiver) {
    if (receiver.peer != nullptr) transmit(*receiver.peer);
    else if (receiver.in.empty() && !receiver.leads_somewhere()) retire(receiver);
}

inline void network::launch(pipe& from) {
    ++from.flying;
    if (from.instant) return land(from);
    if (!from.local) {
        if (from.fresh_at != now_) from.fresh = 0;
        from.fresh_at = now_;
        ++from.fresh;
    }
    duration const extra = rules_.empty() && !options_.odds.any() ? duration{} : misfortune(from);
    time_point     when  = later(later(now_, latency()), extra);
    if (when < from.last_arrival) when = from.last_arrival;
    from.last_arrival = when;
    events_.push(when, event_kind::arrival, from.id, from.epoch);
}

/// What befalls the message that has just left; returns how much longer it takes.
inline duration network::misfortune(pipe& from) {
    message*   one = &from.out[from.flying - 1];
    duration   extra{};
    bool       twice = random_.chance(options_.odds.duplication);
    if (random_.chance(options_.odds.loss)) one->lost = true;
    if (random_.chance(options_.odds.truncation)) one->truncate();
    if (random_.chance(options_.odds.reordering) && from.flying > 1) one->swap(from.out[from.flying - 2]);
    one = &from.out[from.flying - 1];
    for (fault_rule& rule : rules_) {
        if (!rule.applies(one->name, from.owner->home_, from.far)) continue;
        if (rule.count != fault_rule::always) --rule.count;
        switch (rule.what) {
            case fault_rule::action::drop: one->lost = true; break;
            case fault_rule::action::duplicate: twice = true; break;
            case fault_rule::action::delay: extra = later(time_point{extra}, rule.time).time_since_epoch(); break;
        }
    }
    std::erase_if(rules_, [](fault_rule const& rule) { return rule.count == 0; });
    if (twice && !one->lost) {
        note_pipe(incident_kind::duplicated, from, one->name, one->payload());
        from.out.duplicate(from.flying - 1);
        ++from.flying;
        from.last_arrival = later(later(now_, options_.latency_max), extra);
        events_.push(from.last_arrival, event_kind::arrival, from.id, from.epoch);
    }
    return extra;
}

/// The first message that is on its way has got there.
inline void network::land(pipe& from) {
    if (!reachable(*from.owner->home_, *from.far)) {
        ++from.held;
        return;
    }
    pipe&         end      = *from.peer;
    socket_state& receiver = *end.owner;
    message&      arrived  = from.out.front();
    --from.flying;
    if (arrived.lost || receiver.closing_) {
        note_pipe(incident_kind::lost, from, arrived.name, arrived.payload());
    } else if (arrived.has_larger_part(receiver.options_.max_message_size)) {
        note_pipe(incident_kind::lost, from, arrived.name, arrived.payload());
        from.out.pop();
        part(end);
        return lost(end);
    } else {
        note_pipe(incident_kind::received, end, arrived.name, arrived.payload());
        if (publishes(receiver.kind_)) receiver.hear(end, arrived);
        else end.in.push().swap(arrived);
        wake(*receiver.home_);
    }
    from.out.pop();
}

}  // namespace tenon::transport::simulation
