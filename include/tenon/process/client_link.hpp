// How a client sends and receives: one message at a time, and no longer than it may wait.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/loop/spin.hpp>
#include <tenon/process/attachments.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <utility>

#include <poll.h>

namespace tenon::detail {

/// What a client has received.
enum class client_arrival { nothing, reply, event, stray, broken };

/// A DEALER socket with a context of its own, and the frames that are on their way. `Port` is the client's.
template <class Transport, class Wait, class Port>
class client_link {
    using clock    = typename Transport::clock;
    using protocol = typename Port::protocol_type;

    static constexpr bool takes_events = protocol::events::size > 0;

public:
    using frame      = typename Transport::frame;
    using duration   = std::chrono::nanoseconds;
    using time_point = typename clock::time_point;

    /// True if replies or events have attachments.
    static constexpr bool may_attach = most_attached_at<Port> > 0;
    using arrived_type               = arrived_attachments<frame, most_attached_at<Port>>;
    using leaving_type               = leaving_attachments<frame, most_attachments<typename protocol::to_server>>;

    client_link(bool inproc, transport::socket_options const& options)
        : context{context_for(inproc)}, socket{context, pattern::dealer, options} {}

    /// Far away for a timeout that goes beyond the end of the clock.
    time_point deadline_after(duration timeout) const {
        auto const now = context.now();
        if (timeout <= duration::zero()) return now;
        return timeout > time_point::max() - now ? time_point::max() : now + timeout;
    }

    duration left_until(time_point deadline) const { return deadline - context.now(); }

    /// Sends `outgoing` and what is `leaving` with it, under `id`. What has not left by the deadline is given up.
    errc send(correlation_id const& id, time_point deadline) {
        errc const failed = try_to_send(id, deadline);
        if (failed != errc::ok) leaving.clear();
        return failed;
    }

    /// Receives one message: the reply to the request `id`, an event, or anything else; then `body` and `attached` have
    /// what it brings. Waits for it up to `limit`, perhaps less.
    client_arrival receive(correlation_id const& id, duration limit) {
        auto const got = receive_first(limit);
        if (got == transport::io::again || got == transport::io::interrupted) return client_arrival::nothing;
        if (got != transport::io::done) return client_arrival::broken;
        bool        more  = first_.more();
        std::size_t parts = 1;
        bool        empty = false;
        attached.clear();
        for (; more; ++parts) {
            bool const is_attached = may_attach && parts > body_at();
            frame&     into        = is_attached ? attachment_place() : body;
            if (socket.receive(into) != transport::io::done) return client_arrival::broken;
            more = into.more();
            if (parts == 1) empty = into.size() == 0;
            if constexpr (may_attach)
                if (is_attached) attached.keep();
        }
        if (may_attach && parts > body_at()) parts = body_at() + 1;
        if (parts == 3 && empty && id.is_written_in(first_.view())) return client_arrival::reply;
        bool const event = takes_events && (parts == 1 || (parts == 2 && first_.size() == 0));
        if (!event) return client_arrival::stray;
        if constexpr (takes_events)
            if (parts == 1) body = std::move(first_);
        return client_arrival::event;
    }

    typename Transport::context        context;
    typename Transport::socket         socket;
    frame                              outgoing, body;
    [[no_unique_address]] leaving_type leaving;
    [[no_unique_address]] arrived_type attached;

private:
    /// One for itself, or the one that all of this program share.
    [[gnu::cold]] static typename Transport::context context_for([[maybe_unused]] bool inproc) {
        if constexpr (transport::shares_context<Transport>)
            if (inproc) return Transport::context::of_program();
        return {};
    }

    errc try_to_send(correlation_id const& id, time_point deadline) {
        std::byte written[correlation_id::wire_size];
        id.write(written);
        for (;;) {
            auto const sent = send_bytes(socket, first_, written, true);
            if (sent == transport::io::done) break;
            if (sent != transport::io::again && sent != transport::io::interrupted)
                return errc::transport_error;
            if (!wait_for(POLLOUT, deadline)) return errc::would_block;
        }
        // After the first part none of the others waits. If the connection breaks just then, libzmq drops what it has
        // of the message and goes on dropping up to its last part, so that one is sent in any case.
        bool const middle = socket.send(delimiter_, true) == transport::io::done;
        auto const behind = leaving.frames();
        bool       last   = socket.send(outgoing, !behind.empty()) == transport::io::done;
        for (frame& each : behind) last = socket.send(each, &each != &behind.back()) == transport::io::done && last;
        return middle && last ? errc::ok : errc::transport_error;
    }

    /// Waits up to `limit` for the first part of a message, by the wait policy.
    transport::io receive_first(duration limit) {
        if constexpr (Wait::spin > duration{0}) {
            duration const spin = limit < Wait::spin ? limit : Wait::spin;
            for (loop::spin_time time{context, spin}; time.goes_on();)
                if (auto const got = socket.receive(first_); got != transport::io::again) return got;
            limit -= spin;
            if (limit <= duration{0}) return transport::io::again;
        }
        return sleep_for_first(limit);
    }

    transport::io sleep_for_first(duration limit) {
        if constexpr (transport::receives_within<typename Transport::socket, frame>) {
            return socket.receive(first_, limit);
        } else {
            auto const got = socket.receive(first_);
            if (got != transport::io::again || !wait_for(POLLIN, deadline_after(limit))) return got;
            return socket.receive(first_);
        }
    }

    /// Which frame is the body, once the first is there: `[id, '', body]` or `['', body]`.
    [[nodiscard]] std::size_t body_at() const noexcept { return takes_events && first_.size() == 0 ? 1 : 2; }
    frame& attachment_place() noexcept {
        if constexpr (may_attach) return attached.next();
        else return body;
    }

    bool wait_for(short ready, time_point deadline) {
        auto const left = left_until(deadline);
        if (left.count() <= 0) return false;
        typename Transport::poll_item item{socket, ready};
        context.wait({&item, 1}, left);
        return true;
    }

    frame first_;
    frame delimiter_;  ///< Empty, and so again when it is sent.
};

}  // namespace tenon::detail
