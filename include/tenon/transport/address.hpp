// Addresses: where a socket binds or connects, in every form that people write them.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon {

/// How the bytes of an address travel.
enum class scheme : std::uint8_t {
    tcp,     ///< Between machines, or processes of one machine.
    ipc,     ///< Between processes of one machine, through a Unix domain socket.
    inproc,  ///< Between threads of one program, or of those that share a context.
};

/// The scheme as it is written in an address, such as "tcp".
constexpr std::string_view name_of(scheme s) noexcept {
    switch (s) {
        case scheme::tcp: return "tcp";
        case scheme::ipc: return "ipc";
        case scheme::inproc: return "inproc";
    }
    return "?";
}

namespace detail {

/// What to do about an address that somebody has bound already, for the texts of transports.
constexpr std::string_view advice_if_taken(scheme s) noexcept {
    switch (s) {
        case scheme::tcp:
            return "; stop the program that has it, choose another port, or leave it out for a random one";
        case scheme::ipc:
            return "; stop the program that has it, choose another path, or ipc://* for a temporary one";
        case scheme::inproc: break;
    }
    return "; another socket of this program has it: choose another name, or inproc://* for one that nobody else has";
}

}  // namespace detail

/// Where a socket binds or connects.
///
/// It is made, implicitly too, from one of these texts:
///
/// | text | binds to | connects to |
/// |---|---|---|
/// | `"tcp://host:port"`, or just `"host:port"` | that port | that port |
/// | `"tcp://host"`, `"host"`, or `*` or `0` as the port | a random port | (needs a port) |
/// | `"ipc://path"`, a Unix domain socket | that path | that path |
/// | `"ipc://@name"`, one of Linux's abstract names | that name | that name |
/// | `"ipc://*"` | a temporary path | (needs a path) |
/// | `"inproc://name"` | that name | that name |
/// | `"inproc://*"` | a name that nobody else has | (needs a name) |
///
/// A tcp host is one of these:
///
/// | host | binds to | connects to |
/// |---|---|---|
/// | `"127.0.0.1"`, `"::1"` (with a port `"[::1]:5678"`) | that address | that address |
/// | `"localhost"` | 127.0.0.1 | 127.0.0.1 |
/// | `"*"`, `"0.0.0.0"`, `"::"` | all interfaces | (needs a host) |
/// | `"lo"`, `"eth0"`: an interface | that interface | (needs a host) |
/// | `"example.org"`: a DNS name | (needs one of the above) | that host |
///
/// It is text that was checked, and no more: names are looked up when a socket uses it.
/// Errors: `errc::bad_address` for a text that is none of these; it says what was given and what to write.
class address {
public:
    address(char const* text) : address{std::string_view{text == nullptr ? "" : text}} {}
    address(std::string const& text) : address{std::string_view{text}} {}
    address(std::string_view text);

    /// A tcp host and a port. Port 0 is a random one, for binding.
    address(std::string_view host, std::uint16_t port) : port_{port} { set_host(host, host); }

    [[nodiscard]] tenon::scheme scheme() const noexcept { return scheme_; }

    /// Of tcp the host (IPv6 without brackets), of ipc the path (or `@name`), of inproc the name; `*` as it was given.
    [[nodiscard]] std::string const& host() const noexcept { return host_; }

    /// The port of a tcp address; nothing if it is to be a random one. Other schemes have none.
    [[nodiscard]] std::optional<std::uint16_t> port() const noexcept {
        return port_ == 0 ? std::nullopt : std::optional<std::uint16_t>{port_};
    }

    /// The whole address, such as "tcp://127.0.0.1:5678"; a random port is left out. An address that is made from it is
    /// equal to this one.
    [[nodiscard]] std::string to_string() const {
        return port_ == 0 ? prefix() : detail::concat({prefix(), ":", detail::digits(port_)});
    }

    /// The text for zmq_bind(3), which writes a random port ":*". For binding `localhost` is 127.0.0.1.
    [[nodiscard, gnu::noinline]] std::string bind_string() const {
        if (scheme_ != scheme::tcp) return to_string();
        return detail::concat({numeric_prefix(), ":", port_ == 0 ? "*" : detail::digits(port_)});
    }

