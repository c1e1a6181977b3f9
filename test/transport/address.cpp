#include <tenon/transport/address.hpp>

#include "catch.hpp"

#include <string>

using tenon::address;

namespace {

std::string refusal(auto&& make) {
    try {
        make();
    } catch (tenon::error const& e) {
        return e.code() == tenon::errc::bad_address ? e.what() : "another code";
    }
    return "accepted";
}

bool mentions(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct form {
    char const* text;
    char const* full;
    char const* bound;
    char const* connected;  // null: refused
};

}  // namespace

TEST_CASE("every written form of a tcp address means the same when bound and when connected") {
    auto const f = GENERATE(
        form{"127.0.0.1:5678", "tcp://127.0.0.1:5678", "tcp://127.0.0.1:5678", "tcp://127.0.0.1:5678"},
        form{"tcp://127.0.0.1:5678", "tcp://127.0.0.1:5678", "tcp://127.0.0.1:5678", "tcp://127.0.0.1:5678"},
        form{"127.0.0.1", "tcp://127.0.0.1", "tcp://127.0.0.1:*", nullptr},
        form{"127.0.0.1:0", "tcp://127.0.0.1", "tcp://127.0.0.1:*", nullptr},
        form{"127.0.0.1:*", "tcp://127.0.0.1", "tcp://127.0.0.1:*", nullptr},
        form{"tcp://127.0.0.1", "tcp://127.0.0.1", "tcp://127.0.0.1:*", nullptr},
        form{"*", "tcp://*", "tcp://*:*", nullptr},
        form{"*:5678", "tcp://*:5678", "tcp://*:5678", nullptr},
        form{"tcp://*:*", "tcp://*", "tcp://*:*", nullptr},
        form{"tcp://*:0", "tcp://*", "tcp://*:*", nullptr},
        form{"lo", "tcp://lo", "tcp://lo:*", nullptr},
        form{"eth0:5678", "tcp://eth0:5678", "tcp://eth0:5678", "tcp://eth0:5678"},
        form{"localhost", "tcp://localhost", "tcp://127.0.0.1:*", nullptr},
        form{"localhost:5678", "tcp://localhost:5678", "tcp://127.0.0.1:5678", "tcp://127.0.0.1:5678"},
        form{"a-host.example.org:1", "tcp://a-host.example.org:1", "tcp://a-host.example.org:1",
             "tcp://a-host.example.org:1"},
        form{"::1", "tcp://[::1]", "tcp://[::1]:*", nullptr},
        form{"[::1]", "tcp://[::1]", "tcp://[::1]:*", nullptr},
        form{"[::1]:65535", "tcp://[::1]:65535", "tcp://[::1]:65535", "tcp://[::1]:65535"},
        form{"tcp://[::1]:*", "tcp://[::1]", "tcp://[::1]:*", nullptr},
        form{"[fe80::1%eth0]:9", "tcp://[fe80::1%eth0]:9", "tcp://[fe80::1%eth0]:9",
             "tcp://[fe80::1%eth0]:9"},
        form{"0.0.0.0:7", "tcp://0.0.0.0:7", "tcp://0.0.0.0:7", nullptr},
        form{"[::]:7", "tcp://[::]:7", "tcp://[::]:7", nullptr});
    INFO(f.text);
    address const a{f.text};
    CHECK(a.to_string() == f.full);
    CHECK(a.bind_string() == f.bound);
    CHECK(address{a.to_string()} == a);
    CHECK(a.scheme() == tenon::scheme::tcp);
    if (f.connected != nullptr)
        CHECK(a.connect_string() == f.connected);
    else
        CHECK(mentions(refusal([&] { (void)a.connect_string(); }), "bad address"));
}

TEST_CASE("ipc and inproc addresses are kept as they are") {
    address const ipc{"ipc:///tmp/some:where"};
    CHECK(ipc.scheme() == tenon::scheme::ipc);
    CHECK(ipc.host() == "/tmp/some:where");
    CHECK(!ipc.port());
    CHECK(ipc.bind_string() == "ipc:///tmp/some:where");
    CHECK(ipc.connect_string() == "ipc:///tmp/some:where");
    CHECK(!ipc.is_ipv6());
    address const inproc{"inproc://here"};
    CHECK(inproc.scheme() == tenon::scheme::inproc);
    CHECK(inproc.to_string() == "inproc://here");
    CHECK(inproc.connect_string() == "inproc://here");
    CHECK(address{"inproc://*"}.is_wildcard());
    CHECK(address{"inproc://*"}.bind_string() == "inproc://*");
    CHECK(!inproc.is_wildcard());
    CHECK(address{"ipc://*"}.is_wildcard());
    CHECK(mentions(refusal([] { (void)address{"ipc://*"}.connect_string(); }), "wildcard"));
    CHECK(name_of(tenon::scheme::ipc) == "ipc");
}

TEST_CASE("an address is made from a host and a port") {
    CHECK(address{"127.0.0.1", 5678} == address{"127.0.0.1:5678"});
    CHECK(address{"::1", 5678} == address{"[::1]:5678"});
    CHECK(address{"[::1]", 5678} == address{"[::1]:5678"});
    CHECK(address{"*", 0} == address{"*"});
    CHECK(address{"h", 65535}.port() == 65535);
    CHECK(mentions(refusal([] { address{"127.0.0.1:1", 2}; }), "'127.0.0.1:1'"));
    CHECK(mentions(refusal([] { address{"", 2}; }), "host is missing"));
}

TEST_CASE("an address converts from the usual strings") {
    auto const text = [](address const& a) { return a.to_string(); };
    CHECK(text("lo:1") == "tcp://lo:1");
    CHECK(text(std::string{"lo:1"}) == "tcp://lo:1");
    CHECK(text(std::string_view{"lo:1"}) == "tcp://lo:1");
    CHECK(text({"lo", 1}) == "tcp://lo:1");
}

TEST_CASE("a bad address is refused with a sentence that names it and says what to write") {
    struct bad {
        char const* text;
        char const* reason;
    };
    auto const b = GENERATE(
        bad{"", "it is empty"}, bad{"tcp://", "it is empty"}, bad{":5678", "host is missing"},
        bad{"host:", "the port must be"}, bad{"host:65536", "the port must be"},
        bad{"host:99999999999999999999", "the port must be"}, bad{"host:-1", "the port must be"},
        bad{"host:http", "the port must be"}, bad{"host:12 ", "the port must be"},
        bad{"host:0x10", "the port must be"}, bad{"http://host:80", "scheme is unknown"},
        bad{"TCP://host:80", "scheme is unknown"}, bad{"://host", "scheme is unknown"},
        bad{"pgm://eth0;239.1.1.1:5", "scheme is unknown"}, bad{"a:b:c", "more than one ':'"},
        bad{"::1:5678:99999", "more than one ':'"}, bad{"[::1", "']' is missing"},
        bad{"0000000000000000000000000000000000000000000::1", "more than one ':'"},
        bad{"[::1]5678", "only a port may follow"}, bad{"[::1]:", "the port must be"},
        bad{"[host]:1", "no numeric IPv6"}, bad{"[]:1", "no numeric IPv6"}, bad{"[%eth0]", "no numeric IPv6"},
        bad{"5678", "no IPv4"}, bad{"300.1.1.1:5", "no IPv4"}, bad{"127.0.0:5", "no IPv4"},
        bad{"a b:1", "letters, digits"}, bad{"host/path:1", "letters, digits"},
        bad{"**:1", "letters, digits"}, bad{"ipc://", "nothing stands after"},
        bad{"inproc://", "nothing stands after"});
    auto const text = refusal([&] { address{b.text}; });
    INFO(text);
    CHECK(mentions(text, std::string{"'"} + b.text + "'"));
    CHECK(mentions(text, b.reason));
    CHECK((mentions(text, "write") || mentions(text, "leave")));
}

TEST_CASE("an ipc path that the kernel cannot take is refused") {
    CHECK(refusal([] { address{"ipc://" + std::string(107, 'x')}; }) == "accepted");
    CHECK(mentions(refusal([] { address{"ipc://" + std::string(108, 'x')}; }), "too long"));
    CHECK(mentions(refusal([] { address{std::string("ipc://a\0b", 9)}; }), "control character"));
    CHECK(mentions(refusal([] { address{"ipc://a\n0 b"}; }), "control character"));
    CHECK(mentions(refusal([] { address{"inproc://a\tb"}; }), "control character"));
    CHECK(mentions(refusal([] { address{static_cast<char const*>(nullptr)}; }), "empty"));
}

TEST_CASE("a wildcard that was bound is connected to at the loopback address") {
    CHECK(address{"tcp://0.0.0.0:5555"}.connectable().to_string() == "tcp://127.0.0.1:5555");
    CHECK(address{"*:5555"}.connectable().connect_string() == "tcp://127.0.0.1:5555");
    CHECK(address{"[::]:5555"}.connectable().to_string() == "tcp://[::1]:5555");
    CHECK(address{"10.0.0.1:5555"}.connectable() == address{"10.0.0.1:5555"});
    CHECK(address{"ipc:///x"}.connectable() == address{"ipc:///x"});
}

TEST_CASE("an address knows whether it stays on this machine") {
    for (auto const* local : {"127.0.0.1:1", "127.255.0.9", "localhost:1", "lo:1", "::1", "[::1]:1",
                              "ipc:///x", "inproc://x", "[0:0::0:1]:4"})
        CHECK(address{local}.is_loopback());
    for (auto const* open : {"*", "*:1", "0.0.0.0:1", "[::]:1", "eth0:1", "192.168.0.1", "example.org:1",
                             "[fe80::1]:1", "lo0:1", "128.0.0.1"})
        CHECK(!address{open}.is_loopback());
    CHECK(address{"::1"}.is_ipv6());
    CHECK(!address{"127.0.0.1"}.is_ipv6());
    CHECK(!address{"inproc://::1"}.is_ipv6());
    CHECK(!(address{"lo:1"} == address{"lo:2"}));
    CHECK(!(address{"ipc://x"} == address{"inproc://x"}));
}
