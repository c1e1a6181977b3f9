// Attachments of questions, replies, commands and events: through every pattern that has a dialogue.
#include "by_hand.hpp"
#include "catch.hpp"
#include "lent.hpp"
#include "next_turn.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/process/task.hpp>
#include <tenon/process/proxy.hpp>
#include <tenon/tenon.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;
using tenon::errc;

namespace {

struct develop {
    int               number;
    tenon::attachment film;
};
struct developed {
    tenon::attachment picture;
    int               number;
    tenon::attachment film;
};
struct how_many {};
struct so_many { int number; };
struct hang_up { tenon::attachment picture; };
struct hanging {
    std::string       where;
    tenon::attachment picture;
};
using asking = tenon::protocol<tenon::request<develop, developed>, tenon::request<how_many, so_many>,
                               tenon::command<hang_up>>;
using all_of_it = tenon::protocol<tenon::request<develop, developed>, tenon::request<how_many, so_many>,
                                  tenon::command<hang_up>, tenon::event<hanging>>;

constexpr std::size_t large = std::size_t{1} << 18;

struct req_and_rep {
    static constexpr auto server = tenon::rep<"server", asking>;
    static constexpr auto client = tenon::req<"client", asking>;
};
struct dealer_and_router {
    static constexpr auto server = tenon::router<"server", all_of_it>;
    static constexpr auto client = tenon::dealer<"client", all_of_it>;
};
struct pair_and_pair {
    static constexpr auto server = tenon::pair<"server", all_of_it, tenon::server_side>;
    static constexpr auto client = tenon::pair<"client", all_of_it, tenon::client_side>;
};

enum class answering { at_once, later, by_task };

/// Asks itself over inproc and says where it found the bytes.
template <class Ends, answering How>
struct darkroom {
    static constexpr auto server = Ends::server;
    static constexpr auto client = Ends::client;
    static constexpr auto ports  = tenon::ports(server, client);

    static inline tenon::attachment              film;
    static inline std::vector<std::byte const*>  seen;  ///< As question, command, event and reply.
    static inline std::vector<std::string>       words;
    std::optional<tenon::promise<developed>>     promised{};

    void on(tenon::started const&, auto& process) {
        process[client].connect(process[server].bind(tenon::address{"inproc://darkroom"}));
        process[client].send(hang_up{film});
        process[client].request(develop{7, std::exchange(film, {})}, 10s, [&process](tenon::result<developed> r) {
            seen.push_back(r->picture.data());
            words.push_back(std::to_string(r->number) + " " + std::to_string(r->film.size()));
            process[client].request(how_many{}, 10s, [&process](tenon::result<so_many> n) {
                words.push_back(std::to_string(n->number));
                process.stop();
            });
        });
    }
    static developed done(develop const& d) {
        seen.push_back(d.film.data());
        return {d.film, d.number + 1, std::string{"leftover"}};
    }
    developed on(develop const& d)
        requires(How == answering::at_once)
    {
        return done(d);
    }
    auto on(develop const& d, auto& process)
        requires(How == answering::later)
    {
        return process[server].defer(d, [&](tenon::promise<developed> p) {
            promised = std::move(p);
            process.post([this, d] { promised->answer(done(d)); });
        });
    }
    tenon::task<developed> on(develop const& d, auto& process)
        requires(How == answering::by_task)
    {
        co_await next_turn{process};  // any wait makes the answer a late one
        co_return done(d);
    }
    so_many on(how_many const&) { return {static_cast<int>(seen.size())}; }
    void    on(hang_up const& h, auto& process) {
        seen.push_back(h.picture.data());
        if constexpr (std::is_same_v<Ends, dealer_and_router>)
            process[server].send(hanging{"wall", h.picture}, process[server].peer());
        else if constexpr (std::is_same_v<Ends, pair_and_pair>)
            process[server].send(hanging{"wall", h.picture});
    }
    void on(hanging const& h) {
        words.push_back(h.where);
        seen.push_back(h.picture.data());
    }
};

template <class Ends, answering How, class Codec>
void check_darkroom() {
    using app     = darkroom<Ends, How>;
    using process = tenon::process<app, tenon::launch::here, Codec, tenon::transport::zmq>;
    lent::buffer film{large};
    app::film = film.lend();
    app::seen.clear();
    app::words.clear();
    CHECK(tenon::run<process>(tenon::unlinked(app::server), tenon::unlinked(app::client)) == 0);
    bool const events = !std::is_same_v<Ends, req_and_rep>;
    CHECK(app::seen == std::vector<std::byte const*>(events ? 4 : 3, film.data()));
    REQUIRE(app::words.size() == (events ? 3 : 2));
    CHECK(app::words[events ? 1 : 0] == "8 8");
    film.wait();
    CHECK(film.back() == 1);
}

}  // namespace

