// The desk: takes orders, has the stock take the goods for one after the other, and answers with receipts.
#pragma once

#include "bugs.hpp"
#include "shop.hpp"

#include <tenon/tenon.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>

namespace shop {

template <bug Planted = bug::none>
struct desk {
    static constexpr auto orders = tenon::rep<"orders", ordering>;
    static constexpr auto stock  = tenon::req<"stock", supplying>;
    static constexpr auto ports  = tenon::ports(orders, stock);

    static constexpr std::size_t room = 3;  // how many orders may wait, beside the one that is served

    // From an order's arrival until it is filled or refused: its buyer still waits then.
    static constexpr std::chrono::milliseconds patience = Planted == bug::timeout_order ? 1500ms : 300ms;

    struct job {
        order                    what;
        tenon::promise<receipt>  asker;
        std::chrono::nanoseconds arrived;  // by the process's clock
    };
    std::deque<job>          waiting{};
    bool                     busy = false;
    std::chrono::nanoseconds slowest{};  // of the orders that were filled

    tenon::deferred<receipt> on(order const& o, auto& process) {
        return process[orders].defer(o, [&](tenon::promise<receipt> asker) {
            if (Planted != bug::unbounded_queue && waiting.size() >= room) {
                asker.answer(tenon::failure{tenon::errc::refused, "too many orders wait already"});
                return;
            }
            waiting.push_back({o, std::move(asker), now(process)});
            serve(process);
        });
    }

    void serve(auto& process) {
        while (!busy && !waiting.empty()) {
            job next = std::move(waiting.front());
            waiting.pop_front();
            order const o    = next.what;
            auto const  left = next.arrived + patience - now(process);
            if (left <= 0ms) {
                next.asker.answer(tenon::failure{tenon::errc::refused, "the stock took too long for those before"});
                continue;
            }
            busy = true;
            process[stock].request(take{o.buyer, o.number, o.article, o.count}, left,
                                   [this, &process, done = std::move(next)](tenon::result<taken> got) mutable {
                                       busy = false;
                                       finish(done, got, process);
                                   });
        }
    }

    void finish(job& done, tenon::result<taken> const& got, auto& process) {
        if (!got) {
            done.asker.answer(tenon::failure{tenon::errc::refused, "the stock does not answer"});
            // At the end of a stop nothing more is asked; the port answers those that still wait.
            if (got.error().code == tenon::errc::stopped) return;
        } else {
            order const& o = done.what;
            slowest        = std::max(slowest, now(process) - done.arrived);
            auto& whose    = Planted == bug::wrong_asker && !waiting.empty() ? waiting.front().asker : done.asker;
            whose.answer(receipt{o.buyer, o.number, o.article, o.count, got->left, got->version});
        }
        serve(process);
    }

    static std::chrono::nanoseconds now(auto& process) { return process.context().now().time_since_epoch(); }

    void on(tenon::stopping const&) {
        if constexpr (Planted == bug::stop_drops_work) waiting.clear();
    }
};

}  // namespace shop
