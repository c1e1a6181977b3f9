// A service that encrypts what it says and lets in whom it knows: what docs/security.md quotes.
#include <tenon/process/security/curve.hpp>
#include <tenon/tenon.hpp>

#include <chrono>
#include <cstdio>
#include <string_view>

struct reading { int sensor; };
struct value { double celsius; };
struct calibrate {};
struct done {};
struct good_bye {};

using readings = tenon::protocol<tenon::request<reading, value>, tenon::request<calibrate, done>,
                                 tenon::command<good_bye>>;

namespace security = tenon::security;

// Made here so that the program needs no files; the page says how to keep keys in them.
security::key_pair const meter_pair  = security::make_key_pair();
security::key_pair const owner_pair  = security::make_key_pair();
security::key_pair const reader_pair = security::make_key_pair();
security::key_pair const other_pair  = security::make_key_pair();

struct meter {
    static constexpr auto desk  = tenon::rep<"desk", readings>;
    static constexpr auto ports = tenon::ports(desk);

    value on(reading const& r) { return {20.5 + r.sensor}; }
    // [who]
    tenon::result<done> on(calibrate const&, auto& process) {
        if (process[desk].peer_key() == owner_pair.public_part.to_string()) return done{};
        return tenon::failure{tenon::errc::refused, "only its owner calibrates this meter"};
    }
    // [/who]
    void on(good_bye const&, auto& process) { process.stop(); }
};

// [keys]
struct meter_keys {
    static security::curve_keys of(std::string_view /*port*/) {
        return {.own = meter_pair, .clients = {reader_pair.public_part, owner_pair.public_part}};  // who may connect
    }
};
struct reader_keys {
    static security::curve_keys of(std::string_view /*port*/) {
        return {.own = reader_pair, .server = meter_pair.public_part};  // whom to talk to
    }
};
// [/keys]

struct other_keys {
    static security::curve_keys of(std::string_view) {
        return {.own = other_pair, .server = meter_pair.public_part};
    }
};

// [policy]
using meter_process = tenon::process<meter, security::curve<meter_keys>, tenon::codec::binary>;
using reader        = tenon::client<readings, security::curve<reader_keys>, tenon::codec::binary>;
// [/policy]

int main() {
    using namespace std::chrono_literals;
    // [use]
    auto   child = tenon::start<meter_process>(tenon::bind(meter::desk, "127.0.0.1"));
    reader known{child.address(meter::desk)};
    std::printf("sensor 1: %.1f\n", known.request(reading{1}).celsius);
    // [/use]
    std::printf("calibrate: %s\n", known.try_request(calibrate{}).error().text.c_str());

    tenon::client<readings, security::curve<other_keys>, tenon::codec::binary> other{child.address(meter::desk)};
    auto const refused = other.try_request(reading{1}, 300ms);
    std::printf("somebody else: %s\n", refused ? "served" : "no answer");
    known.send(good_bye{});
    return child.join();
}
