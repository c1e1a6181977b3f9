// A process that asks two others at the same time before it answers: its handler is a coroutine.
//
//                 ┌─ quantity ─► stock
//   main ─ offer ─► shop          (both under way at once)
//                 └─ price ────► till
#include <tenon/process/task.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

using namespace std::chrono_literals;

struct quantity { std::string sku; };
struct in_stock { std::uint32_t pieces; };
using stock_protocol = tenon::protocol<tenon::request<quantity, in_stock>>;

struct price { std::string sku; };
struct costs { std::uint32_t cents; };
using till_protocol = tenon::protocol<tenon::request<price, costs>>;

struct offer { std::string sku; };
struct offered { std::uint32_t pieces; std::uint32_t cents; };
using shop_protocol = tenon::protocol<tenon::request<offer, offered>>;

// The back ends answer at once, or after a while.
struct stock_app {
    static constexpr auto requests = tenon::rep<"requests", stock_protocol>;
    static constexpr auto ports    = tenon::ports(requests);

    // [sleep]
    tenon::task<in_stock> on(quantity const& q, auto& process) {
        co_await process.sleep(20ms);  // the shelf is far away; meanwhile others are served
        co_return {static_cast<std::uint32_t>(q.sku.size())};
    }
    // [/sleep]
};

struct till_app {
    static constexpr auto requests = tenon::rep<"requests", till_protocol>;
    static constexpr auto ports    = tenon::ports(requests);

    tenon::result<costs> on(price const& p) {
        if (p.sku == "unicorn") return tenon::failure{tenon::errc::refused, "no price for that"};
        return costs{250};
    }
};

// [handler]
struct shop_app {
    static constexpr auto requests = tenon::rep<"requests", shop_protocol>;
    static constexpr auto stock    = tenon::req<"stock", stock_protocol>;
    static constexpr auto till     = tenon::req<"till", till_protocol>;
    static constexpr auto ports    = tenon::ports(requests, stock, till);

    tenon::task<tenon::result<offered>> on(offer const& o, auto& process) {
        quantity const how_many{o.sku};
        price const    how_much{o.sku};
        auto const [left, each] = co_await tenon::when_all(process[stock].request(how_many, 1s),
                                                           process[till].request(how_much, 1s));
        if (!left) co_return left.error();  // each request has its one outcome: a reply or a failure
        if (!each) co_return each.error();
        co_return offered{left->pieces, each->cents};
    }
};
// [/handler]

using stock_process = tenon::process<stock_app, tenon::launch::fork>;
using till_process  = tenon::process<till_app, tenon::launch::fork>;
using shop_process  = tenon::process<shop_app, tenon::launch::fork>;

int main() {
    auto const stock = tenon::start<stock_process>(tenon::bind(stock_app::requests, "127.0.0.1"));
    auto const till  = tenon::start<till_process>(tenon::bind(till_app::requests, "127.0.0.1"));
    auto const shop  = tenon::start<shop_process>(tenon::bind(shop_app::requests, "127.0.0.1"),
                                                  tenon::connect(shop_app::stock, stock.address(stock_app::requests)),
                                                  tenon::connect(shop_app::till, till.address(till_app::requests)));

    tenon::client<shop_protocol> client{shop.address(shop_app::requests)};
    for (auto const* sku : {"nail", "hammer", "unicorn"}) {
        if (auto const got = client.try_request(offer{sku}))
            std::printf("%s: %u pieces at %u cents\n", sku, got->pieces, got->cents);
        else
            std::printf("%s: %s\n", sku, got.error().text.c_str());
    }
}
