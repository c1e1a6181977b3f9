// How a simulated socket sends: who gets the message, and what it looks like on the wire.
#pragma once

#include <tenon/transport/sim/network.hpp>
#include <tenon/transport/sim/socket_state.hpp>

#include <cstddef>
#include <string_view>

namespace tenon::transport::simulation {

inline io socket_state::send(bytes_view part, bool more) {
    if (terminated_) return io::terminated;
    if (!sending_) {
        if (kind_ == pattern::router) return route(part, more);
        io const outcome = begin(part);
        if (outcome != io::done) return outcome;
        sending_ = true;
    }
    draft_.append(part);
    if (!more) commit();
    return io::done;
}

/// A part that is lent is so to the receiver too. The first one may be an address, so it is copied.
inline io socket_state::send(frame const& part, bool more) {
    if (part.lent() == nullptr || !sending_ || terminated_) return send(part.view(), more);
    draft_.share(*part.lent());
    if (!more) commit();
    return io::done;
}

/// Chooses where the message goes, and writes what stands before its first part.
inline io socket_state::begin(bytes_view first) {
    switch (kind_) {
        case pattern::pull:
        case pattern::sub: return io::failed;
        case pattern::pub:
        case pattern::xpub:
            if (options_.publisher_waits)
                for (pipe const* const each : pipes_)
                    if (each->matches(as_text(first)) && !has_room(*each)) return full();
            return io::done;
        case pattern::xsub: return io::done;
        case pattern::rep:
            if (!replying_) return io::wrong_state;
            target_ = reply_to_;
            draft_.copy_from(envelope_);
            return io::done;
        case pattern::req:
            if (awaiting_ && !options_.request_correlation) return io::wrong_state;
            awaiting_ = false;
            break;
        default: break;
    }
    target_ = next_writable();
    if (target_ == nullptr) return full();
    if (kind_ == pattern::req) {
        reply_from_ = target_;
        if (options_.request_correlation) {
            ++request_;
            draft_.append({reinterpret_cast<std::byte const*>(&request_), sizeof request_});
        }
        draft_.append({});
    }
    return io::done;
}

/// ROUTER: the first part is the peer's identity and does not travel (router_t::xsend).
inline io socket_state::route(bytes_view identity, bool more) {
    target_ = nullptr;
    for (pipe* const each : pipes_)
        if (each->attached && !each->ignored && each->identity == as_text(identity)) target_ = each;
    bool const gone = target_ == nullptr || target_->identity.empty() || !target_->leads_somewhere();
    if (gone && options_.router_mandatory) return io::unroutable;
    if (!gone && !has_room(*target_)) {
        if (options_.router_mandatory) return full();
        target_ = nullptr;
    }
    sending_ = more;
    return io::done;
}

inline void socket_state::commit() {
    sending_    = false;
    draft_.name = message_;
    message_    = {};
    net_->note_sent(*this, draft_);
    if (publishes(kind_)) publish();
    else if (kind_ == pattern::xsub) send_to_all();
    else if (target_ != nullptr && target_->leads_somewhere()) put(*target_);
    draft_.clear();
    target_ = nullptr;
    if (kind_ == pattern::rep) replying_ = false;
    if (kind_ == pattern::req) forget_replies();
}

inline void socket_state::put(pipe& to) {
    to.out.push().swap(draft_);
    net_->transmit(to);
}

/// To each subscriber that wants it and has room; the others miss it.
inline void socket_state::publish() {
    auto const first = draft_.part(0);
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
        pipe& each = *pipes_[i];
        if (!each.matches(as_text(first))) continue;
        if (!has_room(each)) {
            net_->note_missed(each, draft_);
            continue;
        }
        each.out.push().copy_from(draft_);
        net_->transmit(each);
    }
}

/// XSUB: a single part that begins with 1 or 0 is a subscription; everything else goes to all publishers.
inline void socket_state::send_to_all() {
    auto const first = draft_.part(0);
    if (draft_.parts == 1 && !first.empty() && std::to_integer<unsigned>(first[0]) <= 1) {
        std::string const prefix{as_text(first.subspan(1))};
        return filter(first[0] == std::byte{1}, prefix);
    }
    for (pipe* const each : pipes_) {
        if (!has_room(*each)) continue;
        each->out.push().copy_from(draft_);
        net_->transmit(*each);
    }
}

inline bool socket_state::has_room(pipe const& to) const noexcept {
    if (!to.attached || to.ignored || !to.leads_somewhere()) return false;
    std::size_t const fresh = to.fresh_at == net_->now() ? to.fresh : 0;
    return options_.send_hwm == 0 || to.waiting() + fresh < static_cast<std::size_t>(options_.send_hwm);
}