TEMPLATE_TEST_CASE("questions, replies, commands and events hand attachments over without a copy", "[attachment]",
                   tenon::codec::json, tenon::codec::msgpack, tenon::codec::binary) {
    check_darkroom<req_and_rep, answering::at_once, TestType>();
    check_darkroom<dealer_and_router, answering::at_once, TestType>();
    check_darkroom<pair_and_pair, answering::at_once, TestType>();
}

TEST_CASE("answers that come later, and those of coroutines, have attachments too", "[attachment]") {
    check_darkroom<req_and_rep, answering::later, tenon::codec::json>();
    check_darkroom<dealer_and_router, answering::later, tenon::codec::json>();
    check_darkroom<pair_and_pair, answering::later, tenon::codec::json>();
    check_darkroom<req_and_rep, answering::by_task, tenon::codec::json>();
    check_darkroom<dealer_and_router, answering::by_task, tenon::codec::json>();
}

namespace {

/// Answers with the film that it got.
struct laboratory {
    static constexpr auto server = tenon::router<"server", all_of_it>;
    static constexpr auto ports  = tenon::ports(server);

    static inline tenon::port_counters counters;

    developed on(develop const& d) {
        return {d.film, d.number + 1, std::string(static_cast<std::size_t>(d.number), 'x')};
    }
    so_many on(how_many const&, auto& process) {
        counters = process[server].counters();
        process.stop();
        return {1};
    }
    void on(hang_up const& h, auto& process) {
        process[server].send(hanging{"wall", h.picture}, process[server].peer());
    }
};

}  // namespace

TEST_CASE("a plain peer asks with frames behind the body, and is refused for wrong ones", "[attachment][hazard]") {
    auto child = tenon::start<tenon::process<laboratory, tenon::launch::thread, zmq>>(
        tenon::bind(laboratory::server, "127.0.0.1"));
    zmq::context context;
    zmq::socket  plain{context, tenon::pattern::dealer};
    plain.connect(child.address(laboratory::server));
    std::string const ask = R"(["develop",{"number":2,"film":4}])";
    by_hand::send(plain, {"hop", "me", "", ask, "film"});
    CHECK(by_hand::receive(plain) ==
          by_hand::frames{"hop", "me", "", R"(["developed",{"picture":4,"number":3,"film":2}])", "film", "xx"});
    by_hand::send(plain, {"", R"(["hang_up",0])", ""});
    CHECK(by_hand::receive(plain) == by_hand::frames{"", R"(["hanging",{"where":"wall","picture":0}])", ""});
    for (by_hand::frames const& wrong : std::vector<by_hand::frames>{{"", ask},
                                                                     {"", ask, "films"},
                                                                     {"", ask, "film", ""},
                                                                     {"", ask, "film", "a", "b", "c", "d"},
                                                                     {"", R"(["how_many",null])", "film"},
                                                                     {ask, "film"}}) {
        by_hand::send(plain, wrong);
        CHECK(by_hand::receive(plain).back().starts_with(R"(["failure",{"code":102,)"));
    }
    by_hand::send(plain, {R"(["how_many",null])"});  // without attachments the delimiter may be left out
    CHECK(by_hand::receive(plain) == by_hand::frames{R"(["so_many",1])"});
    CHECK(child.join() == 0);
    CHECK(laboratory::counters.wrong_frames == 6);
}

TEST_CASE("a blocking client asks, tells and hears with attachments", "[attachment][client]") {
    auto child = tenon::start<tenon::process<laboratory, tenon::launch::thread, zmq>>(
        tenon::bind(laboratory::server, "127.0.0.1"));
    lent::buffer film{large, 'f'};
    {
        tenon::client<all_of_it, zmq> client{child.address(laboratory::server)};
        auto const                    reply = client.request(develop{3, film.lend()});
        CHECK(reply.picture == tenon::attachment{std::string(large, 'f')});
        CHECK(tenon::as_text(reply.film.view()) == "xxx");
        client.send(hang_up{std::string{"short"}});
        client.send(hang_up{std::string(large, 'l')});
        for (std::string const& expected : {std::string{"short"}, std::string(large, 'l')})
            CHECK(std::get<hanging>(client.next_event().value()).picture == tenon::attachment{std::string{expected}});
        CHECK(client.request(how_many{}).number == 1);
    }
    CHECK(child.join() == 0);
    film.wait();
    CHECK(film.back() == 1);
}

namespace {

/// Answers the third question.
std::vector<by_hand::frames> answer_third(zmq::socket& router, by_hand::frames const& answer) {
    std::vector<by_hand::frames> got;
    while (got.size() < 3) got.push_back(by_hand::receive(router));
    by_hand::frames reply{got[2].begin(), got[2].begin() + 3};
    reply.insert(reply.end(), answer.begin(), answer.end());
    by_hand::send(router, reply);
    return got;
}

by_hand::frames const good_answer{R"(["developed",{"picture":3,"number":1,"film":0}])", "abc", ""};

struct patient {
    static constexpr auto server = tenon::dealer<"server", all_of_it, tenon::retry::times<5, 1ms>>;
    static constexpr auto ports  = tenon::ports(server);

