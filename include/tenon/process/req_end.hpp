// The running end of a `req` port: sends requests and commands, and gives each request exactly one outcome.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/port_end.hpp>
#include <tenon/process/reply.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/transport/concept.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// A DEALER socket stands behind a `req` port, not a REQ socket: many requests may be under way, none blocks the port,
/// and each carries a correlation id in its envelope, `[id, '', body]`, which REP, ROUTER and DEALER peers give back.
template <class Process, class Port>
class req_end : public port_end<Process, Port> {
    using base  = port_end<Process, Port>;
    using frame = typename base::frame;
    using app   = typename Process::app_type;
    using base::codec_, base::counters_, base::process_, base::scratch_, base::socket_;

public:
    req_end(Process& process, plan const& from) : base{process, pattern::dealer, from} {}

    /// Asks `question`; `on_result(tenon::result<Reply>)` is called once, in this process's thread: with the reply, with
    /// the peer's failure, with `errc::timed_out` after `timeout`, or with `errc::stopped` when the process stops. What
    /// cannot be sent ends so too, in a later turn of the loop, never inside this call. Fields of the reply that borrow
    /// are valid during the call. What `on_result` throws is treated like what a handler throws.
    ///
    /// Returns true; false only when a stop has ended the port's requests already, as it is for one who asks again from
    /// `on_result` then: the request is not accepted, and `on_result` is not called.
    template <class Question, class OnResult>
    bool request(Question const& question, std::chrono::nanoseconds timeout, OnResult on_result) {
        if constexpr (question_of_port<app, Port, Question>::value) {
            using reply = typename Port::protocol_type::template reply_to<Question>;
            static_assert(std::invocable<OnResult&, result<reply>>,
                          "tenon: request(question, timeout, on_result) calls on_result(tenon::result<Reply>)");
            if (ended_) {
                this->undeliverable(errc::stopped, message_name<Question>);
                return false;
            }
            auto finish = [this, on_result = std::move(on_result)](arrival& got) mutable {
                if (got.why) return on_result(result<reply>{std::move(*got.why)});
                auto read = read_reply<reply>(codec_, got.body);
                if (read.fault) {
                    ++counters_.undecodable;
                    this->observe({}, read.outcome.error().code, read.outcome.error().text);
                }
                on_result(std::move(read.outcome));
            };
            correlation_id const id = pending_.add({timer_id{}, std::move(finish)});
            errc const failed = send_with(id, question);
            pending_.find(id)->timer = process_.after(failed == errc::ok ? timeout : std::chrono::nanoseconds{0},
                                                      [this, id, failed] { give_up(id, failed); });
            return true;
        }
        return false;
    }

    /// Tells `command`; nobody answers. False if it cannot be encoded or if the high-water mark is reached: then it is
    /// dropped, counted as undeliverable and told to the observer.
    template <class Command>
    bool send(Command const& command) {
        if constexpr (command_of_port<app, Port, Command>::value) {
            // An id of its own, known to nobody: whatever a peer answers is late.
            return send_with(correlation_id{~0u, ++commands_sent_}, command) == errc::ok;
        }
        return false;
    }

    /// How many requests wait for their outcome.
    [[nodiscard]] std::size_t pending() const noexcept { return pending_.size(); }

    /// Handles up to `budget` replies that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        for (; budget > 0; --budget)
            if (!receive_one()) return false;
        return true;
    }

    /// Ends what is still under way with `errc::stopped`, and takes no more requests. The last part of a stop: whatever
    /// the callbacks throw, all of them are called.
    void end_requests() {
        ended_ = true;
        std::exception_ptr first;
        while (auto waiting = pending_.take_any()) {
            process_.cancel(waiting->timer);
            try {
                finish(*waiting, failure{errc::stopped, "the process stopped before the reply came"});
            } catch (...) {
                if (!first) first = std::current_exception();
            }
        }
        if (first) std::rethrow_exception(first);
    }

private:
    using timer_id = typename Process::timer_id;

    /// What a request ends with: the bytes of a reply, or the reason why there is none.
    struct arrival {
        bytes_view             body;
        std::optional<failure> why;
    };
    struct waiting_request {
        timer_id                        timer;
        unique_function<void(arrival&)> finish;
    };

    template <class M>
    errc send_with(correlation_id id, M const& m) {
        if (codec_error const failed = encode_frame(codec_, scratch_, outgoing_, m)) {
            this->undeliverable(failed.code, message_name<M>);
            return failed.code;
        }
        frame first(correlation_id::wire_size), delimiter;
        id.write(first.data());
        auto sent = base::send(first, true);
        // After the first part none of the others waits. If the connection breaks just then, libzmq drops what it has
        // of the message and goes on dropping up to its last part, so that one is sent in any case.
        if (sent == transport::io::done) {
            auto const middle = base::send(delimiter, true);
            auto const last   = base::send(outgoing_, false);
            sent              = middle == transport::io::done ? last : middle;
        }
        if (sent == transport::io::done) return errc::ok;
        this->undeliverable(reason_of(sent), message_name<M>);
        return reason_of(sent);
    }

    bool receive_one() {
        std::size_t parts = 0;
        bool        more  = true;
        for (; more; ++parts) {
            frame& into = parts == 0 ? id_ : parts == 1 ? delimiter_ : body_;
            if (socket_.receive(into) != transport::io::done) return false;
            more = into.more();
        }
        auto const id = correlation_id::read(id_.view());
        if (parts != 3 || delimiter_.size() != 0 || !id) {
            ++counters_.wrong_frames;
            this->observe({}, errc::wrong_frames, "a reply is the request's id, an empty delimiter and one frame");
            return true;
        }
        auto waiting = pending_.take(*id);
        if (!waiting) {
            ++counters_.late;
            this->observe({}, errc::late, {});
            return true;
        }
        process_.cancel(waiting->timer);
        call(*waiting, arrival{body_.view(), std::nullopt});
        return true;
    }

    void give_up(correlation_id id, errc failed) {
        auto waiting = pending_.take(id);
        if (!waiting) return;
        if (failed == errc::ok) {
            ++counters_.timed_out;
            this->observe({}, errc::timed_out, {});
        }
        finish(*waiting, failed == errc::ok ? failure{errc::timed_out, "no reply came in time"}
                                            : failure{failed, std::string{describe(failed)}});
    }

    void finish(waiting_request& waiting, failure why) { call(waiting, arrival{{}, std::move(why)}); }

    void call(waiting_request& waiting, arrival got) {
        try {
            waiting.finish(got);
        } catch (...) {
            ++counters_.handler_failed;
            describe_thrown([&](errc why, std::string_view text) { this->observe({}, why, text); });
            if constexpr (Process::errors_type::stops) throw;
        }
    }

    pending_table<waiting_request> pending_;
    frame                          id_, delimiter_, body_, outgoing_;
    std::uint32_t                  commands_sent_ = 0;
    bool                           ended_         = false;
};

}  // namespace tenon::detail
