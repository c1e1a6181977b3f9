// One process with two hundred ports and streams of mixed kinds that come and go inside handlers.
#include "by_hand.hpp"
#include "catch.hpp"
#include "many.hpp"

#include <tenon/tenon.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace std::chrono_literals;
using by_hand::zmq;
using tenon::pattern;

namespace {

struct note { std::uint32_t number; };
struct ask { std::uint32_t number; };
struct told { std::uint32_t number; };
using notes = tenon::protocol<tenon::command<note>>;
using news  = tenon::protocol<tenon::event<note>>;
using asks  = tenon::protocol<tenon::request<ask, told>>;

/// The same numbers for the same seed on every machine (splitmix64).
class dice {
public:
    explicit dice(std::uint64_t seed) : state_{seed} {}
    std::uint32_t below(std::uint32_t end) {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z               = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z               = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32) % end;
    }

private:
    std::uint64_t state_;
};

/// A pair of sockets of one context, or the two ends of a pipe: what goes in at one comes out at the other.
class stream {
public:
    stream(zmq::context& context, std::uint32_t kind, std::string const& name) : kind_{kind} {
        static constexpr std::pair<pattern, pattern> table[] = {
            {pattern::push, pattern::pull}, {pattern::dealer, pattern::router}, {pattern::pair, pattern::pair},
            {pattern::dealer, pattern::dealer}, {pattern::dealer, pattern::rep}, {pattern::xpub, pattern::sub}};
        if (is_pipe()) {
            REQUIRE(::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) == 0);
            return;
        }
        in_        = std::make_unique<zmq::socket>(context, table[kind_].first);
        out_       = std::make_unique<zmq::socket>(context, table[kind_].second);
        auto const where = out_->bind(tenon::address{"inproc://" + name});
        in_->connect(where);
        if (table[kind_].second == pattern::sub) out_->subscribe({});
    }
    ~stream() {
        for (int const fd : pipe_)
            if (fd >= 0) ::close(fd);
    }

    static constexpr std::uint32_t kinds = 7;

    [[nodiscard]] bool is_pipe() const { return kind_ == kinds - 1; }

    void put() {
        if (is_pipe()) {
            static_cast<void>(::write(pipe_[1], "x", 1));
        } else {
            if (kind_ == 4) in_->send(tenon::as_bytes(""), true);
            in_->send(tenon::as_bytes("x"));
        }
    }
    /// Takes one message out, if there is one.
    bool take() {
        if (is_pipe()) {
            char c = 0;
            return ::read(pipe_[0], &c, 1) == 1;
        }
        bool got = false;
        for (zmq::frame part; out_->receive(part) == tenon::transport::io::done && part.more();) got = true;
        return got;
    }

    zmq::socket& out() { return *out_; }
    int          fd() const { return pipe_[0]; }

    tenon::loop::source_id watched{};
    tenon::loop::timer_id  timer{};

private:
    std::uint32_t                kind_;
    std::unique_ptr<zmq::socket> in_, out_;
    int                          pipe_[2] = {-1, -1};
};

constexpr std::size_t   population = 190;  // and ten ports
constexpr std::uint32_t visits     = many::sanitized ? 20'000 : 100'000;

struct crowd {
    static constexpr auto push   = tenon::push<"push", notes>;
    static constexpr auto pull   = tenon::pull<"pull", notes>;
    static constexpr auto pub    = tenon::pub<"pub", news>;
    static constexpr auto sub    = tenon::sub<"sub", news>;
    static constexpr auto req    = tenon::req<"req", asks>;
    static constexpr auto rep    = tenon::rep<"rep", asks>;
    static constexpr auto dealer = tenon::dealer<"dealer", asks>;
    static constexpr auto router = tenon::router<"router", asks>;
    static constexpr auto left   = tenon::pair<"left", asks, tenon::client_side>;
    static constexpr auto right  = tenon::pair<"right", asks, tenon::server_side>;
    static constexpr auto ports  = tenon::ports(push, pull, pub, sub, req, rep, dealer, router, left, right);

    static inline std::uint32_t visited, noted, told_so, opened;
    static inline std::size_t   most;

    dice                                 random{1};
    std::vector<std::unique_ptr<stream>> streams{};

