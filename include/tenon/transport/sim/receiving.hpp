// How a simulated socket receives: from whom, and what of the message its user sees.
#pragma once

#include <tenon/transport/sim/network.hpp>
#include <tenon/transport/sim/sending.hpp>
#include <tenon/transport/sim/socket_state.hpp>

#include <cstddef>
#include <cstring>

#include <poll.h>

namespace tenon::transport::simulation {

inline io socket_state::receive(frame& into) {
    if (terminated_) return io::terminated;
    switch (kind_) {
        case pattern::push:
        case pattern::pub: return io::failed;
        case pattern::xpub: return receive_notice(into);
        default: break;
    }
    if (!may_receive()) return io::wrong_state;
    pipe* const from = pick();
    if (from == nullptr) return io::again;
    if (kind_ == pattern::router && !named_) {
        into.receive(as_bytes(from->identity), true);
        named_ = true;
        return io::done;
    }
    message const&    arrived = from->in.front();
    std::size_t const at      = from->read_at;
    bool const        last    = arrived.is_last(at);
    if (loan const* const shared = arrived.lent(at)) into.receive(*shared, !last);
    else into.receive(arrived.part(at), !last);
    if (last) finish_reading(*from);
    else from->read_at = arrived.after(at);
    return io::done;
}

/// False while it is this socket's turn to send.
inline bool socket_state::may_receive() const noexcept {
    if (kind_ == pattern::req) return awaiting_;
    return kind_ != pattern::rep || !replying_;
}

inline io socket_state::receive_notice(frame& into) {
    if (notices_.empty()) return io::again;
    message const& next = notices_.front();
    bool const     last = next.is_last(notice_at_);
    into.receive(next.part(notice_at_), !last);
    notice_at_ = last ? 0 : next.after(notice_at_);
    if (last) notices_.pop();
    return io::done;
}

/// The pipe with the next message: all that have some take turns (fq_t). Messages that the user must not see are
/// skipped.
inline pipe* socket_state::pick() {
    if (current_ != nullptr) return current_;
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
        pipe& each = *pipes_[(next_read_ + i) % pipes_.size()];
        if (each.ignored || each.in.empty()) continue;
        while (!each.in.empty() && !accept(each)) each.in.pop();
        if (!each.in.empty()) return current_ = &each;
        std::size_t const before = pipes_.size();
        net_->room_made(each);
        if (pipes_.size() != before) return pick();  // it is gone, and the others have moved
    }
    return nullptr;
}

/// True if the front message is for the user, who begins to read at `from.read_at`.
inline bool socket_state::accept(pipe& from) {
    from.read_at = 0;
    switch (kind_) {
        case pattern::sub: return is_wanted(as_text(from.in.front().part(0)));
        case pattern::req: return accept_reply(from);
        case pattern::rep: return accept_request(from);
        default: return true;
    }
}

/// The reply to the latest request, from whom that went to: its id if there is one, and the empty delimiter.
inline bool socket_state::accept_reply(pipe& from) {
    if (reply_from_ != nullptr && reply_from_ != &from) return false;
    message const& reply = from.in.front();
    std::size_t    at    = 0;
    if (options_.request_correlation) {
        auto const id = reply.part(at);
        if (id.size() != sizeof request_ || std::memcmp(id.data(), &request_, sizeof request_) != 0) return false;
        if (reply.is_last(at)) return false;
        at = reply.after(at);
    }
    if (!reply.part(at).empty() || reply.is_last(at)) return false;
    from.read_at = reply.after(at);
    return true;
}

/// A request: everything up to the empty delimiter is kept, to stand before the reply.
inline bool socket_state::accept_request(pipe& from) {
    message const& request = from.in.front();
    envelope_.clear();
    for (std::size_t at = 0;; at = request.after(at)) {
        if (request.is_last(at)) return false;
        envelope_.append(request.part(at));
        if (!request.part(at).empty()) continue;
        from.read_at = request.after(at);
        reply_to_    = &from;
        return true;
    }
}

inline void socket_state::finish_reading(pipe& from) {
    current_     = nullptr;
    named_       = false;
    from.read_at = 0;
    from.in.pop();
    std::size_t at = 0;
    while (pipes_[at] != &from) ++at;
    next_read_ = at + 1;
    if (kind_ == pattern::rep) {
        replying_ = true;
        if (!from.leads_somewhere()) reply_to_ = nullptr;
    }
    if (kind_ == pattern::req) awaiting_ = false;
    net_->room_made(from);
}

inline short socket_state::ready(short events) {
    int found = 0;
    if ((events & POLLIN) != 0) {
        if (kind_ == pattern::xpub) found |= notices_.empty() ? 0 : POLLIN;
        else if (next_report_ < reports_.size()) found |= POLLIN;
        else if (may_receive() && pick() != nullptr) found |= POLLIN;
    }
    if ((events & POLLOUT) != 0 && is_writable()) found |= POLLOUT;
    return static_cast<short>(found);
}

}  // namespace tenon::transport::simulation
