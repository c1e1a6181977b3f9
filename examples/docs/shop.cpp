// A process that asks another one, with a configuration, timers, and `spawn`.
#include "stock.hpp"

#include <tenon/launch/spawn.hpp>
#include <tenon/launch/spawned.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdio>
#include <string>

using namespace std::chrono_literals;

// [shop]
struct shop_app {
    static constexpr auto stock = tenon::req<"stock", stock_protocol>;  // the client side of the same protocol
    static constexpr auto ports = tenon::ports(stock);

    // Travels to the process, so it is a struct like a message. The app is made from it.
    struct config { std::string sku; std::uint32_t each; };

    config settings;
    int    orders = 0;

    // Once, when the ports are up. What is thrown here comes out of the parent's start().
    void on(tenon::started const&, auto& process) {
        process[stock].send(restock{settings.sku, 100});
        order(process);
    }

    // Returns at once; the outcome comes later, in this process's thread.
    void order(auto& process) {
        process[stock].request(reserve{settings.sku, settings.each}, 1s, [&](tenon::result<reserved> outcome) {
            if (!outcome) {
                std::printf("order %d: %s\n", ++orders, outcome.error().text.c_str());
                return process.stop();
            }
            std::printf("order %d: %u left\n", ++orders, outcome->left);
            process.after(10ms, [this, &process] { order(process); });
        });
    }

    // Once, when the loop has ended.
    void on(tenon::stopping const&, auto& process) { process[stock].send(close_shop{}); }
};
// [/shop]

// [spawn]
using stock_process = tenon::process<stock_app, tenon::launch::spawn, tenon::codec::binary>;
using shop_process  = tenon::process<shop_app, tenon::launch::spawn, tenon::codec::binary>;

int main() {
    if (auto code = tenon::launch::spawned()) return *code;  // first: a spawned child runs this main too

    auto stock = tenon::start<stock_process>(tenon::bind(stock_app::requests, "127.0.0.1"));

    tenon::launch::start_options patient;
    patient.ready_timeout = 20s;
    auto shop = tenon::start<shop_process>(patient, shop_app::config{"nail", 40},
                                           tenon::connect(shop_app::stock, stock.address(stock_app::requests)));
    return shop.join() + stock.join();
}
// [/spawn]
