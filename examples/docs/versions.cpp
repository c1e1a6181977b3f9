// What an asker is told by a server that was built from another definition, in each format.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

struct receipt { std::uint64_t id; };
struct bye {};

// The same message in two builds.
namespace old_build {
struct item { std::string sku; std::uint16_t count; };
struct order { std::uint64_t id; std::vector<item> items; };
using shop = tenon::protocol<tenon::request<order, receipt>, tenon::command<bye>>;
}
namespace new_build {
struct item { std::string sku; std::uint32_t count; };
struct order { std::uint64_t id; std::vector<item> items; };
using shop = tenon::protocol<tenon::request<order, receipt>, tenon::command<bye>>;
}

struct old_shop {
    static constexpr auto counter = tenon::rep<"counter", old_build::shop>;
    static constexpr auto ports   = tenon::ports(counter);

    receipt on(old_build::order const& o) { return {o.id}; }
    void on(bye const&, auto& process) { process.stop(); }
};

template <class Codec>
int ask() {
    auto shop = tenon::start<tenon::process<old_shop, Codec, tenon::transport::zmq>>(
        tenon::bind(old_shop::counter, "127.0.0.1"));
    tenon::client<new_build::shop, Codec, tenon::transport::zmq> customer{shop.address(old_shop::counter)};
    auto const outcome = customer.try_request(new_build::order{7, {{"nail", 100000}}});
    if (!outcome) std::printf("%s: %s\n", std::string{Codec::name}.c_str(), outcome.error().text.c_str());
    std::fflush(stdout);
    customer.send(bye{});
    return shop.join();
}

int main() { return ask<tenon::codec::json>() + ask<tenon::codec::binary>(); }
