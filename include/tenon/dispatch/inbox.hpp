// Where received messages are decoded: a place for each type, which keeps its memory while others arrive.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/message/set.hpp>

#include <cstddef>

namespace tenon {

namespace detail {

template <class M>
struct inbox_place {
    M message{};
};

}  // namespace detail

/// Holds the message that is being handled, one of `Set`.
///
/// A variant would destroy its string and vectors whenever the type of message changes. Here each type has a place of
/// its own: after each has been seen at its largest, decoding allocates nothing.
template <class Set>
class inbox;

template <class... Ms>
class inbox<message_set<Ms...>> : detail::inbox_place<Ms>... {
public:
    /// The place of the `I`th message, with whatever it held before: to be decoded into.
    template <std::size_t I>
    auto& open() noexcept {
        return static_cast<detail::inbox_place<detail::type_at<I, Ms...>>&>(*this).message;
    }
};

}  // namespace tenon
