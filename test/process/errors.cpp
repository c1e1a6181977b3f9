// Whatever goes wrong with a request, the asker gets exactly one answer and the port goes on.
#include "by_hand.hpp"
#include "catch.hpp"
#include "ping_pong.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using app::client;
using app::ping;
using app::server;
using tenon::errc;
using zmq = tenon::transport::zmq;

namespace {

/// What the observer of a thread process was told; the tests read it after the process has ended.
std::vector<std::string> incidents;

struct recorder {
    using policy_kind = tenon::kind::observer;
    void dropped(tenon::incident const& what) {
        incidents.push_back(std::string{what.port} + "/" + std::string{what.message} + "/" +
                            std::string{describe(what.reason)} + "/" + std::string{what.text});
    }
};

/// A peer by hand, which can send what no client would.
struct raw_peer {
    zmq::context context;
    zmq::socket  socket{context, tenon::pattern::dealer};

    explicit raw_peer(tenon::address const& server) { socket.connect(server); }

    void            send(by_hand::frames const& parts) { by_hand::send(socket, parts); }
    by_hand::frames receive() { return by_hand::receive(socket); }
};

auto serve() {
    incidents.clear();
    return tenon::start<app::server_process<tenon::launch::thread, tenon::codec::json, recorder>>(
        tenon::bind(server::requests, "127.0.0.1"));
}

}  // namespace

TEST_CASE("a handler that throws is answered with a failure, and the port goes on", "[errors][hazard]") {
    auto     child = serve();
    client<> peer{child.address(server::requests)};

    auto thrown = peer.try_request(app::misbehave{"throw"});
    REQUIRE_FALSE(thrown);
    CHECK(thrown.error().code == errc::handler_failed);
    CHECK(thrown.error().text.find("secret") == std::string::npos);

    CHECK(peer.try_request(app::misbehave{"throw error"}).error().code == errc::refused);
    CHECK(peer.try_request(app::misbehave{"throw int"}).error().code == errc::handler_failed);
    CHECK(peer.try_request(app::misbehave{"refuse"}).error() == tenon::failure{errc::refused, "not today"});
    CHECK(peer.try_request(app::misbehave{"well"}).has_value());
    CHECK(peer.request(ping{3}).count == 3);

    auto const seen = peer.request(app::how_are_you{});
    CHECK(seen.handler_failed == 3);
    CHECK(seen.failures_sent == 4);

    peer.send(app::plzdiekthxbye{});
    CHECK(child.join() == 0);
    REQUIRE(incidents.size() == 3);
    CHECK(incidents[0] == "requests/misbehave/handler failed/secret: throw");
    CHECK(incidents[1] == "requests/misbehave/request refused/secret");
}

TEST_CASE("a failure that cannot be encoded does not wedge the port", "[errors]") {
    auto       child   = serve();
    client<>   peer{child.address(server::requests)};
    auto const refused = peer.try_request(app::misbehave{"bad text"}, 10s);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::refused);
    CHECK(peer.request(ping{3}).count == 3);
}

TEST_CASE("a command that throws is not answered, and the port goes on", "[errors]") {
    auto     child = serve();
    raw_peer peer{child.address(server::requests)};
    peer.send({"id 1", "", R"(["throw_it_away",null])"});
    peer.send({"id 2", "", R"(["forget_me",null])"});
    peer.send({"id 3", "", R"(["ping",3])"});
    CHECK(peer.receive() == std::vector<std::string>{"id 3", "", R"(["pong",3])"});
    client<> polite{child.address(server::requests)};
    CHECK(polite.request(app::how_are_you{}).handler_failed == 1);
}

