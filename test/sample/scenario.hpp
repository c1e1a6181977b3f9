// The sample application in bad weather, and the rules that hold in it whatever happens. They know nothing of the bugs.
#pragma once

#include "buyer.hpp"
#include "desk.hpp"
#include "shop.hpp"
#include "stock.hpp"

#include <tenon/testing/explore.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace shop {

using tenon::testing::resident;
using tenon::testing::trial;

// What befalls the processes, one after the other; all of it from the seed.
class weather {
public:
    weather(trial& here, std::array<resident*, 5> const& victims) : here_{here}, victims_{victims} {}

    void blow(int gusts) {
        for (; gusts > 0; --gusts) {
            auto const  first = below(victims_.size());
            resident&   a     = *victims_[first];
            resident&   b     = *victims_[(first + 1 + below(victims_.size() - 1)) % victims_.size()];
            strike(a, b);
            here_.advance(up_to(400ms));
            // What it was is over before long, more often than not.
            if (below(4) != 0) clear(a, b);
            here_.advance(up_to(100ms));
        }
    }
    void clear_up() {
        for (resident* a : victims_)
            for (resident* b : victims_) clear(*a, *b);
        here_.advance(2s);  // who was asked to stop has stopped by now
        for (resident* each : victims_)
            if (!each->alive()) here_.restart(*each);
    }

private:
    void strike(resident& a, resident& b) {
        switch (below(8)) {
            case 0: case 1: return here_.partition(a, b);
            case 2: return here_.freeze(a, 1h);
            case 3: return here_.crash(a);
            case 4: return a.stop();
            case 5: return here_.jump(a, up_to(1s));
            case 6: return trouble<order, receipt>();
            default: return trouble<take, taken, level>();
        }
    }
    void clear(resident& a, resident& b) {
        here_.thaw(a);
        here_.heal(a, b);
        if (!a.alive()) here_.restart(a);
    }

    template <class... Messages>
    void trouble() {
        auto const which = below(sizeof...(Messages));
        std::size_t i    = 0;
        ((i++ == which ? trouble_with<Messages>() : void()), ...);
    }
    template <class M>
    void trouble_with() {
        auto const count = 1 + below(3);
        switch (below(3)) {
            case 0: return here_.template drop_next<M>(count);
            case 1: return here_.template duplicate_next<M>(count);
            default: return here_.template delay<M>(up_to(300ms), count);
        }
    }

    std::uint64_t below(std::uint64_t limit) { return here_.network().random().below(limit); }
    std::chrono::nanoseconds up_to(std::chrono::nanoseconds most) { return here_.network().random().between({}, most); }

    trial&                   here_;
    std::array<resident*, 5> victims_;
};

// What has to be true of the goods and the orders.
inline bool receipts_fit() {
    for (diary const& each : files.diaries)
        for (std::size_t i = 0; i < each.received.size() && i < each.placed.size(); ++i) {
            order const&   o = each.placed[i];
            receipt const& r = each.received[i];
            if (r.buyer != o.buyer || r.number != o.number || r.article != o.article || r.count != o.count)
                return false;
        }
    return true;
}
inline bool one_receipt_each() {
    for (diary const& each : files.diaries)
        if (each.received.size() > each.placed.size()) return false;
    return true;
}
template <class Of, class Entries>
std::uint32_t count_of(std::uint32_t article, Entries Of::* const entries) {
    std::uint32_t sum = 0;
    for (diary const& each : files.diaries)
        for (auto const& one : each.*entries)
            if (one.article == article) sum += one.count;
    return sum;
}

// Runs the shop with `Planted` in it, through bad weather, to a good end.
template <bug Planted = bug::none>
void run_shop(trial& here) {
    using buyer_app = buyer<if_between(Planted, bug::lost_retry, bug::stale_read)>;
    using desk_app  = desk<if_between(Planted, bug::unbounded_queue, bug::stop_drops_work)>;
    using stock_app = stock<if_between(Planted, bug::lost_update, bug::counted_twice)>;

    files        = {};
    auto& supply = here.start<tenon::process<stock_app, tenon::codec::binary>>(
        tenon::bind(stock_app::takes, "127.0.0.1"), tenon::bind(stock_app::news, "127.0.0.1"));
    auto& middle = here.start<tenon::process<desk_app, tenon::codec::binary>>(
        tenon::bind(desk_app::orders, "127.0.0.1"), tenon::connect(desk_app::stock, supply.address(stock_app::takes)));
    auto const enter = [&](std::uint32_t number) {
        return &here.start<tenon::process<buyer_app, tenon::codec::binary>>(
            typename buyer_app::config{number, orders_each},
            tenon::connect(buyer_app::desk, middle.address(desk_app::orders)),
            tenon::connect(buyer_app::news, supply.address(stock_app::news)));
    };
    std::array const buyers = {enter(0), enter(1), enter(2)};

    here.always("no order has two receipts", one_receipt_each);
    here.always("each receipt is for the order that was asked for", receipts_fit);
    auto const left = [&] { return supply.alive() ? supply.app().left : left_after(files.sold); };
    here.always("what buyers have receipts for is gone from the stock", [&] {
        auto const now = left();
        for (std::uint32_t i = 0; i < articles; ++i)
            if (now[i] + count_of(i, &diary::received) > initially) return false;
        return true;
    });
    here.always("nothing is gone from the stock that nobody has ordered", [&] {
        auto const now = left();
        for (std::uint32_t i = 0; i < articles; ++i)
            if (now[i] + count_of(i, &diary::placed) < initially) return false;
        return true;
    });
    here.always("no more orders wait at the desk than there is room for", [&] {
        return !middle.alive() || middle.process()[desk_app::orders].unanswered() <= desk_app::room + 1;
    });
    here.always("an order is filled while its buyer waits for that", [&] {
        return !middle.alive() || middle.app().slowest <= buyer_patience;
    });
    here.always("no request ends because somebody mishandled it", [&] {
        for (auto* each : buyers)
            if (each->alive() && each->app().mishandled != 0) return false;
        return true;
    });
    here.always("a buyer hears of what it watches only", [&] {
        for (auto* each : buyers)
            if (each->alive() && each->app().told.article != each->app().watched) return false;
        return true;
    });
    std::array<level, 3> known{};
    here.always("what a buyer knows is never replaced by something older", [&] {
        for (std::size_t i = 0; i < buyers.size(); ++i) {
            level const now = buyers[i]->alive() ? buyers[i]->app().told : level{};
            if (now.version != 0 && now.article == known[i].article && now.version < known[i].version) return false;
            known[i] = now;
        }
        return true;
    });

    weather around{here, {&supply, &middle, buyers[0], buyers[1], buyers[2]}};
    around.blow(12);
    around.clear_up();
    auto const all_done = [] {
        for (diary const& each : files.diaries)
            if (each.received.size() < orders_each) return false;
        return true;
    };
    here.require(here.run_until(all_done, 60s), "in good weather each order gets its receipt");
    auto const all_know = [&] {
        for (auto* each : buyers) {
            level const& told = each->app().told;
            if (each->app().watched != buyer_app::none && told.left != supply.app().left[told.article]) return false;
        }
        return true;
    };
    here.require(here.run_until(all_know, 60s), "in good weather each buyer knows what is left");
}

}  // namespace shop
