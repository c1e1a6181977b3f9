// dispatch: from a variant to the app's handler, in each of its forms, and back to the reply.
#include "catch.hpp"

#include <tenon/dispatch/dispatch.hpp>

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using tenon::dispatch;
using tenon::errc;
using tenon::failure;
using tenon::incoming;
using tenon::outcome;
using tenon::result;

struct ping {
    int count;
};
struct pong {
    int count;
};
struct greet {
    std::string name;
};
struct greeting {
    std::string text;
};
struct plzdiekthxbye {};

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::request<greet, greeting>,
                                  tenon::command<plzdiekthxbye>>;

// What handlers get as their process in these tests.
struct fake_process {
    bool stopped = false;
    int  calls   = 0;

    void stop() { stopped = true; }
};

struct plain_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;

    int  handled = 0;
    bool stopped = false;

    pong on(ping const& p) {
        ++handled;
        return {p.count};
    }
    result<greeting> on(greet const& g) {
        if (g.name.empty()) return failure{errc::refused, "a greeting needs a name"};
        return greeting{"hello " + g.name};
    }
    void on(plzdiekthxbye const&) { stopped = true; }
};

using plain_in = incoming<decltype(plain_app::requests)>;

TEST_CASE("a question is handled and its reply given back") {
    plain_app  app;
    auto const answered = dispatch(app, app.requests, plain_in{ping{3}});
    REQUIRE(std::holds_alternative<pong>(answered));
    CHECK(std::get<pong>(answered).count == 3);
    CHECK(app.handled == 1);
    CHECK(!app.stopped);
}

TEST_CASE("a command is handled and answered by nothing") {
    plain_app  app;
    auto const answered = dispatch(app, app.requests, plain_in{plzdiekthxbye{}});
    CHECK(std::holds_alternative<std::monostate>(answered));
    CHECK(app.stopped);
    CHECK(app.handled == 0);
}

TEST_CASE("a handler that returns a result answers with the reply or refuses") {
    plain_app app;
    auto      answered = dispatch(app, app.requests, plain_in{greet{"Bob"}});
    REQUIRE(std::holds_alternative<greeting>(answered));
    CHECK(std::get<greeting>(answered).text == "hello Bob");

    answered = dispatch(app, app.requests, plain_in{greet{""}});
    REQUIRE(std::holds_alternative<failure>(answered));
    CHECK(std::get<failure>(answered) == failure{errc::refused, "a greeting needs a name"});
}

TEST_CASE("the outcome of a port is nothing, one of its replies, or a failure") {
    CHECK(std::is_same_v<outcome<decltype(plain_app::requests)>,
                         std::variant<std::monostate, pong, greeting, failure>>);
}

struct process_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;

    pong     on(ping const& p, fake_process& process) { return {p.count + ++process.calls}; }
    greeting on(greet g, auto& process) {
        ++process.calls;
        return {"hello " + g.name};
    }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
};

TEST_CASE("handlers that take the process get it") {
    process_app  app;
    fake_process process;
    using in      = incoming<decltype(app.requests)>;
    auto answered = dispatch(app, app.requests, in{ping{3}}, process);
    CHECK(std::get<pong>(answered).count == 4);
    answered = dispatch(app, app.requests, in{greet{"Eve"}}, process);
    CHECK(std::get<greeting>(answered).text == "hello Eve");
    CHECK(process.calls == 2);
    CHECK(!process.stopped);
    static_cast<void>(dispatch(app, app.requests, in{plzdiekthxbye{}}, process));
    CHECK(process.stopped);
}

TEST_CASE("handlers that take no process are called with one at hand, too") {
    plain_app    app;
    fake_process process;
    auto const   answered = dispatch(app, app.requests, plain_in{ping{5}}, process);
    CHECK(std::get<pong>(answered).count == 5);
}

// One message on two ports: a handler for one of the ports goes before that for all.
using asks_ping = tenon::protocol<tenon::request<ping, pong>>;

