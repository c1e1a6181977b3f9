// Attachments through push and pull ports: where their bytes are, who gives them back, what is refused.
#include "by_hand.hpp"
#include "catch.hpp"
#include "lent.hpp"

#include <tenon/tenon.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using by_hand::zmq;

namespace {

struct photo {
    std::string       name;
    tenon::attachment picture;
    std::uint32_t     number = 0;
    tenon::attachment thumbnail{};
};
struct over {};
using album = tenon::protocol<tenon::command<photo>, tenon::command<over>>;

constexpr std::size_t large = std::size_t{1} << 20;

/// Sends photos to itself, over inproc: both ends are in one context.
struct self_portrait {
    static constexpr auto out   = tenon::push<"out", album>;
    static constexpr auto in    = tenon::pull<"in", album>;
    static constexpr auto ports = tenon::ports(out, in);

    static inline std::vector<photo>            sent, got;
    static inline std::vector<std::byte const*> at;  ///< Where the pictures were when they came.

    void on(tenon::started const&, auto& process) {
        process[out].connect(process[in].bind(tenon::address{"inproc://attachments"}));
        for (auto const& each : sent) process[out].send(each);
        sent.clear();
        process[out].send(over{});
    }
    void on(photo const& p) {
        at.push_back(p.picture.data());
        got.push_back(p);
    }
    void on(over const&, auto& process) { process.stop(); }

    template <class Codec>
    static void run() {
        got.clear();
        at.clear();
        using process = tenon::process<self_portrait, tenon::launch::here, Codec, tenon::transport::zmq>;
        CHECK(tenon::run<process>(tenon::unlinked(out), tenon::unlinked(in)) == 0);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("over inproc an attachment arrives at the address from which it was sent", "[attachment]",
                   tenon::codec::json, tenon::codec::msgpack, tenon::codec::binary) {
    lent::buffer picture{large}, thumbnail{10};
    self_portrait::sent.push_back({"cat", picture.lend(), 1, thumbnail.lend()});
    self_portrait::run<TestType>();
    REQUIRE(self_portrait::got.size() == 1);
    photo const& p = self_portrait::got[0];
    CHECK(p.name == "cat");
    CHECK(p.number == 1);
    CHECK(self_portrait::at[0] == picture.data());
    CHECK(p.picture.data() == picture.data());
    CHECK(p.picture.size() == large);
    CHECK(p.thumbnail.size() == 10);
    CHECK(p.thumbnail.data() != thumbnail.data());  // small ones are copied
    CHECK(p.thumbnail.view()[9] == std::byte{7});
    CHECK(thumbnail.back() == 1);
    CHECK(picture.back() == 0);  // what was received has them still
    self_portrait::got.clear();
    CHECK(picture.back() == 1);
    CHECK(thumbnail.back() == 1);
}
