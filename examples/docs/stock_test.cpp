// Tiers 3 and 2 in unit tests: plain structs, no sockets, no processes, no mocks.
#include "stock.hpp"

#include <tenon/dispatch/dispatch.hpp>

#include <cstdio>
#include <cstdlib>
#include <variant>

void check(bool good, char const* what) {
    std::printf("%s: %s\n", good ? "ok" : "FAILED", what);
    if (!good) std::exit(1);
}

// Stands in for the process where a handler wants one: whatever the handler uses.
struct fake_process {
    bool stopped = false;
    void stop() { stopped = true; }
};

int main() {
    // [tiers]
    // Tier 3.
    shelf goods;
    goods.add("nail", 100);
    check(!goods.take("nail", 101), "the shelf gives no more than it has");

    // Tier 2: handlers are member functions.
    stock_app app;
    app.on(restock{"nail", 100});
    check(app.on(reserve{"nail", 30})->left == 70, "a reservation says what is left");
    check(!app.on(reserve{"nail", 71}), "too large a reservation is refused");

    fake_process process;
    app.on(close_shop{}, process);
    check(process.stopped, "closing the shop stops the process");
    // [/tiers]

    // [dispatch]
    // The step from a received message to its handler: the checks and the call of a process, without a socket.
    using message = tenon::incoming<decltype(stock_app::requests)>;  // std::variant<reserve, restock, close_shop>
    using outcome = tenon::outcome<decltype(stock_app::requests)>;   // std::variant<monostate, reserved, failure>

    outcome const some = tenon::dispatch(app, stock_app::requests, message{reserve{"nail", 70}}, process);
    check(std::get<reserved>(some).left == 0, "dispatch gives the handler's reply");
    outcome const more = tenon::dispatch(app, stock_app::requests, message{reserve{"nail", 1}}, process);
    check(std::get<tenon::failure>(more).code == tenon::errc::refused, "or its refusal");
    outcome const none = tenon::dispatch(app, stock_app::requests, message{restock{"nail", 1}}, process);
    check(std::holds_alternative<std::monostate>(none), "or nothing, for a command");
    // [/dispatch]
}