struct two_port_app {
    static constexpr auto inside  = tenon::rep<"inside", asks_ping>;
    static constexpr auto outside = tenon::rep<"outside", asks_ping>;
    static constexpr auto third   = tenon::rep<"third", asks_ping>;
    static constexpr auto fourth  = tenon::rep<"fourth", asks_ping>;
    static constexpr auto ports   = tenon::ports(inside, outside, third, fourth);

    pong on(decltype(inside), ping const& p) { return {p.count + 100}; }
    pong on(decltype(outside), ping const& p, auto& process) { return {p.count + 200 + ++process.calls}; }
    pong on(ping const& p, auto& process) { return {p.count + 300 + ++process.calls}; }
};

TEST_CASE("a handler with a port takes what arrives there, the others take the rest") {
    two_port_app app;
    fake_process process;
    auto const   ask = [&](auto port) {
        return std::get<pong>(dispatch(app, port, incoming<decltype(port)>{ping{1}}, process)).count;
    };
    CHECK(ask(app.inside) == 101);
    CHECK(ask(app.outside) == 202);
    CHECK(ask(app.third) == 303);
    CHECK(ask(app.fourth) == 304);
    CHECK(tenon::detail::check_ports<two_port_app>::value);
}

TEST_CASE("each form of handler is found as what it is") {
    using tenon::detail::form_of;
    using tenon::detail::handler_form;
    using tenon::detail::without_process;
    using app = two_port_app;
    CHECK(form_of<plain_app, decltype(plain_app::requests), ping, fake_process>() == handler_form::message);
    using requests = decltype(process_app::requests);
    CHECK(form_of<process_app, requests, ping, fake_process>() == handler_form::message_process);
    CHECK(form_of<process_app, requests, ping, without_process>() == handler_form::none);
    CHECK(form_of<app, decltype(app::inside), ping, fake_process>() == handler_form::port_message);
    CHECK(form_of<app, decltype(app::outside), ping, fake_process>() == handler_form::port_message_process);
    CHECK(form_of<app, decltype(app::third), ping, fake_process>() == handler_form::message_process);
    CHECK(form_of<app, decltype(app::third), greet, fake_process>() == handler_form::none);
}

struct throwing_app {
    static constexpr auto requests = tenon::rep<"requests", asks_ping>;

    pong on(ping const& p) {
        if (p.count < 0) throw tenon::error{errc::refused, "below zero"};
        if (p.count > 9) throw std::out_of_range{"above nine"};
        return {p.count};
    }
};

TEST_CASE("what a handler throws goes through dispatch unchanged") {
    throwing_app app;
    using in = incoming<decltype(app.requests)>;
    CHECK_THROWS_AS(dispatch(app, app.requests, in{ping{10}}), std::out_of_range);
    CHECK_THROWS_AS(dispatch(app, app.requests, in{ping{-1}}), tenon::error);
    CHECK(std::get<pong>(dispatch(app, app.requests, in{ping{9}})).count == 9);
}

TEST_CASE("visit_message calls the function once, with the alternative that is held") {
    std::variant<int, std::string, std::vector<int>> v = std::string{"two"};

    int  calls = 0;
    auto size  = [&](auto const& held) {
        ++calls;
        if constexpr (std::is_same_v<decltype(held), int const&>) return std::size_t{99};
        else return held.size();
    };
    CHECK(tenon::visit_message(v, size) == 3);
    v = std::vector<int>{1, 2};
    CHECK(tenon::visit_message(std::as_const(v), size) == 2);
    v = 7;
    CHECK(tenon::visit_message(v, size) == 99);
    CHECK(calls == 3);
}

TEST_CASE("visit_message gives a changeable variant's alternative to be changed, and returns references") {
    std::variant<int, long> v   = 5L;
    long&                   got = tenon::visit_message(v, [](auto& held) -> long& {
        if constexpr (std::is_same_v<decltype(held), long&>) return held;
        else throw std::logic_error{"the wrong alternative"};
    });
    got = 6;
    CHECK(std::get<long>(v) == 6);
}

TEST_CASE("visit_message works while compiling") {
    constexpr std::variant<int, char> v{21};
    constexpr int                     doubled = tenon::visit_message(v, [](auto held) { return held * 2; });
    STATIC_REQUIRE(doubled == 42);
}

}  // namespace
