// CURVE as a policy of processes and clients: who gets in, who does not, and what is told of it.
#include "catch.hpp"
#include "next_turn.hpp"
#include "ping_pong.hpp"

#include <tenon/process/security/curve.hpp>
#include <tenon/process/task.hpp>
#include <tenon/transport/zmq/certificate.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace std::chrono_literals;
using app::ping;
using tenon::errc;
using tenon::security::curve;
using tenon::security::curve_keys;
using tenon::security::key_pair;
using tenon::security::make_key_pair;
using zmq = tenon::transport::zmq;

namespace secured {  // a named one, because of g++ 12 and coroutines

key_pair const server_pair   = make_key_pair();
key_pair const friend_pair   = make_key_pair();
key_pair const stranger_pair = make_key_pair();

struct server_keys {
    static curve_keys of(std::string_view) { return {.own = server_pair, .clients = {friend_pair.public_part}}; }
};
struct open_server_keys {
    static curve_keys of(std::string_view) { return {.own = server_pair, .any_client = true}; }
};
struct friend_keys {
    static curve_keys of(std::string_view) { return {.own = friend_pair, .server = server_pair.public_part}; }
};
struct stranger_keys {
    static curve_keys of(std::string_view) { return {.own = stranger_pair, .server = server_pair.public_part}; }
};
/// Takes somebody else for the server.
struct misled_keys {
    static curve_keys of(std::string_view) { return {.own = friend_pair, .server = stranger_pair.public_part}; }
};
struct forgetful_keys {
    static curve_keys of(std::string_view) { return {.own = friend_pair}; }
};

struct who_am_i { bool later; };
struct key { std::string text; };
struct note { int number; };
struct how_many_failed {};
struct failed {
    std::uint64_t handshakes, refused;
};
using guarded_talk = tenon::protocol<tenon::request<ping, app::pong>, tenon::request<how_many_failed, failed>,
                                     tenon::command<app::plzdiekthxbye>>;
using introductions = tenon::protocol<tenon::request<who_am_i, key>>;
using notes         = tenon::protocol<tenon::command<note>>;

struct guarded {
    static constexpr auto requests = tenon::rep<"requests", guarded_talk>;
    static constexpr auto ports    = tenon::ports(requests);

    std::uint64_t refused = 0;

    app::pong on(ping const& p) { return {p.count}; }
    failed    on(how_many_failed const&, auto& process) {
        return {process[requests].counters().handshake_failures, refused};
    }
    void on(app::plzdiekthxbye const&, auto& process) { process.stop(); }
    void on(tenon::connection_event const& e) {
        if (e.what == tenon::connection_change::handshake_failed_auth && e.reason == 400) ++refused;
    }
};

/// Says of each message whose it is: of a request at once or after a while, of commands at the end.
struct doorman {
    static constexpr auto door  = tenon::router<"door", introductions>;
    static constexpr auto slot  = tenon::pull<"slot", notes, tenon::batched<>>;
    static constexpr auto ports = tenon::ports(door, slot);

    static inline std::vector<std::string> notes_of;
    static inline std::string              afterwards;

    tenon::task<key> on(who_am_i const& asked, auto& process) {
        std::string const first{process[door].peer_key()};
        if (asked.later) {
            co_await next_turn{process};  // what is known after any wait
            afterwards = process[door].peer_key();
        }
        co_return key{first};
    }
    void on(note const& n, auto& process) {
        notes_of.emplace_back(process[slot].peer_key());
        if (n.number == 0) process.stop();
    }
};
struct poster {
    static constexpr auto out   = tenon::push<"out", notes, tenon::batched<>>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        for (int left : {2, 1, 0}) process[out].send(note{left});
        process.stop();
    }
};

template <class Launch, class Keys = server_keys>
using guarded_process = tenon::process<guarded, curve<Keys>, zmq, Launch>;
template <class... Policies>
using client_with = tenon::client<guarded_talk, Policies...>;

/// Asks until the server has seen a handshake fail; the answer says how many of them for want of admission.
failed wait_for_failure(client_with<curve<friend_keys>>& good) {
    auto const limit = std::chrono::steady_clock::now() + 30s;
    for (;;) {
        auto const seen = good.request(how_many_failed{}, 10s);
        if (seen.handshakes > 0 || std::chrono::steady_clock::now() > limit) return seen;
    }
}

