// The recorded end of `req`, `dealer` and `push` ports, and of the client side of `pair`: the test sees what is asked,
// and answers it.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/loop/timers.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/awaitable.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/testing/recorder/port.hpp>
#include <tenon/testing/unexpected.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::testing {

/// A request that was asked at a port of a recorder.
template <class Question>
struct asked {
    Question                 question;
    std::chrono::nanoseconds timeout;
};

namespace detail {

template <class Recorder, class Port>
class recorded_client : public recorded_port<Recorder, Port> {
    using base     = recorded_port<Recorder, Port>;
    using app      = typename Recorder::app_type;
    using protocol = typename Port::protocol_type;
    using base::process_;
    template <class Question>
    using reply_to = typename protocol::template reply_to<Question>;

public:
    using base::base;
    using request_id = correlation_id;

    static constexpr std::chrono::milliseconds default_timeout{5000};

    // ---- As the port of a process -----------------------------------------------------------------------------------

    template <class Question, class OnResult>
    bool request(Question const& question, time_limit timeout, OnResult on_result) {
        if constexpr (tenon::detail::question_of_port<app, Port, Question>::value) {
            static_assert(std::invocable<OnResult&, result<reply_to<Question>>>,
                          "tenon: request(question, timeout, on_result) calls on_result(tenon::result<Reply>)");
            return ask(question, timeout, std::move(on_result)).has_value();
        }
        return false;
    }
    template <class Question>
    auto request(Question&& question, time_limit timeout = default_timeout) {
        using what = std::remove_cvref_t<Question>;
        if constexpr (tenon::detail::question_of_port<app, Port, what>::value)
            return tenon::detail::request_awaitable<recorded_client, what, reply_to<what>>{
                *this, std::forward<Question>(question), timeout};
    }
    template <class Command>
    bool send(Command const& command) {
        if constexpr (tenon::detail::command_of_port<app, Port, Command>::value) return this->record(command);
        return false;
    }
    [[nodiscard]] std::size_t pending() const noexcept { return waiting_.size(); }

    // ---- For the test -----------------------------------------------------------------------------------------------

    /// Every `Question` that was asked here, in this order, whether it has its answer or not.
    template <class Question>
    [[nodiscard]] std::vector<testing::asked<Question>> asked() const {
        static_assert(tenon::detail::question_of_port<app, Port, Question>::value);
        std::vector<testing::asked<Question>> all;
        for (auto const& each : asked_)
            if (auto const* const q = std::get_if<Question>(&each.question)) all.push_back({*q, each.timeout});
        return all;
    }

    /// Ends the oldest `Question` that waits with `outcome`, a reply or a `failure`: the app is told before this
    /// returns. Throws `unexpected` if none waits.
    template <class Question>
    void answer(result<reply_to<Question>> outcome) {
        static_assert(tenon::detail::question_of_port<app, Port, Question>::value);
        complete(oldest<Question>(), std::move(outcome));
        process_.rethrow();
    }
    /// The same as if no reply came in time.
    template <class Question>
    void time_out() {
        answer<Question>(no_reply());
    }

    // ---- For awaitables ---------------------------------------------------------------------------------------------

    template <class Question, class OnResult>
    std::optional<correlation_id> ask(Question const& question, std::chrono::nanoseconds timeout, OnResult on_result) {
        using outcome = result<reply_to<Question>>;
        correlation_id const id{++last_, 1};
        asked_.push_back({question, timeout});
        auto finish = [on_result = std::move(on_result)](void* got) mutable {
            on_result(std::move(*static_cast<outcome*>(got)));
        };
        auto const timer =
            process_.set_own_timer(all_attempts(timeout), [this, id] { complete(id, outcome{no_reply()}); });
        waiting_.push_back({id, message_name<Question>, timer, std::move(finish)});
        return id;
    }
    void abandon(correlation_id id) noexcept {
        std::erase_if(waiting_, [&](waiting const& each) {
            if (each.id == id) process_.cancel(each.timer);
            return each.id == id;
        });
    }

private:
    struct asked_of_any {
        typename protocol::to_server::variant question;
        std::chrono::nanoseconds              timeout;
    };
    struct waiting {
        correlation_id                               id;
        std::string_view                             name;
        loop::timer_id                               timer;
        tenon::detail::unique_function<void(void*)> finish;  // with a result<Reply>
    };

    /// How long the attempts of a request take together if none of them is answered.
    static std::chrono::nanoseconds all_attempts(std::chrono::nanoseconds timeout) {
        using retry = typename Port::options::retry;
        auto total  = timeout;
        auto pause  = retry::backoff;
        for (unsigned left = retry::repeats; left > 0; --left) {
            if (timeout > std::chrono::nanoseconds::max() - pause - total) return std::chrono::nanoseconds::max();
            total += pause + timeout;
            pause = std::min(pause * 2, retry::backoff_max);
        }
        return total;
    }
    static failure no_reply() { return {errc::timed_out, "no reply came in time"}; }

    template <class Question>
    correlation_id oldest() const {
        for (waiting const& each : waiting_)
            if (each.name == message_name<Question>) return each.id;
        std::string text = tenon::detail::concat(
            {"no ", message_name<Question>, " waits for an answer at port ", Port::name, ": "});
        if (waiting_.empty()) text += asked_.empty() ? "nothing was asked there" : "all that was asked has its outcome";
        else text += "what waits is";
        for (waiting const& each : waiting_) text.append(" ").append(each.name);
        throw unexpected{text};
    }

    template <class Outcome>
    void complete(correlation_id id, Outcome outcome) {
        auto const place = std::find_if(waiting_.begin(), waiting_.end(), [&](auto& each) { return each.id == id; });
        auto       done  = std::move(*place);
        waiting_.erase(place);
        process_.cancel(done.timer);
        done.finish(&outcome);
    }

    std::vector<asked_of_any> asked_;
    std::vector<waiting>      waiting_;
    std::uint32_t             last_ = 0;
};

/// A `push` port only tells.
template <class Recorder, class Port>
class recorded_push : public recorded_port<Recorder, Port> {
public:
    using recorded_port<Recorder, Port>::recorded_port;

    template <class Command>
    bool send(Command const& command) {
        if constexpr (tenon::detail::command_of_port<typename Recorder::app_type, Port, Command>::value)
            return this->record(command);
        return false;
    }
};

}  // namespace detail

}  // namespace tenon::testing
