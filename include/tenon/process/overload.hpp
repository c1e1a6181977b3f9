// What overload options mean to the code of ports, and what a send that was not done is called.
#pragma once

#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/protocol/options.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>

namespace tenon::detail {

constexpr errc reason_of(transport::io outcome) noexcept {
    switch (outcome) {
        case transport::io::done: return errc::ok;
        case transport::io::again: return errc::would_block;
        case transport::io::unroutable: return errc::unroutable;
        case transport::io::terminated: return errc::terminated;
        default: return errc::transport_error;
    }
}

template <class Overload>
inline constexpr bool drops_newest = false;
template <std::size_t Queue>
inline constexpr bool drops_newest<overload::drop_newest<Queue>> = true;
template <class Overload>
inline constexpr bool drops_oldest = false;
template <std::size_t Queue>
inline constexpr bool drops_oldest<overload::drop_oldest<Queue>> = true;
template <class Overload>
inline constexpr bool blocks = false;
template <static_duration Limit>
inline constexpr bool blocks<overload::block<Limit>> = true;

}  // namespace tenon::detail
