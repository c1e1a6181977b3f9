// Who is on the other side of a router port.
#pragma once

#include <tenon/core/bytes.hpp>

#include <compare>
#include <string>
#include <string_view>

namespace tenon {

/// The identity of a peer (zmq_socket(3), "routing id"): what a `router` port needs to send it an event.
///
/// An opaque value that can be kept, compared and used as a key. It stands for one connection: libzmq makes up another
/// one when the peer comes again, unless the peer has given itself an identity (`socket_options::identity`).
class peer {
public:
    peer() = default;
    explicit peer(bytes_view identity) : id_{as_text(identity)} {}

    /// The bytes of the identity, at most 255.
    [[nodiscard]] bytes_view identity() const noexcept { return as_bytes(id_); }
    /// True for no peer at all.
    [[nodiscard]] bool empty() const noexcept { return id_.empty(); }
    /// For people: letters and digits as they are, other bytes as `\xNN`.
    [[nodiscard]] std::string to_string() const {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string                text;
        for (char const c : id_) {
            auto const byte  = static_cast<unsigned char>(c);
            bool const plain = byte > 0x20 && byte < 0x7f && c != '\\';
            if (plain) text += c;
            else (((text += "\\x") += digits[byte >> 4]) += digits[byte & 15]);
        }
        return text;
    }

    friend bool operator==(peer const&, peer const&)  = default;
    friend auto operator<=>(peer const&, peer const&) = default;

private:
    std::string id_;
};

}  // namespace tenon