    /// The text for zmq_connect(3). Errors: `errc::bad_address` if one can only bind there: a wildcard, or a tcp
    /// address without a port.
    [[nodiscard]] std::string connect_string() const;

    /// Where a peer on the same machine connects to reach what is bound here: "tcp://127.0.0.1:5555" for
    /// "tcp://0.0.0.0:5555", and the like for IPv6. All other addresses are as they are.
    [[nodiscard]] address connectable() const {
        address reachable = *this;
        if (scheme_ == scheme::tcp && is_wildcard()) reachable.host_ = is_ipv6() ? "::1" : "127.0.0.1";
        return reachable;
    }

    /// True if the host is a numeric IPv6 address.
    [[nodiscard]] bool is_ipv6() const noexcept {
        return scheme_ == scheme::tcp && host_.find(':') != std::string::npos;
    }

    /// True if nobody can connect to it as it stands: the host means all interfaces, or it is "ipc://*" or
    /// "inproc://*". A random port does not count.
    [[nodiscard]] bool is_wildcard() const noexcept;

    /// True if no other machine reaches what is bound here: 127.0.0.0/8, ::1, localhost, the interface lo, and all of
    /// ipc and inproc.
    [[nodiscard]] bool is_loopback() const noexcept;

    /// Equal if `to_string()` is: "localhost" and "127.0.0.1" are not.
    friend bool operator==(address const&, address const&) = default;

private:
    [[noreturn, gnu::cold]] static void refuse(std::string_view given, std::string_view reason);
    [[gnu::cold]] void set_host(std::string_view host, std::string_view given);
    void set_path(std::string_view path, std::string_view given);
    [[gnu::cold]] void parse_tcp(std::string_view text, std::string_view given);
    [[gnu::cold]] void parse_port(std::string_view digits, std::string_view given);
    [[gnu::cold]] void check_name(std::string_view host, std::string_view given) const;
    [[gnu::cold]] bool read_ipv6(in6_addr& parsed) const noexcept;

    [[gnu::noinline]] std::string prefix() const {
        bool const six = is_ipv6();
        return detail::concat({name_of(scheme_), six ? "://[" : "://", host_, six ? "]" : ""});
    }
    std::string numeric_prefix() const { return host_ == "localhost" ? "tcp://127.0.0.1" : prefix(); }

    tenon::scheme scheme_ = tenon::scheme::tcp;
    std::uint16_t port_   = 0;  // 0 stands for "none": no socket is ever bound there
    std::string   host_;
};

inline void address::refuse(std::string_view given, std::string_view reason) {
    detail::throw_error(errc::bad_address, {"bad address '", given, "': ", reason});
}

inline address::address(std::string_view text) {
    auto const separator = text.find("://");
    bool const full      = separator != std::string_view::npos;
    auto const name      = full ? text.substr(0, separator) : "tcp";
    auto const rest      = full ? text.substr(separator + 3) : text;
    if (name == "tcp") {
        parse_tcp(rest, text);
    } else if (name == "ipc" || name == "inproc") {
        scheme_ = name == "ipc" ? scheme::ipc : scheme::inproc;
        set_path(rest, text);
    } else {
        refuse(text, "the scheme is unknown; write tcp://host:port, ipc://path or inproc://name");
    }
}

inline void address::set_path(std::string_view path, std::string_view given) {
    if (path.empty())
        refuse(given, scheme_ == scheme::ipc
                          ? "nothing stands after '://'; write ipc://path, or ipc://* for a temporary one"
                          : "nothing stands after '://'; write inproc://name, or inproc://* for one of its own");
    for (std::size_t i = 0; i < given.size(); ++i)
        if (static_cast<unsigned char>(given[i]) < ' ')
            refuse(given.substr(0, i), "a control character follows here; write the address without it");
    if (scheme_ == scheme::ipc && path.size() >= sizeof(sockaddr_un{}.sun_path))
        refuse(given, "the path is too long; a Unix domain socket takes at most 107 characters");
    host_ = path;
}

