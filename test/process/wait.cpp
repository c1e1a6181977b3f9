// The wait policy: a process that looks again and again before it sleeps is a process like any other.
#include "catch.hpp"
#include "ping_pong.hpp"

namespace {

struct ask { int count; };
struct told { int count; };
struct enough {};
using talk = tenon::protocol<tenon::request<ask, told>, tenon::command<enough>>;

struct answering {
    static constexpr auto in    = tenon::rep<"in", talk>;
    static constexpr auto ports = tenon::ports(in);

    told on(ask const& a) { return {a.count + 1}; }
    void on(enough const&, auto& process) { process.stop(7); }
};

template <class Wait>
using answering_process = tenon::process<answering, tenon::launch::thread, tenon::transport::zmq, Wait>;

using unspoken = tenon::process<answering, tenon::launch::thread, tenon::transport::zmq>;
static_assert(std::is_same_v<unspoken::wait_type, tenon::wait::block> && tenon::wait::block::spin.count() == 0);

}  // namespace

TEMPLATE_TEST_CASE("a process answers and stops, however it waits", "[wait]", tenon::wait::block,
                   tenon::wait::spin_then_block<std::chrono::microseconds{50}>,
                   tenon::wait::spin_then_block<std::chrono::milliseconds{20}>) {
    using process = answering_process<TestType>;
    static_assert(std::is_same_v<typename process::wait_type, TestType>);
    auto child = tenon::start<process>(tenon::bind(answering::in, "127.0.0.1"));
    tenon::client<talk, tenon::transport::zmq> peer{child.address(answering::in)};
    for (int i = 0; i < 200; ++i) CHECK(peer.request(ask{i}).count == i + 1);
    peer.send(enough{});
    CHECK(child.join() == 7);
}
