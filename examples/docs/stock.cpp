// The guide's service as a process, its client, and what happens when things go wrong.
#include "stock.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdio>
#include <string>

// [observer]
// Told of everything that a port drops or refuses; lives in the process.
struct complaints {
    using policy_kind = tenon::kind::observer;

    void dropped(tenon::incident const& what) {
        std::printf("  stock process: port %s, message '%s': %s\n", std::string{what.port}.c_str(),
                    std::string{what.message}.c_str(), std::string{what.text}.c_str());
        std::fflush(stdout);
    }
};
// [/observer]

// [process]
// Tier 1: the app, and how it is launched, coded, carried and watched; the policies in any order.
using stock_process =
    tenon::process<stock_app, tenon::launch::fork, tenon::codec::msgpack, tenon::transport::zmq, complaints>;
using stock_client = tenon::client<stock_protocol, tenon::codec::msgpack, tenon::transport::zmq>;
// [/process]

void say(char const* what, tenon::result<reserved> const& outcome) {
    if (outcome)
        std::printf("%s: %u left\n", what, outcome->left);
    else
        std::printf("%s: %s (code %d)\n", what, outcome.error().text.c_str(), static_cast<int>(outcome.error().code));
    std::fflush(stdout);
}

int main() {
    using namespace std::chrono_literals;
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // line by line, also into a pipe: two processes print
    // [client]
    auto child = tenon::start<stock_process>(tenon::bind(stock_app::requests, "127.0.0.1"));  // random port

    stock_client stock{child.address(stock_app::requests)};
    stock.send(restock{"nail", 100});
    reserved const first = stock.request(reserve{"nail", 30});  // throws tenon::error if there is no reply
    std::printf("30 nails reserved, %u left\n", first.left);
    // [/client]
    std::fflush(stdout);

    // [outcomes]
    say("71 nails", stock.try_request(reserve{"nail", 71}));          // refused by the handler
    say("bad text", stock.try_request(reserve{"\xff", 1}));           // not UTF-8, so it is never sent
    child.terminate();                                                // SIGTERM: the process stops in good order
    child.join();
    say("nobody there", stock.try_request(reserve{"nail", 1}, 50ms));
    // [/outcomes]

    // A peer that was built from another protocol.
    // [mismatch]
    using other = tenon::protocol<tenon::request<restock, reserved>>;
    auto again  = tenon::start<stock_process>(tenon::bind(stock_app::requests, "127.0.0.1"));
    tenon::client<other, tenon::codec::json, tenon::transport::zmq> stranger{again.address(stock_app::requests)};
    say("other codec", stranger.try_request(restock{"nail", 1}));
    // [/mismatch]
    stock_client{again.address(stock_app::requests)}.send(close_shop{});
    return again.join();
}
