// What the running ends of all ports share: socket, codec, addresses, counters, and how a message leaves.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/loop/event_loop.hpp>
#include <tenon/process/batcher.hpp>
#include <tenon/process/connections.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/outbox.hpp>
#include <tenon/process/overload.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/process/socket_options.hpp>
#include <tenon/protocol/options.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <poll.h>

namespace tenon::detail {

/// The running end of a port; one specialisation for each kind of pattern, in tenon/process/ends.hpp.
template <class Process, class Port>
struct end_for;
template <class Process, class Port>
using end_for_t = typename end_for<Process, Port>::type;

/// A message on its way out: its frames, and which of them is the body.
template <class Frame>
struct departure {
    std::span<Frame> frames;
    std::size_t      body;
    std::string_view name;
    bool             kept = false;  ///< The sender keeps it if there is no room now: then nothing has happened.
};

/// The base of every running port. What users see of it is `process[port]`.
template <class Process, class Port>
class port_end {
public:
    using transport_type = typename Process::transport_type;
    using socket_type    = typename transport_type::socket;
    using frame          = typename transport_type::frame;
    using codec_type     = typename Process::codec_type;
    using observer_type  = typename Process::observer_type;
    using overload_type  = typename Port::options::overload;
    using batching_type  = typename Port::options::batching;

    port_end(port_end const&)            = delete;
    port_end& operator=(port_end const&) = delete;

    /// The addresses the port is bound to, with their real port numbers, in the order of binding.
    [[nodiscard]] std::span<address const> addresses() const noexcept { return {bound_.data(), bound_.size()}; }
    /// The same as lines of text for who has started the process: `<index> <address>`.
    [[gnu::cold]] void tell_addresses(buffer& to, unsigned index) const {
        for (address const& where : bound_) append_line(to, {digits(index), " ", where.to_string()});
    }
    /// The first of them; throws `errc::bad_address` if the port is not bound.
    [[nodiscard, gnu::cold]] address const& bound_address() const {
        if (bound_.empty())
            throw_error(errc::bad_address, {"port ", Port::name, " is not bound: it has no address"});
        return bound_.front();
    }

    /// What did not go its usual way at this port, counted.
    [[nodiscard]] port_counters const& counters() const noexcept { return counters_; }

    /// How many messages wait in the port until the transport takes them: by its overload option, or in a batch.
    [[nodiscard]] std::size_t waiting_to_leave() const noexcept {
        std::size_t waiting = 0;
        if constexpr (overload_type::queue > 0) waiting += outbox_.size();
        if constexpr (packs) waiting += batcher_.size();
        return waiting;
    }

    /// Binds one more address; returns it with the real port number. Allowed in handlers.
    [[gnu::cold]] address bind(address const& where) {
        // What goes over inproc is neither encrypted nor asked about.
        if constexpr (Process::security_type::encrypts)
            if (where.scheme() != scheme::inproc) process_.gate().serve(socket_, Port::name);
        bound_.push_back(socket_.bind(where));
        return bound_.back();
    }
    /// Connects to one more peer. Allowed in handlers.
    [[gnu::cold]] void connect(address const& where) {
        if constexpr (Process::security_type::encrypts)
            if (where.scheme() != scheme::inproc) Process::security_type::join(socket_, Port::name);
        socket_.connect(where);
        ++connected_;
    }
    /// Ends a connection that `connect` made. Allowed in handlers. Errors: `errc::bad_address` if there is none.
    [[gnu::cold]] void disconnect(address const& where) {
        socket_.disconnect(where);
        --connected_;
    }

    /// The socket, for what this class has no word for.
    [[nodiscard]] socket_type& socket() noexcept { return socket_; }

    /// Tells whoever listens what has happened to the connections by now: when a stop has come before the loop's turn.
    void tell_connections() { connections_.tell(); }

