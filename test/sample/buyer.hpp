// A buyer: places one order after the other, asks until it has the receipt, and watches how much is left.
#pragma once

#include "bugs.hpp"
#include "shop.hpp"

#include <tenon/tenon.hpp>

#include <cstdint>

namespace shop {

template <bug Planted = bug::none>
struct buyer {
    static constexpr auto desk  = tenon::req<"desk", ordering>;
    static constexpr auto news  = tenon::sub<"news", levels, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(desk, news);

    static constexpr auto pause = 80ms, ask_again_after = 200ms;
    static constexpr std::uint32_t none = ~0u;

    struct config { std::uint32_t number, orders; };

    config        settings;
    std::uint32_t watched    = none;
    level         told       = {none, 0, 0};  // the newest it knows of what it watches
    std::uint32_t mishandled = 0;

    diary& mine() { return files.diaries[settings.number]; }

    void on(tenon::started const&, auto& process) {
        auto const last = static_cast<std::uint32_t>(mine().placed.size());
        if (!mine().is_open(last)) return place(process);
        watch(mine().placed.back().article, process);
        ask(last, process);
    }

    void place(auto& process) {
        auto const number = static_cast<std::uint32_t>(mine().placed.size()) + 1;
        if (number > settings.orders) return;
        std::uint32_t const article = (settings.number + number / 3) % articles;
        mine().placed.push_back({settings.number, number, article, 1 + number % 3});
        watch(article, process);
        ask(number, process);
    }

    void ask(std::uint32_t number, auto& process) {
        process[desk].request(mine().placed.back(), buyer_patience,
                              [this, number, &process](tenon::result<receipt> got) {
                                  if (got) return settle(number, *got, process);
                                  if (got.error().code == tenon::errc::handler_failed) ++mishandled;
                              });
        if constexpr (Planted == bug::lost_retry) return;
        process.after(ask_again_after, [this, number, &process] {
            if (mine().is_open(number)) ask(number, process);
        });
    }

    // Each attempt may have been answered: the first answer counts.
    void settle(std::uint32_t number, receipt const& got, auto& process) {
        if (Planted != bug::two_outcomes && !mine().is_open(number)) return;
        mine().received.push_back(got);
        hear({got.article, got.left, got.version});
        process.after(pause, [this, number, &process] {
            if (number == mine().placed.size()) place(process);
        });
    }

    void watch(std::uint32_t article, auto& process) {
        if (article == watched) return;
        if (Planted != bug::forgotten_unsubscribe && watched != none)
            process[news].template unsubscribe<level>(watched);
        process[news].template subscribe<level>(article);
        watched = article;
        told    = {article, 0, 0};
    }

    void on(level const& l) { hear(l); }

    // After a partition the news is older than what a receipt has told.
    void hear(level const& l) {
        if (Planted != bug::stale_read && l.version <= told.version) return;
        told = l;
    }
};

}  // namespace shop
