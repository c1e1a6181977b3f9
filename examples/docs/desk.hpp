// A desk that sells what is in stock, for the pages on testing: it asks the service of stock.hpp before it answers.
#pragma once

#include "stock.hpp"

#include <tenon/launch/spawn.hpp>
#include <tenon/tenon.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

// [messages]
struct order { std::string sku; std::uint32_t count; };
struct receipt { std::uint32_t left; };
struct close_desk {};

using desk_protocol = tenon::protocol<
    tenon::request<order, receipt>,
    tenon::command<close_desk>>;
// [/messages]

// [desk]
struct desk_app {
    static constexpr auto counter = tenon::rep<"counter", desk_protocol>;
    static constexpr auto stock   = tenon::req<"stock", stock_protocol>;
    static constexpr auto ports   = tenon::ports(counter, stock);

    int served = 0;

    void on(tenon::started const&, auto& process) {
        process.every(std::chrono::hours{24}, [&process] { process[stock].send(restock{"nail", 100}); });
    }

    // The answer has to wait for the stock's.
    auto on(order const& o, auto& process) {
        return process[counter].defer(o, [&](tenon::promise<receipt> answer) {
            process[stock].request(reserve{o.sku, o.count}, std::chrono::milliseconds{500},
                                   [this, answer = std::move(answer)](tenon::result<reserved> got) mutable {
                                       if (!got) return static_cast<void>(answer.answer(got.error()));
                                       ++served;
                                       answer.answer(receipt{got->left});
                                   });
        });
    }
    void on(close_desk const&, auto& process) { process.stop(); }
};

using desk_process  = tenon::process<desk_app, tenon::launch::spawn, tenon::codec::json>;
using stock_process = tenon::process<stock_app, tenon::launch::spawn, tenon::codec::json>;
// [/desk]
