// Requests whose failure a definition of the server may explain, until that is there.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/loop/timers.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/explain.hpp>
#include <tenon/protocol/fingerprint.hpp>

#include <cstddef>
#include <new>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::detail {

/// The requests of an end that have failed and wait for a server to tell its definition. `Request` is a
/// waiting_request.
///
/// Where an `End` is asked for, it is the one that they belong to: the same each time.
template <class Request>
class unexplained_requests {
    using arrival    = typename Request::arrival;
    using time_point = decltype(arrival::by);

public:
    /// Whether to ask the server for its definition after such a failure.
    [[nodiscard]] bool wants(errc code, time_point now) const noexcept {
        return may_be_other_definition(code) && now >= no_question_before_;
    }

    /// Puts off the end of a failed request until a server has told a definition that explains it, all of them have
    /// told one that does not, or its time is over. Without memory for that, it ends at once.
    template <class End>
    [[gnu::cold]] void put_off(End& end, Request& failed, arrival& got) {
        std::chrono::nanoseconds left = got.by - end.process_.context().now();
        if (left > definition_timeout) left = definition_timeout;
        try {
            if (left.count() > 0) requests_.reserve(requests_.size() + 1);
        } catch (std::bad_alloc const&) {
        }
        if (left.count() <= 0 || requests_.size() == requests_.capacity()) {
            arrival none{{}, std::move(*got.why)};
            return failed.finish(none);
        }
        requests_.push_back({got.id, 0, std::move(*got.why), got.line, std::move(failed)});
        // Sent without anything in between, so that libzmq gives one to each server that the port has connected to.
        std::size_t const servers = end.connected();
        std::size_t       asked   = 0;
        while (asked < (servers > 1 ? servers : 1) && ask_one_server(end, got.id, left)) ++asked;
        requests_.back().unanswered = asked;
        if (asked == 0) finish(requests_.end() - 1);
    }

    /// Forgets a request that nobody waits for any more.
    void abandon(correlation_id id) noexcept {
        std::erase_if(requests_, [&](unexplained const& each) { return each.asked == id; });
    }

private:
    struct unexplained {
        correlation_id   asked;
        std::size_t      unanswered;  ///< Questions for definitions.
        failure          why;
        std::string_view line;
        Request          request;
    };
    using list = std::vector<unexplained>;

    template <class End>
    bool ask_one_server(End& end, correlation_id asked, std::chrono::nanoseconds limit) {
        std::optional<correlation_id> id;
        try {
            id = end.pending_.add({loop::timer_id{},
                                   [this, &end, asked](arrival& answer) { explain(end, asked, answer); }, {},
                                   message_name<describe_question>});
            typename End::frame body;
            errc                sent = end.encode(describe_question{}, body);
            if (sent == errc::ok) sent = end.send_with(*id, body, message_name<describe_question>);
            end.pending_.find(*id)->timer =
                end.process_.after(sent == errc::ok ? limit : std::chrono::nanoseconds{0}, [&end, id = *id] {
                    if (auto question = end.pending_.take(id)) end.finish(*question, failure{errc::timed_out, {}});
                });
            return true;
        } catch (std::bad_alloc const&) {
            if (id) static_cast<void>(end.pending_.take(*id));
            return false;
        }
    }

    /// A server has told its definition, or has not. The request may be over by another one's answer.
    template <class End>
    [[gnu::cold]] void explain(End& end, correlation_id asked, arrival const& answer) {
        auto request = requests_.begin();
        while (request != requests_.end() && request->asked != asked) ++request;
        if (request == requests_.end()) return;
        bool done = false;
        try {
            definition theirs;
            done = !answer.why && read_definition(end.codec_, answer.body, theirs) &&
                   detail::explain(request->why, request->line, theirs, end.connected() > 1);
        } catch (std::bad_alloc const&) {  // the failure stays as it is
        }
        if (!done && --request->unanswered > 0) return;
        if (!done) no_question_before_ = end.process_.context().now() + definition_pause;
        finish(request);
    }

    void finish(typename list::iterator which) {
        unexplained over = std::move(*which);
        requests_.erase(which);
        arrival last{{}, std::move(over.why)};
        over.request.finish(last);
    }

    list       requests_;
    time_point no_question_before_{};
};

}  // namespace tenon::detail
