// What a test expects of a process on stage, and what it gets.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/dispatch/pending.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace tenon::testing {

/// A peer of a port, where there are several: what `stage.add_peer(port)` returns. Good for `from` and `inject` in the
/// place of the port.
template <class Port>
struct stage_peer {
    Port        port{};
    std::size_t number = 0;
};

/// A question that the process has asked, for the test to answer: `auto asked = stage.expect<query>().from(port)`.
/// Its stage has to be there still.
template <class Question, class Reply>
class stage_question {
public:
    /// How an answer is sent: exactly one of `reply` and `refusal` is given. For stages. Their type is no part of this
    /// one: compilers would look at the process of production whenever they look for an operator.
    using answer_function = void (*)(void* stage, std::size_t peer, correlation_id id, Reply const* reply,
                                     failure const* refusal);

    stage_question(Question question, void* stage, std::size_t peer, correlation_id id, answer_function how)
        : question_{std::move(question)}, stage_{stage}, peer_{peer}, id_{id}, how_{how} {}

    Question const& operator*() const noexcept { return question_; }
    Question const* operator->() const noexcept { return &question_; }

    /// Answers, and lets the process handle it. Again is allowed: then it is late.
    void answer(result<Reply> const& outcome) const {
        how_(stage_, peer_, id_, outcome ? &*outcome : nullptr, outcome ? nullptr : &outcome.error());
    }

private:
    Question        question_;
    void*           stage_;
    std::size_t     peer_;
    correlation_id  id_;
    answer_function how_;
};

namespace detail {

/// `stage.expect<M>()`, to be completed by `from`.
template <class Stage, class M>
class [[nodiscard]] expected_message {
public:
    expected_message(Stage& stage, std::optional<M> exactly) : stage_{stage}, exactly_{std::move(exactly)} {}

    /// The next message that comes out of `port` is this one. Returns it: a question as a `stage_question`, to be
    /// answered; any other as it is. Throws `unexpected` if nothing came, or another message; fields that differ are
    /// named.
    template <class Port>
    auto from(Port const& port) const {
        return stage_.template take<M>(port, exactly_);
    }

private:
    Stage&           stage_;
    std::optional<M> exactly_;
};

/// `stage.allow<M>()`, to be completed by `from`.
template <class Stage, class M>
class [[nodiscard]] allowed_message {
public:
    explicit allowed_message(Stage& stage) : stage_{stage} {}

    /// The next message that comes out of `port` if it is an `M`, as `expect` returns it; else nothing, and it waits.
    template <class Port>
    auto from(Port const& port) const {
        return stage_.template take_if<M>(port);
    }

private:
    Stage& stage_;
};

/// `stage.disallow<M>()`, to be completed by `from`.
template <class Stage, class M>
class [[nodiscard]] disallowed_message {
public:
    explicit disallowed_message(Stage& stage) : stage_{stage} {}

    /// No `M` has come out of `port` that was not expected. Throws `unexpected` if one has.
    template <class Port>
    void from(Port const& port) const {
        stage_.template refuse<M>(port);
    }

private:
    Stage& stage_;
};

}  // namespace detail

}  // namespace tenon::testing
