// What the broken transports are made from: ZeroMQ's, with one type replaced, and what tries one law on it.
#pragma once

#include <tenon/testing/transport_laws.hpp>
#include <tenon/transport/zmq.hpp>

#include "catch.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using tenon::address;
using tenon::bytes_view;
using tenon::errc;
using tenon::pattern;
using tenon::scheme;
using tenon::transport::io;
using tenon::transport::socket_options;
using zmq = tenon::transport::zmq;

/// ZeroMQ with another socket (derived from its own), frame, context or poll item.
template <class Socket, class Frame = zmq::frame, class Context = zmq::context, class Item = zmq::poll_item>
struct made_of {
    using policy_kind = tenon::kind::transport;
    using clock       = zmq::clock;
    using context     = Context;
    using frame       = Frame;
    using socket      = Socket;
    using poll_item   = Item;
};

/// A socket that behaves well, to be derived from.
struct good : zmq::socket {
    using zmq::socket::socket;
};

/// A socket whose options are changed by whatever is `change` at the time.
struct with_options : zmq::socket {
    with_options(zmq::context& owner, tenon::pattern kind, socket_options options = {})
        : zmq::socket{owner, kind, (change(options), options)} {}
    static inline void (*change)(socket_options&) = nullptr;
};

template <class Transport>
std::vector<std::string> tried(std::string_view law, std::chrono::milliseconds patience) {
    using bench = tenon::testing::blocking_bench<Transport>;
    return tenon::testing::check_transport_on<bench>({}, law, scheme::tcp, patience);
}

/// The law sees through it, and the same law holds for what it is made from. The second has to, on a slow machine too;
/// for what never comes the first need not wait as long. Some defects a slow machine hides: those get more chances.
template <class Transport>
void check_found(std::string_view law) {
    INFO(law);
    std::size_t found = 0;
    for (int chance = 0; chance < 20 && found == 0; ++chance)
        found = tried<Transport>(law, std::chrono::milliseconds{500}).size();
    CHECK(found == 1);
    CHECK(tried<made_of<good>>(law, std::chrono::seconds{10}) == std::vector<std::string>{});
}

inline void check_found(void (*change)(socket_options&), std::string_view law) {
    with_options::change = change;
    check_found<made_of<with_options>>(law);
}
