// Opaque ports: named ends with a pattern and no protocol, whose messages pass as frames that nobody decodes.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/detail/fixed_string.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/port.hpp>

#include <type_traits>

namespace tenon {

/// What an opaque port has in place of a protocol: it declares nothing.
struct opaque_frames {
    using statement_list = detail::type_list<>;
    using to_server      = message_set<>;
    using replies        = message_set<>;
    using events         = message_set<>;
};

/// The type of an opaque port.
template <pattern Pattern, detail::fixed_string Name, class... Options>
using opaque_port = port<Pattern, Name, opaque_frames, Options...>;

/// A port for apps that pass messages on, whoever speaks and in whatever format:
/// `static constexpr auto front = tenon::opaque<tenon::pattern::router, "front">;`.
///
/// The app has a handler `on(decltype(front), tenon::opaque_message auto& message, auto& process)` for it; see
/// tenon/process/opaque_end.hpp. The socket is of exactly this pattern: router, dealer, xsub, xpub, push, pull or pair.
/// Of the options it takes `overload::...` (as typed ports do) and `high_water_mark<...>`.
template <pattern Pattern, detail::fixed_string Name, class... Options>
inline constexpr opaque_port<Pattern, Name, Options...> opaque{};

namespace detail {

template <class Port>
inline constexpr bool is_opaque = std::is_same_v<typename Port::protocol_type, opaque_frames>;

}  // namespace detail

}  // namespace tenon
