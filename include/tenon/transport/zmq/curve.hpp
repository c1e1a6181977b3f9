// CURVE keys, and what they do to a socket: encryption and authentication by libzmq (RFC 26, zmq_curve(7)).
#pragma once

#include <tenon/transport/zmq/socket.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <string.h>

/// Security policies, and the keys that they need.
namespace tenon::security {

namespace detail {

/// 32 bytes, written as 40 characters of Z85 (RFC 32). Overwritten when it goes.
class curve_key {
public:
    curve_key() noexcept = default;
    explicit curve_key(std::string_view z85) {
        std::string text{z85};
        bool const  read = text.size() == 40 && text.find('\0') == std::string::npos &&
                           zmq_z85_decode(bytes_.data(), text.c_str()) != nullptr;
        ::explicit_bzero(text.data(), text.size());
        // What it was is not told: it may be a secret.
        if (!read) throw error{errc::malformed, "this is no CURVE key: one is written as 40 characters of Z85"};
    }
    curve_key(curve_key const&)            = default;
    curve_key& operator=(curve_key const&) = default;
    ~curve_key() { ::explicit_bzero(bytes_.data(), bytes_.size()); }

    [[nodiscard]] bytes_view bytes() const noexcept {
        return {reinterpret_cast<std::byte const*>(bytes_.data()), bytes_.size()};
    }
    [[nodiscard]] bool empty() const noexcept { return bytes_ == std::array<std::uint8_t, 32>{}; }

protected:
    [[nodiscard]] std::string as_z85() const {
        char              text[41];
        std::string const copy{zmq_z85_encode(text, bytes_.data(), bytes_.size())};
        ::explicit_bzero(text, sizeof text);
        return copy;
    }

private:
    std::array<std::uint8_t, 32> bytes_{};
};

}  // namespace detail

/// The half of a key pair that others may know. Made from its text; one by default is empty.
/// Errors: `errc::malformed` for what is not 40 characters of Z85.
class public_key : public detail::curve_key {
public:
    using curve_key::curve_key;

    /// The 40 characters.
    [[nodiscard]] std::string to_string() const { return as_z85(); }
};

/// The half of a key pair that stays with its owner. Nothing prints it.
/// Errors: `errc::malformed` for what is not 40 characters of Z85; the text does not repeat it.
class secret_key : public detail::curve_key {
public:
    using curve_key::curve_key;

    /// The 40 characters, to store them. Keep them out of logs, arguments and messages.
    [[nodiscard]] std::string reveal() const { return as_z85(); }
};

/// Both halves.
struct key_pair {
    public_key public_part;
    secret_key secret_part;
};

/// What one port needs. A port uses `own` when it binds (as a CURVE server) and when it connects (as a CURVE client).
struct curve_keys {
    key_pair own;

    /// The public key of those whom the port connects to. A port that only binds needs none.
    public_key server{};

    /// The public keys of those who may connect where the port binds; nobody else is let in.
    std::vector<public_key> clients{};

    /// Lets everybody in who knows the public key of `own`; `clients` is not looked at then.
    bool any_client = false;
};

/// Throws `errc::transport_error` if this libzmq was built without CURVE.
inline void require_curve() {
    if (zmq_has("curve") == 0)
        throw error{errc::transport_error, "tenon::security::curve needs a libzmq with CURVE, and this one was built "
                                           "without it (zmq_has(\"curve\")); install one that has it"};
}

/// A new pair, from the system's random numbers. Errors: `errc::transport_error` if libzmq has no CURVE.
inline key_pair make_key_pair() {
    require_curve();
    char open[41], secret[41];
    if (zmq_curve_keypair(open, secret) != 0) transport::libzmq::fail("make a CURVE key pair", errno);
    key_pair made{public_key{std::string_view{open, 40}}, secret_key{std::string_view{secret, 40}}};
    ::explicit_bzero(secret, sizeof secret);
    return made;
}

}  // namespace tenon::security

namespace tenon::transport::libzmq {

namespace detail {

inline void set_security(socket& target, int option, void const* value, std::size_t size, char const* what) {
    int failed = 0;
    do failed = zmq_setsockopt(target.native_handle(), option, value, size);
    while (interrupted(failed));
    if (failed != 0)
        fail(tenon::detail::concat({"set the ", what, " of a ", name_of(target.pattern()), " socket"}), errno);
}
inline void set_key(socket& target, int option, security::detail::curve_key const& key, char const* what) {
    if (key.empty())
        throw error{errc::transport_error,
                    tenon::detail::concat({"cannot secure a ", name_of(target.pattern()), " socket: ", what,
                                           " is missing; see tenon::security::curve_keys"})};
    set_security(target, option, key.bytes().data(), key.bytes().size(), what);
}

}  // namespace detail

/// What `target` connects to from now on is a CURVE server that has the secret half of `server`.
inline void join_curve(socket& target, security::key_pair const& own, security::public_key const& server) {
    detail::set_key(target, ZMQ_CURVE_PUBLICKEY, own.public_part, "the public key");
    detail::set_key(target, ZMQ_CURVE_SECRETKEY, own.secret_part, "the secret key");
    detail::set_key(target, ZMQ_CURVE_SERVERKEY, server, "the server's public key");  // last: it makes a client of it
}

}  // namespace tenon::transport::libzmq