    static inline tenon::attachment film;
    static inline std::string       outcome;

    void on(tenon::started const&, auto& process) {
        process[server].request(develop{1, std::exchange(film, {})}, 40ms, [&process](tenon::result<developed> r) {
            outcome = r ? std::string{tenon::as_text(r->picture.view())} : std::string{describe(r.error().code)};
            process.stop();
        });
    }
    void on(hanging const&) {}
};

}  // namespace

TEST_CASE("a request that is sent again has its attachments again", "[attachment][retry]") {
    zmq::context context;
    zmq::socket  router{context, tenon::pattern::router};
    auto const   where = router.bind("127.0.0.1");
    lent::buffer film{large, 'f'};
    SECTION("by a client") {
        router.disown();
        std::vector<by_hand::frames> attempts;
        std::jthread                 server{[&] { attempts = answer_third(router, good_answer); }};
        tenon::client<all_of_it, zmq, tenon::retry::times<5, 1ms>> client{where};
        CHECK(client.request(develop{1, film.lend()}, 40ms).picture.size() == 3);
        server.join();
        CHECK(attempts[0] == attempts[2]);
        CHECK(attempts[0].back() == std::string(large, 'f'));
    }
    SECTION("by a port") {
        patient::film = film.lend();
        auto child    = tenon::start<tenon::process<patient, tenon::launch::thread, zmq>>(
            tenon::connect(patient::server, where));
        auto const attempts = answer_third(router, good_answer);
        CHECK(child.join() == 0);
        CHECK(attempts[0] == attempts[2]);
        CHECK(attempts[0].back() == std::string(large, 'f'));
        CHECK(patient::outcome == "abc");
    }
    film.wait();
    CHECK(film.back() == 1);
}

TEST_CASE("a reply whose attachments are wrong is a failure of its request", "[attachment][hazard]") {
    zmq::context context;
    zmq::socket  router{context, tenon::pattern::router};
    auto const   where = router.bind("127.0.0.1");
    router.disown();
    std::vector<by_hand::frames> const answers{{good_answer[0], "abc"},
                                               {good_answer[0], "abcd", ""},
                                               {good_answer[0], "abc", "", ""},
                                               {R"(["failure",{"code":101,"text":"no"}])"},
                                               good_answer};
    std::jthread const server{[&] {
        for (auto const& answer : answers) {
            auto            asked = by_hand::receive(router);
            by_hand::frames reply{asked.begin(), asked.begin() + 3};
            reply.insert(reply.end(), answer.begin(), answer.end());
            by_hand::send(router, reply);
        }
    }};
    tenon::client<all_of_it, zmq> client{where};
    for (int i = 0; i < 3; ++i) CHECK(client.try_request(develop{1, {}}).error().code == errc::wrong_frames);
    CHECK(client.try_request(develop{1, {}}).error().code == errc::refused);
    CHECK(tenon::as_text(client.request(develop{1, {}}).picture.view()) == "abc");
}

TEST_CASE("what waits for an answer, or is answered to nobody, is given back once", "[attachment]") {
    lent::buffer film{large};
    {
        tenon::client<all_of_it, zmq> client{tenon::address{"tcp://127.0.0.1:1"}};
        CHECK(client.try_request(develop{1, film.lend()}, 1ms).error().code == errc::timed_out);
    }
    film.wait();
    CHECK(film.back() == 1);
}

TEST_CASE("a broker passes attachments on as they are", "[attachment][proxy]") {
    auto broker = tenon::start<tenon::process<tenon::broker, tenon::launch::thread, zmq>>(
        tenon::bind(tenon::broker::front, "127.0.0.1"), tenon::bind(tenon::broker::back, "127.0.0.1"),
        tenon::bind(tenon::broker::control, "127.0.0.1"));
    auto worker = tenon::start<tenon::process<laboratory, tenon::launch::thread, zmq>>(
        tenon::connect(laboratory::server, broker.address(tenon::broker::back)));
    tenon::client<all_of_it, zmq>             client{broker.address(tenon::broker::front)};
    tenon::client<tenon::proxy::control, zmq> control{broker.address(tenon::broker::control)};
    for (std::size_t const size : {std::size_t{0}, std::size_t{10}, large}) {
        auto const reply = client.request(develop{1, std::string(size, 'f')});
        CHECK(reply.picture == tenon::attachment{std::string(size, 'f')});
        CHECK(reply.film.size() == 1);
    }
    client.request(how_many{});
    control.send(tenon::proxy::terminate{});
    CHECK(worker.join() == 0);
    CHECK(broker.join() == 0);
}
