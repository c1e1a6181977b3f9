// Where received messages are decoded: a variant whose alternatives keep their memory while others are in it.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/message/set.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon {

/// Holds the message that is being handled, as the variant over `Set`.
///
/// A plain variant would destroy its string and vectors whenever the type of message changes. Here an alternative that
/// leaves the variant is parked, with its capacity, and comes back when its type does: after each type has been seen at
/// its largest, decoding allocates nothing. Types that own no memory are not parked.
template <class Set>
class inbox;

template <class... Ms>
class inbox<message_set<Ms...>> {
public:
    using variant = typename message_set<Ms...>::variant;

    /// The `I`th alternative, made the current one, with whatever it held before: to be decoded into.
    template <std::size_t I>
    auto& open() {
        if (message_.index() != I) change_to<I>();
        return *std::get_if<I>(&message_);
    }

    [[nodiscard]] variant const& message() const noexcept { return message_; }

private:
    struct nothing {};
    template <class M>
    static constexpr bool owns_memory = !std::is_trivially_destructible_v<M>;
    template <class M>
    using parking_place = std::conditional_t<owns_memory<M>, M, nothing>;

    template <std::size_t I>
    void change_to() {
        using next = detail::type_at<I, Ms...>;
        [&]<std::size_t... J>(std::index_sequence<J...>) {
            static_cast<void>(((message_.index() == J && (park<J>(), true)) || ...));
        }(std::index_sequence_for<Ms...>{});
        if constexpr (owns_memory<next>)
            message_.template emplace<I>(std::move(std::get<I>(parked_)));
        else
            message_.template emplace<I>();
    }

    template <std::size_t J>
    void park() {
        if constexpr (owns_memory<detail::type_at<J, Ms...>>)
            std::get<J>(parked_) = std::move(*std::get_if<J>(&message_));
    }

    variant                          message_;
    std::tuple<parking_place<Ms>...> parked_;
};

}  // namespace tenon
