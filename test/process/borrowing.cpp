// Fields that borrow: a large blob or text is where it was received, in the frame, when the handler sees it.
#include "catch.hpp"
#include "counting_malloc.hpp"
#include "own_links.hpp"

#include <tenon/message/attachment.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct image {
    std::uint32_t              number;
    std::span<std::byte const> pixels;
    std::string_view           title;
};
using images = tenon::protocol<tenon::command<image>>;

/// Knows where the bytes are of the message that is being handled.
struct place {
    using policy_kind = tenon::kind::observer;
    static inline tenon::bytes_view body;

    void        dropped(tenon::incident const&) {}
    void        received(tenon::traffic const& t) { body = t.body; }
    static bool has(void const* from, std::size_t size) {
        auto const* const first = static_cast<std::byte const*>(from);
        return first >= body.data() && first + size <= body.data() + body.size();
    }
};

/// Sends large images to itself, one after the other.
template <class... Options>
struct gallery {
    static constexpr auto out   = tenon::push<"out", images, Options...>;
    static constexpr auto in    = tenon::pull<"in", images, Options...>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr std::uint32_t count = 20;
    static inline std::uint32_t    in_place, whole;
    static inline std::uint64_t    used;

    std::vector<std::byte> pixels = std::vector<std::byte>(std::size_t{1} << 20, std::byte{7});
    std::string            title  = std::string(1000, 't');
    std::uint64_t          before = 0;

    void on(tenon::started const&, auto& process) {
        in_place = whole = 0;
        own_links::link(process, in, out);
        send(process, 0);
    }
    void send(auto& process, std::uint32_t number) {
        pixels[number] = std::byte{1};
        if (number == count / 2) before = allocations;
        process[out].send(image{number, pixels, title});
    }
    void on(image const& i, auto& process) {
        in_place += place::has(i.pixels.data(), i.pixels.size()) && place::has(i.title.data(), i.title.size());
        whole += i.pixels.size() == pixels.size() && std::memcmp(i.pixels.data(), pixels.data(), pixels.size()) == 0 &&
                 i.title == title;
        if (i.number + 1 < count) return send(process, i.number + 1);
        used = allocations - before;
        process.stop();
    }
};

template <class App>
void check_gallery() {
    using process = tenon::process<App, tenon::launch::here, tenon::codec::binary, tenon::transport::zmq, place>;
    CHECK(tenon::run<process>(tenon::unlinked(App::out), tenon::unlinked(App::in)) == 0);
    CHECK(App::in_place == App::count);
    CHECK(App::whole == App::count);
    CHECK(App::used == (COUNTED ? App::count / 2 : 0));  // the frames that are sent
}

}  // namespace

TEST_CASE("a blob and a text of a large message are views into the received frame", "[borrowing]") {
    check_gallery<gallery<>>();
}

TEST_CASE("a blob and a text of a message in a batch are views into the received frame", "[borrowing][batched]") {
    check_gallery<gallery<tenon::batched<>>>();
}

namespace {

struct portrait {
    std::uint32_t     number;
    tenon::attachment pixels;
};
using portraits = tenon::protocol<tenon::command<portrait>>;

/// Sends the same attachment to itself again and again.
struct portrait_gallery {
    static constexpr auto out   = tenon::push<"out", portraits>;
    static constexpr auto in    = tenon::pull<"in", portraits>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr std::uint32_t count = 20;
    static inline std::uint64_t    used;

    tenon::attachment pixels = std::vector<std::byte>(std::size_t{1} << 20, std::byte{7});
    std::uint64_t     before = 0;

    void on(tenon::started const&, auto& process) {
        process[out].connect(process[in].bind(tenon::address{"inproc://portraits"}));
        process[out].send(portrait{0, pixels});
    }
    void on(portrait const& p, auto& process) {
        CHECK(p.pixels.data() == pixels.data());
        if (p.number + 1 == count / 2) before = allocations;
        if (p.number + 1 < count) return static_cast<void>(process[out].send(portrait{p.number + 1, pixels}));
        used = allocations - before;
        process.stop();
    }
};

}  // namespace

TEST_CASE("an attachment that is sent and received allocates nothing but libzmq's own", "[borrowing][attachment]") {
    using app     = portrait_gallery;
    using process = tenon::process<app, tenon::launch::here, tenon::codec::binary, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::unlinked(app::out), tenon::unlinked(app::in)) == 0);
    CHECK(app::used == (COUNTED ? app::count / 2 : 0));  // what zmq_msg_init_data(3) needs for its reference
}
