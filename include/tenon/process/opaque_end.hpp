// The running end of an opaque port: hands its messages to the app as frames, and sends such messages on.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/loop/event_loop.hpp>
#include <tenon/process/multipart.hpp>
#include <tenon/process/port_end.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <poll.h>

namespace tenon::detail {

/// The handler of `App` for the messages that arrive at the opaque `Port`: `on(port, message&, process&)`, the process
/// may be left out. It returns void, or a bool: false if it cannot take the message now.
template <class App, class Port, class Message, class Process>
struct opaque_handler {
    static constexpr bool with_process = requires(App& app, Message& m, Process& p) { app.on(Port{}, m, p); };
    static constexpr bool alone        = requires(App& app, Message& m) { app.on(Port{}, m); };

    static consteval bool check() noexcept {
        static_assert(with_process || alone,
                      "tenon: this app has no handler for the messages of an opaque port (see App and Port in the "
                      "lines around); add `on(decltype(port), tenon::opaque_message auto& message, auto& process)`");
        static_assert(!(with_process && alone),
                      "tenon: this app has two handlers for the messages of an opaque port (see App and Port in the "
                      "lines around); keep one `on` for them, with or without the process argument");
        if constexpr (with_process != alone) {
            using call_type      = decltype(call)*;
            constexpr bool right = one_of<std::invoke_result_t<call_type, App&, Message&, Process&>, void, bool>;
            static_assert(right, "tenon: the handler of an opaque port returns void, or a bool that is false if it "
                                 "cannot take the message now (see App and Port in the lines around)");
            return right;
        }
        return false;
    }
    static decltype(auto) call(App& app, Message& m, [[maybe_unused]] Process& process) {
        if constexpr (with_process) return app.on(Port{}, m, process);
        else return app.on(Port{}, m);
    }
};

/// Reads a message only when the app has taken the one before, so memory is bounded by the sockets' high-water marks
/// and peers feel the back-pressure. Nothing is decoded, and nothing is allocated per message.
template <class Process, class Port>
class opaque_end : public port_end<Process, Port> {
    using base          = port_end<Process, Port>;
    using app           = typename Process::app_type;
    using frame         = typename base::frame;
    using observer_type = typename base::observer_type;
    using base::counters_, base::process_, base::socket_;

public:
    using message_type = multipart<frame>;

    /// The loop watches the socket only while the port reads.
    static constexpr bool watches_itself = true;

    opaque_end(Process& process, plan const& from) : base{process, Port::pattern, from} { watch_if_reading(); }

    /// Sends `message` on as it is, without copying it, and leaves it empty. False if it could not be sent, and the
    /// port's overload option says that this is the sender's business: then it is counted as undeliverable. At a router
    /// port the first frame says to whom.
    bool forward(message_type& message) {
        errc const reason = send_on(message, false);
        message.clear();
        return this->is_success(reason);
    }

    /// The same, but a message for which there is no room now stays as it is and is not counted: `errc::would_block`.
    /// Keep it, by returning false from the handler that got it, and let `when_room` say when to try again. Never at a
    /// router port: one peer that does not read must not hold up the others, so its messages are dropped and counted.
    errc try_forward(message_type& message) {
        errc const reason = send_on(message, Port::pattern != pattern::router);
        if (reason == errc::would_block && keeps(reason)) return reason;
        message.clear();
        return this->is_success(reason) ? errc::ok : reason;
    }

    /// Calls `f()` once, in a turn of its own, when there is room for messages again, or may be.
    template <class F>
    void when_room(F f) {
        waiters_.push_back(std::move(f));
        if (waiters_.size() == 1) watch_room();
    }

    /// Reads no more messages until `resume`; what peers send waits in the transport's queues, and then with them.
    void pause() noexcept {
        paused_ = true;
        watch_if_reading();
    }
    /// Reads again, beginning with the message that the handler has not taken, if there is one.
    void resume() {
        paused_ = false;
        retry();
        watch_if_reading();
    }
    [[nodiscard]] bool is_paused() const noexcept { return paused_; }

    /// Soon, in a turn of its own, offers the handler the message that it has not taken. If there is none, or the port
    /// is paused, it does nothing.
    void retry() {
        if (!held_ || paused_ || std::exchange(retrying_, true)) return;
        process_.loop().after(std::chrono::nanoseconds{0}, [this] {
            retrying_ = false;
            drain(loop_budget);
        });
    }

    /// True while a message that was received waits to be taken, or there may be more: a stop sees to these first.
    [[nodiscard]] bool is_unfinished() const noexcept { return held_ || unfinished_; }

