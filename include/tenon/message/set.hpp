// A set of message types, and finding one of them by its wire name or id without a search through strings.
#pragma once

#include <tenon/detail/perfect_hash.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/id.hpp>
#include <tenon/message/message.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

namespace tenon {

/// Messages that may arrive at one place, such as all requests and commands of a port.
///
/// The order is that of the protocol; an index into it is what codecs and dispatch exchange. The set takes any types:
/// what is no message is refused where a port or client uses it, with a sentence that says why and where.
template <class... Ms>
struct message_set {
    static constexpr std::size_t size = sizeof...(Ms);
    static_assert(size <= 256, "tenon: at most 256 message types may arrive at one port; split the protocol");

    /// The `I`th message type.
    template <std::size_t I>
    using at = detail::type_at<I, Ms...>;

    /// The variant over all messages of the set; of `std::monostate` for an empty set.
    using variant = typename std::conditional_t<size == 0, detail::type_tag<std::variant<std::monostate>>,
                                                detail::type_tag<std::variant<Ms...>>>::type;

    static constexpr std::array<std::string_view, size> names{message_name<Ms>...};
    static constexpr std::array<std::uint32_t, size>    ids{message_id<Ms>...};

    template <class M>
    static constexpr bool contains = detail::one_of<M, Ms...>;
    /// The index of message type `M`, or `npos` if it is not in the set.
    template <class M>
    static constexpr std::size_t index_of = detail::index_of<M, Ms...>();

    static constexpr std::size_t npos = detail::npos;

    /// The index of the message with this wire name, or `npos`. Costs one hash over the name and one compare.
    static constexpr std::size_t find(std::string_view name) noexcept {
        if constexpr (size == 0) {
            return npos;
        } else if constexpr (size == 1) {
            return name == names[0] ? 0 : npos;
        } else {
            static_assert(by_name.found,
                          "tenon: two messages of this set have the same wire name; rename one, or give it another "
                          "name with tenon::traits<M>::name");
            std::size_t const candidate = by_name.candidate(name);
            return candidate < size && names[candidate] == name ? candidate : npos;
        }
    }

    /// The index of the message with this id, or `npos`.
    static constexpr std::size_t find(std::uint32_t id) noexcept {
        // The ids are constants, so the compiler makes a balanced tree of compares out of this.
        return find_if([&](auto index) { return ids[index] == id; });
    }

    /// The index of the first message for which `is(std::integral_constant<std::size_t, index>{})`, or `npos`. One after
    /// the other, without a loop.
    template <class Is>
    [[gnu::always_inline]] static constexpr std::size_t find_if(Is const& is) noexcept {
        std::size_t index = npos;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            static_cast<void>(((is(std::integral_constant<std::size_t, I>{}) && (index = I, true)) || ...));
        }(std::make_index_sequence<size>{});
        return index;
    }

private:
    static constexpr detail::perfect_hash<size> by_name{names};
};

}  // namespace tenon
