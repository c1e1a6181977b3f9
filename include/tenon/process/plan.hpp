// What a process needs to know to come up: where its ports are linked, and its configuration. Encodable, so that it can
// travel to a fresh program.
#pragma once

#include <tenon/codec/binary.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/vector.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/transport/address.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon {

/// The explicit word for binding a port without security to an address that other machines can reach.
struct open_to_network_t {};
inline constexpr open_to_network_t open_to_network{};

namespace detail {

/// One bind or connect of the port with index `port`.
struct link {
    std::uint16_t port;
    bool          binds;
    bool          open_to_network;
    std::string   address;

    [[nodiscard]] bool is_inproc() const noexcept { return address.starts_with("inproc:"); }
};

/// All that travels to a child.
struct plan {
    vector<link> links;
    buffer       config;  ///< The app's `config`, encoded; empty if it has none.

    [[nodiscard]] bool has_inproc() const noexcept {
        for (link const& each : links)
            if (each.is_inproc()) return true;
        return false;
    }
};

/// An address that a port is bound to, with its real port number: what comes back from a child.
struct bound_address {
    std::uint16_t port;
    std::string   address;
};

// Both are written as lines of text, not with a codec: every program contains this, and this way it costs little.

[[gnu::cold]] inline void append_line(buffer& out, std::initializer_list<std::string_view> words) {
    for (std::string_view const word : words) out.append(word);
    out.push_back('\n');
}

/// Takes the text up to `end` off the front of `rest`.
inline std::string_view take_until(std::string_view& rest, char end) noexcept {
    auto const at   = rest.find(end);
    auto const word = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return word;
}

inline std::uint16_t to_index(std::string_view digits) noexcept {
    unsigned number = 0;
    for (char const c : digits) number = number * 10 + static_cast<unsigned>(c - '0');
    return static_cast<std::uint16_t>(number);
}

/// A line for each link, `<port> <b|c> <open|-> <address>`, an empty line, and the configuration.
[[gnu::cold]] inline buffer encode(plan const& made) {
    buffer out;
    for (link const& each : made.links)
        append_line(out, {digits(each.port), each.binds ? " b " : " c ", each.open_to_network ? "open " : "- ",
                          each.address});
    out.push_back('\n');
    out.append(made.config.view());
    return out;
}
[[gnu::cold]] inline plan decode_plan(bytes_view bytes) {
    plan             made;
    std::string_view rest = as_text(bytes);
    while (!rest.empty() && rest.front() != '\n') {
        std::string_view line  = take_until(rest, '\n');
        auto const       port  = to_index(take_until(line, ' '));
        bool const       binds = take_until(line, ' ') == "b";
        bool const       open  = take_until(line, ' ') == "open";
        made.links.push_back({port, binds, open, std::string{line}});
    }
    if (!rest.empty()) made.config.append(rest.substr(1));
    return made;
}

/// A line for each address, `<port> <address>`.
[[gnu::cold]] inline std::vector<bound_address> decode_addresses(bytes_view bytes) {
    std::vector<bound_address> bound;
    std::string_view           rest = as_text(bytes);
    while (!rest.empty()) {
        std::string_view line = take_until(rest, '\n');
        auto const       port = to_index(take_until(line, ' '));
        bound.push_back({port, std::string{line}});
    }
    return bound;
}

/// The first of them that belongs to `port`, or nothing.
inline std::string_view first_address(bytes_view bytes, std::size_t port) noexcept {
    std::string_view rest = as_text(bytes);
    while (!rest.empty()) {
        std::string_view line = take_until(rest, '\n');
        if (to_index(take_until(line, ' ')) == port) return line;
    }
    return {};
}

template <class M>
buffer encode_or_throw(M const& m) {
    codec::binary codec;
    buffer        bytes;
    if (codec_error const failed = codec.write(m, bytes)) throw_error(failed.code, {describe(failed)});
    return bytes;
}

template <class M>
M decode_or_throw(bytes_view bytes) {
    codec::binary codec;
    M             m{};
    auto          opened = codec.open<message_set<M>>(bytes);
    codec_error   failed = opened.error;
    if (!failed) failed = codec.read(opened, m);
    if (failed) throw_error(failed.code, {describe(failed)});
    return m;
}

/// How a port of an app is linked, as written by the user: typed by the port, so that it is checked while compiling.
template <class Port>
struct wire {
    using port_type = Port;

    enum class action { bind, connect, none };
    action      what;
    std::string address;
    bool        open_to_network = false;
};

template <class T>
inline constexpr bool is_wire = false;
template <class Port>
inline constexpr bool is_wire<wire<Port>> = true;

}  // namespace detail

/// Binds `port` to `where` when the process starts. A host alone takes a random port number: `child.address(port)`
/// tells which. Errors are thrown by `start`, in the child's own words.
template <class Port>
detail::wire<Port> bind(Port, address const& where) {
    return {detail::wire<Port>::action::bind, where.to_string()};
}

/// The same for an address that other machines can reach, without security: everybody there may send messages.
template <class Port>
detail::wire<Port> bind(Port, address const& where, open_to_network_t) {
    return {detail::wire<Port>::action::bind, where.to_string(), true};
}

/// Connects `port` to `where` when the process starts. The peer may come up later.
template <class Port>
detail::wire<Port> connect(Port, address const& where) {
    return {detail::wire<Port>::action::connect, where.to_string()};
}

/// Says that `port` is left without a link on purpose.
template <class Port>
detail::wire<Port> unlinked(Port) {
    return {detail::wire<Port>::action::none, {}};
}

}  // namespace tenon
