// In which order the processes of a topology start: those that bind before those that connect to them.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/protocol/topology.hpp>

#include <array>
#include <cstddef>

namespace tenon::detail {

/// `Role` and others wait for the addresses of each other.
template <class Role>
struct start_in_a_circle {
    static consteval bool check() noexcept {
        static_assert(always_false<Role>,
                      "tenon: the participants of this topology connect to each other in a circle, so none can start "
                      "before the others (see Role in the lines around, which is one of them); give an end of the "
                      "circle a fixed address with tenon::bind(end, \"127.0.0.1:5678\"), or turn a link round");
        return true;
    }
    static constexpr bool value = check();
};

/// The order of the participants, by their positions.
template <std::size_t Size>
struct start_order {
    std::array<std::size_t, Size> roles{};
    std::size_t                   stuck = npos;  ///< One that cannot start, or `npos`.
};

/// A participant connects to another one: `first` after `second`, unless the address is known before.
struct start_edge {
    std::size_t first, second;
    bool        known;
};

/// As they are written, but after those that they connect to. Where that is a circle, addresses that are known open it.
template <std::size_t Size, std::size_t Edges>
consteval start_order<Size> order_of(std::array<start_edge, Edges> const& edges) noexcept {
    start_order<Size>      made;
    std::array<bool, Size> placed{};
    auto const             waits = [&](std::size_t role, bool for_all) {
        for (start_edge const& each : edges)
            if (each.first == role && !placed[each.second] && (for_all || !each.known)) return true;
        return false;
    };
    auto const next = [&](bool for_all) {
        for (std::size_t role = 0; role < Size; ++role)
            if (!placed[role] && !waits(role, for_all)) return role;
        return npos;
    };
    for (std::size_t at = 0; at < Size; ++at) {
        std::size_t found = next(true);
        if (found == npos) found = next(false);
        if (found == npos) {
            for (std::size_t role = 0; role < Size; ++role)
                if (!placed[role]) made.stuck = role;
            return made;
        }
        placed[found]  = true;
        made.roles[at] = found;
    }
    return made;
}

}  // namespace tenon::detail