TEST_CASE("what cannot be decoded is answered with a typed failure, counted and told", "[errors][hazard]") {
    auto     child = serve();
    raw_peer peer{child.address(server::requests)};
    auto     code_for = [&](std::string const& body) {
        peer.send({"", body});
        auto const reply = peer.receive();
        REQUIRE(reply.size() == 2);
        REQUIRE(reply[1].rfind(R"(["failure",{"code":)", 0) == 0);
        // A good request from the same peer is served at once.
        peer.send({"", R"(["ping",1])"});
        CHECK(peer.receive() == std::vector<std::string>{"", R"(["pong",1])"});
        return std::stoi(reply[1].substr(19));
    };
    CHECK(code_for("garbage") == int(errc::malformed));
    CHECK(code_for("") == int(errc::truncated));
    CHECK(code_for(R"(["pang",3])") == int(errc::unknown_message));
    CHECK(code_for(R"(["pong",3])") == int(errc::unknown_message));
    CHECK(code_for(R"(["ping","3"])") == int(errc::wrong_type));
    CHECK(code_for(R"(["ping",1000000000000000000000000000000])") == int(errc::out_of_range));
    CHECK(code_for(R"(["ping",3]!)") == int(errc::trailing_bytes));
    CHECK(code_for(std::string(100'000, '[')) != int(errc::ok));

    client<> polite{child.address(server::requests)};
    CHECK(polite.request(app::how_are_you{}).undecodable == 8);
    polite.send(app::plzdiekthxbye{});
    CHECK(child.join() == 0);
    CHECK(incidents.size() == 8);
    for (auto const& each : incidents) CHECK(each.find("pang") == std::string::npos);
}

TEST_CASE("a wrong number of frames is answered with a typed failure", "[errors][hazard]") {
    auto     child = serve();
    raw_peer peer{child.address(server::requests)};
    peer.send({"id", "", R"(["ping",1])", R"(["ping",2])"});
    auto const reply = peer.receive();
    REQUIRE(reply.size() == 3);
    CHECK(reply[0] == "id");
    CHECK(reply[1].empty());
    CHECK(reply[2].find(std::to_string(int(errc::wrong_frames))) != std::string::npos);

    peer.send({"id", ""});
    CHECK(peer.receive().size() == 3);

    client<> polite{child.address(server::requests)};
    CHECK(polite.request(app::how_are_you{}).wrong_frames == 2);
}

TEST_CASE("an envelope is given back whole, however long", "[errors]") {
    auto     child = serve();
    raw_peer peer{child.address(server::requests)};
    SECTION("only a delimiter, as from REQ") {
        peer.send({"", R"(["ping",1])"});
        CHECK(peer.receive() == std::vector<std::string>{"", R"(["pong",1])"});
    }
    SECTION("no delimiter, as from a bare DEALER") {
        peer.send({R"(["ping",1])"});
        CHECK(peer.receive() == std::vector<std::string>{R"(["pong",1])"});
    }
    SECTION("many hops") {
        std::vector<std::string> frames;
        for (int i = 0; i < 14; ++i) frames.push_back("hop " + std::to_string(i));
        frames.insert(frames.end(), {"", R"(["ping",1])"});
        peer.send(frames);
        frames.back() = R"(["pong",1])";
        CHECK(peer.receive() == frames);
    }
    SECTION("more hops than anybody has: refused, and the port goes on") {
        std::vector<std::string> frames(40, "hop");
        frames.insert(frames.end(), {"", R"(["ping",1])"});
        peer.send(frames);
        CHECK(peer.receive().back().find(std::to_string(int(errc::wrong_frames))) != std::string::npos);
        peer.send({"", R"(["ping",1])"});
        CHECK(peer.receive() == std::vector<std::string>{"", R"(["pong",1])"});
    }
}

TEST_CASE("a peer that is gone when its reply is sent costs one counted drop", "[errors][hazard]") {
    auto child = serve();
    {
        raw_peer gone{child.address(server::requests)};
        gone.send({"", R"(["ping",1])"});
        CHECK(gone.receive().size() == 2);
    }
    client<> polite{child.address(server::requests)};
    CHECK(polite.request(ping{1}).count == 1);
}

TEST_CASE("with errors::stop a handler that throws ends the process, after its asker was told", "[errors]") {
    using process = app::server_process<tenon::launch::fork, tenon::codec::json, tenon::errors::stop>;
    auto       child = tenon::start<process>(tenon::bind(server::requests, "127.0.0.1"));
    client<>   peer{child.address(server::requests)};
    auto const thrown = peer.try_request(app::misbehave{"throw"});
    REQUIRE_FALSE(thrown);
    CHECK(thrown.error().code == errc::handler_failed);
    CHECK(child.join() == 1);
}
