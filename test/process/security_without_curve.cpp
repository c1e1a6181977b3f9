// A libzmq that was built without CURVE: this program says so in its place.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <tenon/process/security/curve.hpp>

#include <string>
#include <string_view>

/// Found before libzmq's own.
extern "C" int zmq_has(char const*) { return 0; }

namespace {

struct keys {
    static tenon::security::curve_keys of(std::string_view) { return {}; }
};
using secured = tenon::process<app::server, tenon::launch::fork, tenon::security::curve<keys>>;

template <class F>
std::string error_of(F const& f) {
    try {
        f();
    } catch (tenon::error const& e) {
        return e.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a process with CURVE does not start where libzmq has none, and says why", "[security]") {
    constexpr std::string_view reason = "needs a libzmq with CURVE";
    CHECK(error_of([] {
              auto const child = tenon::start<secured>(tenon::bind(app::server::requests, "127.0.0.1"));
          }).find(reason) != std::string::npos);
    CHECK(error_of([] {
              tenon::client<app::ping_pong, tenon::security::curve<keys>> client{tenon::address{"127.0.0.1:5678"}};
          }).find(reason) != std::string::npos);
    CHECK(error_of([] { static_cast<void>(tenon::security::make_key_pair()); }).find(reason) != std::string::npos);
}
