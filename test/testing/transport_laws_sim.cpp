// The conformance suite on the simulated network: what it does agrees with ZeroMQ.
#include <tenon/testing/transport_laws.hpp>
#include <tenon/transport/sim.hpp>

#include "catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using sim = tenon::transport::sim;

/// Two nodes of one network, or over inproc of one program, on which a test has the peers in its hands: waiting lets
/// virtual time pass.
class simulated_bench {
public:
    using transport = sim;

    explicit simulated_bench(std::uint64_t seed, tenon::scheme where = tenon::scheme::tcp,
                             tenon::transport::simulation::network_options const& options = {})
        : network_{std::make_shared<sim::network>(seed, options)}, scheme_{where},
          sides_{at_a_node(), at_a_node()} {}

    sim::context& context(std::size_t side) { return sides_[side]; }
    std::unique_ptr<sim::context> make_context() { return std::make_unique<sim::context>(*network_); }
    tenon::address address() {
        ++count_;
        if (scheme_ == tenon::scheme::tcp) return {"127.0.0.1", static_cast<std::uint16_t>(5000 + count_)};
        return {std::string{tenon::name_of(scheme_)} + "://law-" + std::to_string(count_)};
    }
    int wait(std::span<sim::poll_item> items, std::chrono::nanoseconds limit) {
        return sides_[0].wait(items, limit);
    }
    std::chrono::nanoseconds patience() const { return std::chrono::seconds{10}; }

private:
    /// Of one program, where peers have to be.
    sim::context at_a_node() {
        return scheme_ == tenon::scheme::inproc ? sim::context::of_program(*network_) : sim::context{*network_};
    }

    std::shared_ptr<sim::network> network_;
    tenon::scheme                 scheme_;
    sim::context                  sides_[2];
    unsigned                      count_ = 0;
};
static_assert(tenon::testing::transport_bench<simulated_bench>);

/// The same with both sides at one node, where inproc takes no time.
class one_node_bench : public simulated_bench {
public:
    using simulated_bench::simulated_bench;
    sim::context& context(std::size_t) { return simulated_bench::context(0); }
};

constexpr tenon::testing::transport_abilities one_thread{.threads = false, .descriptors = false};

}  // namespace

TEST_CASE("the simulated network keeps the laws of a transport") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        INFO(seed);
        CHECK(tenon::testing::check_transport_on<simulated_bench>(one_thread, {}, seed) == std::vector<std::string>{});
    }
}

TEST_CASE("the simulated network keeps the laws of a transport over inproc, but for those that ZeroMQ does not keep") {
    auto inproc    = tenon::testing::transport_abilities::of_inproc();
    inproc.threads = inproc.descriptors = false;
    CHECK(tenon::testing::check_transport_on<simulated_bench>(inproc, {}, std::uint64_t{1}, tenon::scheme::inproc) ==
          std::vector<std::string>{});
    CHECK(tenon::testing::check_transport_on<one_node_bench>(inproc, {}, std::uint64_t{1}, tenon::scheme::inproc) ==
          std::vector<std::string>{});
}

TEST_CASE("a simulated network that loses messages is seen through") {
    tenon::transport::simulation::network_options lossy;
    lossy.odds.loss = 100'000;
    for (std::string_view const law : {"each asker has the reply to its own request", "a subscription is a prefix",
                                       "nothing is lost or repeated at the high-water mark"}) {
        INFO(law);
        CHECK(tenon::testing::check_transport_on<simulated_bench>(one_thread, law, std::uint64_t{1}, tenon::scheme::tcp,
                                                                  lossy)
                  .size() == 1);
    }
}