    /// Gives up what still waits to leave: the last part of a stop.
    void end_waiting() {
        if constexpr (overload_type::queue > 0)
            for (; !outbox_.empty(); outbox_.pop()) undeliverable(errc::stopped, outbox_.front().name);
        if constexpr (packs) batcher_.end_waiting(*this);
    }

protected:
    [[gnu::cold]] port_end(Process& process, pattern p, plan const& from)
        : process_{process}, socket_{process.context(), p, socket_options_for<Process, Port>(from)} {
        static_assert(!(blocks<overload_type> && transport::is_stepped<transport_type>),
                      "tenon: a port with tenon::overload::block waits inside send(), and nothing may block in a "
                      "process on a simulated transport (see Port in the lines around); choose another "
                      "overload option");
        label({});
        connections_.start(process, socket_, counters_);
        for (link const& each : from.links) {
            if (each.port != Process::port_list::template index_of<Port>) continue;
            if (each.binds)
                bind(address{each.address});
            else
                connect(address{each.address});
        }
    }
    ~port_end() = default;

    static constexpr std::string_view port_name    = Port::name;
    static constexpr bool             is_publisher = Port::options::publishes;
    /// True for a port that packs what it sends.
    static constexpr bool packs =
        batching_type::packs &&
        (Port::pattern == pattern::push || Port::pattern == pattern::dealer || Port::options::publishes);
    friend class batcher<port_end>;

    using end_type = end_for<Process, Port>;
    auto& derived() noexcept { return static_cast<typename end_type::type&>(*this); }

    /// Sends one frame without blocking. libzmq learns only now and then that a peer has made room, so a full queue is
    /// looked at once more before it is believed.
    [[gnu::always_inline]] transport::io send_part(frame& part, bool more) {
        auto const sent = socket_.send(part, more);
        return sent != transport::io::again ? sent : send_part_again(part, more);
    }
    [[gnu::cold, gnu::noinline]] transport::io send_part_again(frame& part, bool more) {
        wait_for_room(std::chrono::nanoseconds{0});
        return socket_.send(part, more);
    }

    /// Sends the frames as one message, all or none of it. After the first part none of the others waits. If the
    /// connection breaks just then, libzmq drops what it has of the message (and says EAGAIN, its lb_t::send) and goes
    /// on dropping up to its last part, so that one is sent in any case.
    transport::io transmit(std::span<frame> parts) {
        auto outcome = send_part(parts[0], parts.size() > 1);
        if (outcome != transport::io::done) return outcome;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            auto const sent = send_part(parts[i], i + 1 < parts.size());
            if (outcome == transport::io::done) outcome = sent == transport::io::again ? transport::io::failed : sent;
        }
        return outcome;
    }

    /// Hands a message to the transport, or does with it what the port's overload option says. Returns `errc::ok` if it
    /// is on its way or waits, else the reason: then it is gone, counted and told to the observer.
    errc hand_over(departure<frame> message) {
        if constexpr (sees_sent<observer_type>) {
            seen_.clear();
            seen_.append(message.frames[message.body].view());
        }
        errc const reason = try_to_leave(message);
        if (reason == errc::ok) {
            if constexpr (sees_sent<observer_type>) process_.observer().sent({Port::name, message.name, seen_.view()});
        } else if (drops_newest<overload_type> && reason == errc::would_block) {
            dropped(message.name);
        } else if (!message.kept || reason != errc::would_block) {
            undeliverable(reason, message.name);
        }
        return reason;
    }

    /// Packs `m` into the batch that leaves next; as `hand_over`.
    template <class M>
    errc pack(M const& m, std::string_view topic = {}, event_number const& number = {}) {
        return batcher_.send(*this, m, topic, number);
    }
    /// How many addresses the port is connected to.
    [[nodiscard]] std::size_t connected() const noexcept { return connected_; }

    /// What `send` returns for it: a drop that the overload option asks for is none of the sender's business.
    static constexpr bool is_success(errc reason) noexcept {
        return reason == errc::ok || (drops_newest<overload_type> && reason == errc::would_block);
    }

    void observe(std::string_view message, errc reason, std::string_view text) {
        process_.observer().dropped(incident{Port::name, message, reason, text});
    }
    void undeliverable(errc reason, std::string_view message) {
        ++counters_.undeliverable;
        observe(message, reason, "could not be sent");
    }
    void dropped(std::string_view message) {
        ++counters_.dropped;
        observe(message, errc::would_block, "dropped: the peer is too slow");
    }

    Process&      process_;
    socket_type   socket_;
    codec_type    codec_;
    buffer        scratch_;
    port_counters counters_;

private:
    template <class>
    struct nothing {};
    template <bool Has, class T>
    using if_needed = std::conditional_t<Has, T, nothing<T>>;

