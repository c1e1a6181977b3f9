// Answering a request later: the promise that its handler keeps, and what it returns meanwhile.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/counted_ptr.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/fwd.hpp>

#include <string>
#include <utility>

namespace tenon {

namespace detail {

/// Where the promises of one port bring their answers. They may outlive the port, so both refer to this: `end` is null
/// once the port is gone.
struct deferred_home {
    void* end = nullptr;
};

}  // namespace detail

/// A request that has been accepted and is not answered yet: the right, and the duty, to answer it once.
///
/// Made by `process[port].defer(question, keep)`. Destroyed unanswered it answers with a failure
/// (`errc::handler_failed`), so that each request has its outcome. At the end of a stop what is still unanswered gets
/// `errc::stopped`. It may outlive the process; then it has nothing left to do.
/// Threading: the thread of its process; `process.post` from others.
template <class Reply>
class [[nodiscard]] promise {
public:
    /// How an answer reaches the port: exactly one of `reply` and `refusal` is given. For authors of ports.
    using answer_function = bool (*)(void* end, correlation_id id, Reply const* reply, failure const* refusal);

    promise(detail::counted_ptr<detail::deferred_home> home, correlation_id id, answer_function how) noexcept
        : home_{std::move(home)}, id_{id}, answer_{how} {}
    promise(promise&&) noexcept = default;
    promise& operator=(promise&& other) noexcept {
        promise dropped{std::move(*this)};
        home_   = std::move(other.home_);
        id_     = other.id_;
        answer_ = other.answer_;
        return *this;
    }
    ~promise() {
        if (!home_) return;
        try {
            answer(failure{errc::handler_failed, "the request was dropped without an answer"});
        } catch (...) {  // no memory for it: the asker's timeout is left
        }
    }

    /// Answers. False if the request has its outcome already: answered before, or ended by a stop.
    bool answer(Reply const& reply) { return deliver(&reply, nullptr); }
    bool answer(failure const& refusal) { return deliver(nullptr, &refusal); }
    bool answer(result<Reply> const& outcome) { return outcome ? answer(*outcome) : answer(outcome.error()); }

    /// True until it has answered or was moved from.
    explicit operator bool() const noexcept { return static_cast<bool>(home_); }

private:
    bool deliver(Reply const* reply, failure const* refusal) {
        auto const home = std::exchange(home_, nullptr);
        return home && home->end != nullptr && answer_(home->end, id_, reply, refusal);
    }

    detail::counted_ptr<detail::deferred_home> home_;
    correlation_id                             id_;
    answer_function                            answer_;
};

/// What a handler returns that answers later. Only `process[port].defer(...)` makes one, so a handler cannot return it
/// without having got the promise.
template <class Reply>
class deferred {
public:
    deferred(deferred const&) = default;

    /// For authors of ports.
    static deferred made() noexcept { return deferred{}; }

private:
    deferred() noexcept = default;
};

}  // namespace tenon