/// A client with `Policies` gets nothing from a server that serves its friends all the while.
template <class... Policies>
failed is_kept_out() {
    auto child = tenon::start<guarded_process<tenon::launch::fork>>(tenon::bind(guarded::requests, "127.0.0.1"));
    client_with<curve<friend_keys>> good{child.address(guarded::requests)};
    CHECK(good.request(ping{1}, 10s).count == 1);
    client_with<Policies...> bad{child.address(guarded::requests)};
    auto const               nothing = bad.try_request(ping{2}, 300ms);
    REQUIRE(!nothing);
    CHECK(nothing.error().code == errc::timed_out);
    auto const seen = wait_for_failure(good);
    CHECK(seen.handshakes > 0);
    CHECK(good.request(ping{3}, 10s).count == 3);
    good.send(app::plzdiekthxbye{});
    CHECK(child.join() == 0);
    return seen;
}

/// Asks once, lets the server stop, and passes on what came of it.
struct asker {
    static constexpr auto out   = tenon::req<"out", guarded_talk>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        process[out].request(ping{5}, 10s, [&process](tenon::result<app::pong> const& got) {
            process[out].send(app::plzdiekthxbye{});
            process.stop(got && got->count == 5 ? 0 : 1);
        });
    }
};

}  // namespace secured

using namespace secured;

TEST_CASE("a client that the server knows is served, over an address that is open to the network", "[security]") {
    auto child = tenon::start<guarded_process<tenon::launch::fork>>(tenon::bind(guarded::requests, "0.0.0.0"));
    auto const  bound = child.address(guarded::requests).to_string();
    std::string where = "127.0.0.1" + bound.substr(bound.rfind(':'));
    client_with<zmq, curve<friend_keys>> good{tenon::address{where}};
    for (int i = 0; i < 10; ++i) CHECK(good.request(ping{i}, 10s).count == i);
    good.send(app::plzdiekthxbye{});
    CHECK(child.join() == 0);
}

TEST_CASE("a client whose key the server does not know is refused, which is told", "[security]") {
    CHECK(is_kept_out<curve<stranger_keys>>().refused > 0);
}

TEST_CASE("a client that takes somebody else for the server gets no service", "[security]") {
    CHECK(is_kept_out<curve<misled_keys>>().refused == 0);
}

TEST_CASE("a client without CURVE gets no service", "[security]") { CHECK(is_kept_out<>().refused == 0); }

TEST_CASE("a server that takes everybody with its key asks for no list", "[security]") {
    using process = guarded_process<tenon::launch::thread, open_server_keys>;
    auto child    = tenon::start<process>(tenon::bind(guarded::requests, "127.0.0.1"));
    client_with<curve<stranger_keys>> anyone{child.address(guarded::requests)};
    CHECK(anyone.request(ping{7}, 10s).count == 7);
    anyone.send(app::plzdiekthxbye{});
    CHECK(child.join() == 0);
}

TEST_CASE("a process asks another one, over tcp and ipc", "[security]") {
    std::string const where = GENERATE("127.0.0.1", "ipc://*");
    auto server = tenon::start<guarded_process<tenon::launch::thread>>(tenon::bind(guarded::requests, where));
    using asking = tenon::process<asker, tenon::launch::fork, curve<friend_keys>>;
    CHECK(tenon::start<asking>(tenon::connect(asker::out, server.address(guarded::requests))).join() == 0);
    CHECK(server.join() == 0);
}

TEST_CASE("a handler is told with which key its peer has been let in", "[security]") {
    doorman::notes_of.clear();
    doorman::afterwards = "not asked";
    auto house = tenon::start<tenon::process<doorman, curve<open_server_keys>, tenon::launch::thread>>(
        tenon::bind(doorman::door, "127.0.0.1"), tenon::bind(doorman::slot, "127.0.0.1"));
    tenon::client<introductions, curve<friend_keys>>   one{house.address(doorman::door)};
    tenon::client<introductions, curve<stranger_keys>> other{house.address(doorman::door)};
    for (bool const later : {false, true}) {
        CHECK(one.request(who_am_i{later}, 10s).text == friend_pair.public_part.to_string());
        CHECK(other.request(who_am_i{later}, 10s).text == stranger_pair.public_part.to_string());
    }
    using posting = tenon::process<poster, curve<friend_keys>, tenon::launch::thread>;
    CHECK(tenon::start<posting>(tenon::connect(poster::out, house.address(doorman::slot))).join() == 0);
    CHECK(house.join() == 0);
    CHECK(doorman::notes_of == std::vector<std::string>(3, friend_pair.public_part.to_string()));
    CHECK(doorman::afterwards.empty());
}

