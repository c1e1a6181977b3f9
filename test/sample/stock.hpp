// The stock: takes goods for orders, once for each, writes that down, and publishes what is left.
#pragma once

#include "bugs.hpp"
#include "shop.hpp"

#include <tenon/tenon.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shop {

inline std::array<std::uint32_t, articles> left_after(std::vector<take> const& sold) {
    std::array<std::uint32_t, articles> left;
    left.fill(initially);
    for (take const& each : sold) left[each.article] -= each.count;
    return left;
}

template <bug Planted = bug::none>
struct stock {
    static constexpr auto takes = tenon::rep<"takes", supplying>;
    static constexpr auto news  = tenon::pub<"news", levels>;
    static constexpr auto ports = tenon::ports(takes, news);

    std::vector<take>                   sold{files.sold};
    std::array<std::uint32_t, articles> left{left_after(sold)};

    [[nodiscard]] std::uint32_t version() const noexcept { return static_cast<std::uint32_t>(sold.size()) + 1; }

    void on(tenon::started const&, auto& process) {
        // Who has missed an event is wrong for that long at most.
        process.every(250ms, [this, &process] {
            save();
            for (std::uint32_t each = 0; each < articles; ++each) publish(each, process);
        });
    }

    taken on(take const& t, auto& process) {
        bool const seen = std::any_of(sold.begin(), sold.end(), [&](take const& each) {
            return each.buyer == t.buyer && each.number == t.number;
        });
        if (Planted == bug::counted_twice || !seen) {
            sold.push_back(t);
            left[t.article] -= t.count;
            if constexpr (Planted != bug::lost_update) save();  // before anybody hears of it
            publish(t.article, process);
        }
        return {left[t.article], version()};
    }

    void publish(std::uint32_t article, auto& process) {
        process[news].send(level{article, left[article], version()});
    }
    void save() {
        files.sold.insert(files.sold.end(), sold.begin() + static_cast<std::ptrdiff_t>(files.sold.size()), sold.end());
    }
};

}  // namespace shop