    void on(tenon::started const&, auto& process) {
        visited = noted = told_so = opened = 0;
        most = 0;
        process[push].connect(process[pull].bind("127.0.0.1"));
        process[sub].connect(process[pub].bind("127.0.0.1"));
        process[req].connect(process[rep].bind("127.0.0.1"));
        process[dealer].connect(process[router].bind("127.0.0.1"));
        process[left].connect(process[right].bind("127.0.0.1"));
        refill(process);
        process[pub].when_subscribed(1, [&process] { process[pub].send(note{0}); });
        process[push].send(note{0});
        keep_asking(process, req);
        keep_asking(process, dealer);
        keep_asking(process, left);
    }
    void on(note const& n, auto& process) {
        ++noted;
        disturb(process);
        if (n.number % 2 == 0) process[push].send(note{n.number + 1});
        else process[pub].send(note{n.number + 1});
    }
    told on(ask const& a, auto& process) {
        disturb(process);
        return {a.number};
    }

private:
    template <class Port>
    void keep_asking(auto& process, Port port) {
        process[port].request(ask{visited}, 60s, [this, &process, port](tenon::result<told> outcome) {
            if (!outcome) return;
            ++told_so;
            disturb(process);
            keep_asking(process, port);
        });
    }

    /// Opens a stream, with something in it already.
    void open(auto& process) {
        auto    added = std::make_unique<stream>(process.context(), random.below(stream::kinds),
                                              "s" + std::to_string(++opened));
        stream* one   = added.get();
        auto    look  = [this, &process, one](short) { visit(process, *one); };
        if (one->is_pipe()) {
            one->watched = process.loop().watch_fd(one->fd(), POLLIN, look);
        } else {
            visitor<std::remove_reference_t<decltype(process)>>::watch(*this, process, *one);
        }
        if (random.below(3) == 0)
            one->timer = process.every(1ms, [this, &process, one] { visit(process, *one); });
        one->put();
        streams.push_back(std::move(added));
        if (streams.size() > most) most = streams.size();
    }

    /// What the loop calls for a socket: finds its way back by a table that lives as long as the app.
    template <class Process>
    struct visitor {
        crowd*   app;
        Process* process;
        stream*  target;

        static void watch(crowd& app, Process& process, stream& target) {
            static std::vector<std::unique_ptr<visitor>> all;
            all.push_back(std::make_unique<visitor>(visitor{&app, &process, &target}));
            target.watched = process.loop().watch(target.out(), &visitor::ready, all.back().get());
        }
        static bool ready(void* self, std::size_t) {
            auto& v = *static_cast<visitor*>(self);
            v.app->visit(*v.process, *v.target);
            return false;
        }
    };

    /// A handler that does to streams whatever comes to its mind.
    void visit(auto& process, stream& one) {
        one.take();
        one.put();
        if (++visited == visits) return process.stop();
        if (random.below(20) != 0) return;
        close(process, one);
        disturb(process);
    }
    void disturb(auto& process) {
        if (visited >= visits) return;
        if (random.below(20) == 0)
            close(process, *streams[random.below(static_cast<std::uint32_t>(streams.size()))]);
        refill(process);
    }
    /// libzmq closes sockets in the background: when it has too many of them, it gets some time for that.
    void refill(auto& process) {
        try {
            while (streams.size() < population) open(process);
        } catch (tenon::error const&) {
            process.after(1ms, [this, &process] { refill(process); });
        }
    }
    void close(auto& process, stream& one) {
        process.loop().unwatch(one.watched);
        process.cancel(one.timer);
        for (auto& each : streams) {
            if (each.get() != &one) continue;
            std::swap(each, streams.back());
            streams.pop_back();
            return;
        }
    }
};

}  // namespace

TEST_CASE("two hundred ports and streams of mixed kinds come and go inside handlers", "[process][hazard]") {
    using process = tenon::process<crowd, tenon::launch::here, tenon::codec::binary, zmq>;
    CHECK(tenon::run<process>(tenon::unlinked(crowd::push), tenon::unlinked(crowd::pull), tenon::unlinked(crowd::pub),
                              tenon::unlinked(crowd::sub), tenon::unlinked(crowd::req), tenon::unlinked(crowd::rep),
                              tenon::unlinked(crowd::dealer), tenon::unlinked(crowd::router),
                              tenon::unlinked(crowd::left), tenon::unlinked(crowd::right)) == 0);
    CHECK(crowd::visited == visits);
    CHECK(crowd::most >= population);
    CHECK(crowd::opened > visits / 20);
    CHECK(crowd::noted > 10);
    CHECK(crowd::told_so > 10);
}