TEST_CASE("without CURVE no key is told", "[security]") {
    doorman::notes_of.clear();
    auto house = tenon::start<tenon::process<doorman, tenon::launch::thread>>(
        tenon::bind(doorman::door, "127.0.0.1"), tenon::bind(doorman::slot, "127.0.0.1"));
    tenon::client<introductions> anybody{house.address(doorman::door)};
    CHECK(anybody.request(who_am_i{false}, 10s).text.empty());
    using posting = tenon::process<poster, tenon::launch::thread>;
    CHECK(tenon::start<posting>(tenon::connect(poster::out, house.address(doorman::slot))).join() == 0);
    CHECK(house.join() == 0);
    CHECK(doorman::notes_of == std::vector<std::string>(3));
}

TEST_CASE("a client with CURVE does not talk to a process without", "[security]") {
    using plain = tenon::process<guarded, tenon::launch::thread, tenon::security::none>;
    auto child  = tenon::start<plain>(tenon::bind(guarded::requests, "127.0.0.1"));
    client_with<curve<friend_keys>> careful{child.address(guarded::requests)};
    auto const                      nothing = careful.try_request(ping{1}, 300ms);
    REQUIRE(!nothing);
    CHECK(nothing.error().code == errc::timed_out);
    client_with<> trusting{child.address(guarded::requests)};
    CHECK(trusting.request(ping{2}, 10s).count == 2);
    trusting.send(app::plzdiekthxbye{});
    CHECK(child.join() == 0);
}

TEST_CASE("a key that is missing or none is an error that does not repeat it", "[security]") {
    try {
        client_with<curve<forgetful_keys>> lost{tenon::address{"127.0.0.1:5678"}};
        FAIL("a client without the server's key connected");
    } catch (tenon::error const& e) {
        CHECK(std::string{e.what()}.find("the server's public key is missing") != std::string::npos);
    }
    std::string const almost = friend_pair.secret_part.reveal().substr(1);
    try {
        tenon::security::secret_key const none{almost};
        FAIL("39 characters were taken for a key");
    } catch (tenon::error const& e) {
        CHECK(e.code() == errc::malformed);
        CHECK(std::string{e.what()}.find(almost) == std::string::npos);
        CHECK(std::string{e.what()}.find("40 characters of Z85") != std::string::npos);
    }
    REQUIRE_THROWS_AS(tenon::security::public_key{std::string(40, '~')}, tenon::error);
}

TEST_CASE("keys are written as they are read", "[security]") {
    tenon::security::public_key const again{friend_pair.public_part.to_string()};
    CHECK(again.bytes().size() == 32);
    CHECK(tenon::as_text(again.bytes()) == tenon::as_text(friend_pair.public_part.bytes()));
    CHECK(!again.empty());
    CHECK(tenon::security::public_key{}.empty());
    CHECK(tenon::as_text(make_key_pair().secret_part.bytes()) != tenon::as_text(make_key_pair().secret_part.bytes()));
}

TEST_CASE("certificates are read as they were written, and the secret one is for its owner's eyes", "[security]") {
    char place[] = "/tmp/tenon_certificates_XXXXXX";
    REQUIRE(::mkdtemp(place) != nullptr);
    std::string const path = std::string{place} + "/friend";
    tenon::security::write_certificates(path, friend_pair);

    auto const pair = tenon::security::read_key_pair(path + ".key_secret");
    CHECK(tenon::as_text(pair.secret_part.bytes()) == tenon::as_text(friend_pair.secret_part.bytes()));
    CHECK(pair.public_part.to_string() == friend_pair.public_part.to_string());
    CHECK(tenon::security::read_public_key(path + ".key").to_string() == friend_pair.public_part.to_string());
    REQUIRE_THROWS_AS(tenon::security::read_key_pair(path + ".key"), tenon::error);  // it has no secret
    REQUIRE_THROWS_AS(tenon::security::read_public_key(path), tenon::error);         // there is no such file
    REQUIRE_THROWS_AS(tenon::security::write_certificates(path, stranger_pair), tenon::error);

    struct ::stat facts = {};
    REQUIRE(::stat((path + ".key_secret").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    for (char const* end : {".key", ".key_secret"}) ::unlink((path + end).c_str());
    ::rmdir(place);
}