    /// Hands up to `budget` messages that have arrived to the app. Returns true if there may be more.
    bool drain(std::size_t budget) {
        unfinished_ = false;
        if constexpr (receives) {
            for (; budget > 0 && !paused_; --budget) {
                shape const got = held_ ? shape::good : receive();
                if (got == shape::none || (got == shape::good && !offer())) return false;
            }
            unfinished_ = !paused_;
        }
        return unfinished_;
    }

    /// Gives up what still waits: the last part of a stop.
    void end_waiting() {
        base::end_waiting();
        if (std::exchange(held_, false)) this->undeliverable(errc::stopped, {});
        message_.clear();
    }

private:
    static constexpr bool        receives    = Port::pattern != pattern::push;
    static constexpr std::size_t loop_budget = Process::loop_type::default_budget;

    enum class shape { none, good, bad };

    /// A port that queues or drops by itself has seen to the message.
    static constexpr bool keeps(errc reason) noexcept {
        return Port::pattern != pattern::router && !base::is_success(reason);
    }

    errc send_on(message_type& message, bool kept) {
        // libzmq would take a message for nobody and say nothing.
        constexpr std::size_t least = Port::pattern == pattern::router ? 2 : 1;
        if (message.size() < least) {
            this->undeliverable(errc::wrong_frames, {});
            return errc::wrong_frames;
        }
        return this->hand_over({message.frames(), message.size() - 1, {}, kept});
    }

    shape receive() {
        for (bool more = true; more;) {
            if (message_.full()) return skip_rest();
            frame& next = message_.add();
            // All parts of a message arrive together (ZMTP), so only the first may be missing.
            if (socket_.receive(next) != transport::io::done) return message_.clear(), shape::none;
            more = next.more();
        }
        if constexpr (sees_received<observer_type>)
            process_.observer().received({Port::name, {}, message_[message_.size() - 1].view()});
        return shape::good;
    }

    shape skip_rest() {
        message_.clear();
        for (frame ignored; socket_.receive(ignored) == transport::io::done && ignored.more();) {}
        ++counters_.wrong_frames;
        this->observe({}, errc::wrong_frames, "a message has at most 64 frames");
        return shape::bad;
    }

    /// Hands the message to the app's handler; false if it stays here.
    bool offer() {
        bool taken = true;
        try {
            taken = call_handler();
        } catch (...) {
            settle(true);
            ++counters_.handler_failed;
            describe_thrown([this](errc why, std::string_view text) { this->observe({}, why, text); });
            if constexpr (Process::errors_type::stops) throw;
        }
        settle(taken);
        return taken;
    }

    void settle(bool taken) {
        if (taken) message_.clear();
        held_ = !taken;
        watch_if_reading();
    }

    bool call_handler() {
        using handler = opaque_handler<app, Port, message_type, Process>;
        if constexpr (handler::check()) {
            if constexpr (std::is_void_v<decltype(handler::call(process_.app(), message_, process_))>)
                handler::call(process_.app(), message_, process_);
            else
                return handler::call(process_.app(), message_, process_);
        }
        return true;
    }

    void watch_if_reading() {
        bool const reading = receives && !paused_ && !held_;
        if (std::exchange(watched_, reading) == reading) return;
        if (!reading) return static_cast<void>(process_.loop().unwatch(source_));
        constexpr auto ready = [](void* self, std::size_t budget) {
            return static_cast<opaque_end*>(self)->drain(budget);
        };
        source_ = process_.loop().watch(socket_, ready, this);
    }

    void watch_room() {
        if constexpr (Port::options::publishes) {
            // A publisher always looks writable to libzmq (its dist_t::has_out), so it is asked again and again.
            process_.loop().after(std::chrono::milliseconds{1}, [this] { tell_waiters(); });
        } else {
            constexpr auto room = [](void* self, std::size_t) {
                auto& end = *static_cast<opaque_end*>(self);
                end.process_.loop().unwatch(end.room_source_);
                end.tell_waiters();
                return false;
            };
            room_source_ = process_.loop().watch(socket_, room, this, POLLOUT);
        }
    }

    void tell_waiters() {
        waiters_.swap(told_);  // both keep their memory
        for (auto& each : told_) each();
        told_.clear();
    }

    message_type                         message_;
    std::vector<unique_function<void()>> waiters_, told_;
    loop::source_id                      source_{}, room_source_{};
    bool                                 paused_     = false;
    bool                                 held_       = false;  // the handler has not taken message_
    bool                                 retrying_   = false;
    bool                                 unfinished_ = false;
    bool                                 watched_    = false;
};

}  // namespace tenon::detail