/// The next of the peers that has room, in turn (lb_t).
inline pipe* socket_state::next_writable() noexcept {
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
        std::size_t const at = (next_write_ + i) % pipes_.size();
        if (!has_room(*pipes_[at])) continue;
        next_write_ = at + 1;
        return pipes_[at];
    }
    return nullptr;
}

inline bool socket_state::is_writable() {
    switch (kind_) {
        case pattern::pull:
        case pattern::sub: return false;
        case pattern::pub:
        case pattern::xpub:
        case pattern::xsub: return true;
        case pattern::rep: return replying_;
        case pattern::req:
            if (awaiting_ && !options_.request_correlation) return false;
            break;
        case pattern::router:
            if (!options_.router_mandatory) return true;
            break;
        default: break;
    }
    for (pipe const* const each : pipes_)
        if (has_room(*each)) return true;
    full();
    return false;
}

/// Nothing can be sent now; in a moment perhaps.
inline io socket_state::full() {
    for (pipe const* const each : pipes_)
        if (each->fresh_at == net_->now() && each->fresh > 0) net_->look_for_room(*home_);
    return io::again;
}

/// REQ: the request is on its way; what had arrived before answers earlier ones (req_t::xsend).
inline void socket_state::forget_replies() {
    awaiting_ = true;
    current_  = nullptr;
    for (std::size_t i = pipes_.size(); i > 0; --i) {
        pipe& each   = *pipes_[i - 1];
        each.read_at = 0;
        if (each.in.empty()) continue;
        each.in.clear();
        net_->room_made(each);
    }
}

// ---- Subscriptions --------------------------------------------------------------------------------------------------

inline void socket_state::filter(bool add, std::string_view prefix) {
    std::size_t i = 0;
    while (i < subscriptions_.size() && subscriptions_[i].prefix != prefix) ++i;
    bool const known = i < subscriptions_.size();
    if (add) {
        if (known) ++subscriptions_[i].count;
        else subscriptions_.push_back({std::string{prefix}, 1});
    } else {
        if (!known || --subscriptions_[i].count > 0) return;
    }
    for (pipe* const each : pipes_)
        if (each->peer != nullptr) announce(*each, add, prefix);
    if (!add) subscriptions_.erase(subscriptions_.begin() + static_cast<std::ptrdiff_t>(i));
}

/// Subscriptions travel as messages, a byte 1 or 0 and the prefix (RFC 29/PUBSUB), and are not held up by the mark.
inline void socket_state::announce(pipe& to, bool add, std::string_view prefix) {
    message& said = to.out.push();
    buffer   part;
    part.push_back(static_cast<char>(add));
    part.append(prefix);
    said.append(part.view());
    said.name = add ? subscribe_name : unsubscribe_name;
    net_->note_sent(*this, said);
    net_->transmit(to);
}

/// XPUB and PUB: a subscriber has said something.
inline void socket_state::hear(pipe& from, message& said) {
    auto const first = said.part(0);
    if (said.parts == 1 && !first.empty() && std::to_integer<unsigned>(first[0]) <= 1)
        return hear_subscription(from, first[0] == std::byte{1}, as_text(first.subspan(1)));
    if (kind_ == pattern::xpub) notices_.push().swap(said);
}

/// The user of an XPUB is told of the first and the last subscription of a kind, or of all (xpub_t::xread_activated).
inline void socket_state::hear_subscription(pipe& from, bool add, std::string_view prefix) {
    auto const has = [&](pipe const& one) {
        for (auto const& each : one.topics)
            if (each == prefix) return true;
        return false;
    };
    bool const had    = has(from);
    bool       others = false;
    for (pipe const* const each : pipes_) others = others || (each != &from && has(*each));
    if (add && !had) from.topics.emplace_back(prefix);
    if (!add) std::erase(from.topics, prefix);
    bool const tells = kind_ == pattern::xpub && (options_.all_subscriptions || (add ? !had && !others : !others));
    if (!tells) return;
    buffer part;
    part.push_back(static_cast<char>(add));
    part.append(prefix);
    notices_.push().append(part.view());
}

inline void socket_state::forget_topics(pipe& gone) {
    auto const topics = gone.topics;
    for (std::string const& each : topics) hear_subscription(gone, false, each);
}

inline bool socket_state::is_wanted(std::string_view topic) const noexcept {
    for (subscription const& each : subscriptions_)
        if (topic.starts_with(each.prefix)) return true;
    return false;
}

}  // namespace tenon::transport::simulation