inline void address::parse_tcp(std::string_view text, std::string_view given) {
    if (text.empty())
        refuse(given, "it is empty; write host:port, or the host alone for a random port when binding");
    if (text.front() == '[') {
        auto const end = text.find(']');
        if (end == std::string_view::npos) refuse(given, "a ']' is missing; write [::1]:5678");
        auto const rest = text.substr(end + 1);
        set_host(text.substr(0, end + 1), given);
        if (rest.empty()) return;
        if (rest.front() != ':') refuse(given, "only a port may follow the ']'; write [::1]:5678");
        return parse_port(rest.substr(1), given);
    }
    auto const colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
        set_host(text.substr(0, colon), given);
        return parse_port(text.substr(colon + 1), given);
    }
    set_host(text, given);
}

inline void address::parse_port(std::string_view digits, std::string_view given) {
    if (digits == "*") return;
    std::uint32_t value = 0;
    bool          valid = !digits.empty() && digits.size() <= 5;
    for (char const c : digits) {
        if (c < '0' || c > '9') valid = false;
        if (valid) value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (!valid || value > 65535)
        refuse(given, "the port must be a number from 1 to 65535; leave it out to bind to a random one");
    port_ = static_cast<std::uint16_t>(value);
}

inline void address::set_host(std::string_view host, std::string_view given) {
    in6_addr six{};
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
        host_ = host.substr(1, host.size() - 2);
        if (!read_ipv6(six)) refuse(given, "what stands in brackets is no numeric IPv6 address; write [::1]:5678");
        return;
    }
    host_ = host;
    if (host == "*") return;
    if (host.find(':') != std::string_view::npos) {
        if (!read_ipv6(six))
            refuse(given, "it has more than one ':' but is no IPv6 address; write host:port or [::1]:5678");
        return;
    }
    check_name(host, given);
}

inline void address::check_name(std::string_view host, std::string_view given) const {
    if (host.empty()) refuse(given, "the host is missing; write host:port, or *:port for all interfaces");
    bool numeric = true;
    for (char const c : host) {
        bool const digit  = c >= '0' && c <= '9';
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!digit && !letter && c != '.' && c != '-' && c != '_')
            refuse(given, "a host has letters, digits, '.', '-' and '_' only; write host:port");
        numeric = numeric && (digit || c == '.');
    }
    in_addr ignored{};
    if (numeric && ::inet_pton(AF_INET, host_.c_str(), &ignored) != 1)
        refuse(given, "the host is no IPv4 address; write four numbers from 0 to 255, such as 127.0.0.1");
}

inline bool address::read_ipv6(in6_addr& parsed) const noexcept {
    char       digits[INET6_ADDRSTRLEN] = {};
    auto const number = std::string_view{host_}.substr(0, host_.find('%'));  // '%' starts the zone
    auto const length = number.copy(digits, sizeof digits - 1);
    bool const fits   = length != 0 && length == number.size();
    return fits && ::inet_pton(AF_INET6, digits, &parsed) == 1;
}

inline std::string address::connect_string() const {
    if (is_wildcard())
        refuse(to_string(), scheme_ == scheme::tcp ? "a wildcard is for binding; to connect, write the peer's host"
                                                   : "a wildcard is for binding; to connect, write what bind returned");
    if (scheme_ != scheme::tcp) return to_string();
    if (port_ == 0) refuse(to_string(), "connecting needs the peer's port; write host:port");
    return detail::concat({numeric_prefix(), ":", detail::digits(port_)});
}

inline bool address::is_wildcard() const noexcept {
    if (host_ == "*") return true;
    if (scheme_ != scheme::tcp) return false;
    if (host_ == "0.0.0.0") return true;
    in6_addr six{};
    return is_ipv6() && read_ipv6(six) && IN6_IS_ADDR_UNSPECIFIED(&six);
}

inline bool address::is_loopback() const noexcept {
    if (scheme_ != scheme::tcp || host_ == "localhost" || host_ == "lo") return true;
    if (is_ipv6()) {
        in6_addr six{};
        return read_ipv6(six) && IN6_IS_ADDR_LOOPBACK(&six);
    }
    in_addr four{};
    return ::inet_pton(AF_INET, host_.c_str(), &four) == 1 && (ntohl(four.s_addr) >> 24) == 127;
}

}  // namespace tenon