    /// Tells a transport that wants to know it what is sent next, and by whom.
    void label([[maybe_unused]] std::string_view message) noexcept {
        if constexpr (requires { socket_.label(Port::name, message); }) socket_.label(Port::name, message);
    }

    void wait_for_room(std::chrono::nanoseconds limit) {
        typename transport_type::poll_item item{socket_, POLLOUT};
        process_.context().wait({&item, 1}, limit);
    }

    errc try_to_leave(departure<frame>& message) {
        if constexpr (packs)
            if (!batcher_.make_way(*this)) return errc::would_block;  // it overtakes no batch
        if constexpr (overload_type::queue > 0)
            if (!outbox_.empty()) return enqueue(message);  // not before those that wait
        label(message.name);
        auto sent = transmit(message.frames);
        if constexpr (blocks<overload_type>)
            if (sent == transport::io::again) sent = transmit_within(message.frames);
        if constexpr (overload_type::queue > 0)
            if (sent == transport::io::again) return enqueue(message);
        return reason_of(sent);
    }

    transport::io transmit_within(std::span<frame> parts) {
        auto sent = transport::io::again;
        within_limit([&] { return (sent = transmit(parts)) != transport::io::again; });
        return sent;
    }

    /// Waits for room, as long as `overload::block` says, until `attempt()` is true; false if that does not happen.
    template <class F>
    bool within_limit(F const& attempt) {
        auto const until = process_.context().now() + overload_type::limit;
        for (;;) {
            auto const left = until - process_.context().now();
            if (left.count() <= 0) return false;
            // A publisher always looks writable to libzmq (its dist_t::has_out), so it is asked again and again.
            constexpr std::chrono::nanoseconds pause = std::chrono::milliseconds{1};
            if constexpr (Port::options::publishes) process_.context().wait({}, left < pause ? left : pause);
            else wait_for_room(left);
            if (attempt()) return true;
        }
    }

    errc enqueue(departure<frame>& message) {
        if (outbox_.full()) {
            if constexpr (drops_newest<overload_type>) return errc::would_block;
            auto& oldest = outbox_.front();
            dropped(oldest.name);
            if constexpr (requires { derived().discarded(oldest.frames); }) derived().discarded(oldest.frames);
            outbox_.pop();
        }
        flush_later();
        outbox_.push(message.frames, message.name);
        return errc::ok;
    }

    /// Lets what waits go as soon as there is room.
    void flush_later() {
        if (flushing_) return;
        if constexpr (Port::options::publishes) {
            process_.loop().after(std::chrono::milliseconds{1}, [this] {
                flushing_ = false;
                if (flush()) flush_later();
            });
        } else {
            constexpr auto room = [](void* self, std::size_t) {
                auto& end = *static_cast<port_end*>(self);
                if (!end.flush()) {
                    end.process_.loop().unwatch(end.flush_source_);
                    end.flushing_ = false;
                }
                return false;
            };
            flush_source_ = process_.loop().watch(socket_, room, this, POLLOUT);
        }
        flushing_ = true;
    }

    /// Sends what waits, as far as there is room; true if something is left.
    bool flush() {
        if constexpr (overload_type::queue > 0)
            while (!outbox_.empty()) {
                auto&      next = outbox_.front();
                label(next.name);
                auto const sent = transmit(next.frames);
                if (sent == transport::io::again) return true;
                if (sent != transport::io::done) undeliverable(reason_of(sent), next.name);
                outbox_.pop();
            }
        if constexpr (packs) return !batcher_.flush(*this);
        else return false;
    }

    using outbox_type  = outbox<frame, overload_type::queue>;
    using batcher_type = batcher<port_end>;

    vector<address>                                                                      bound_;
    std::size_t                                                                          connected_ = 0;
    [[no_unique_address]] if_needed<sees_sent<observer_type>, buffer>                    seen_;
    [[no_unique_address]] if_needed<(overload_type::queue > 0), outbox_type>             outbox_;
    [[no_unique_address]] if_needed<packs, batcher_type>                                 batcher_;
    loop::source_id                                                                      flush_source_{};
    bool                                                                                 flushing_ = false;
    connection_watch<Process, Port>                                                      connections_;
};

}  // namespace tenon::detail
