// What the recorded ends of all ports share: what was sent is kept, typed.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/transport/address.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::testing::detail {

/// Nobody is there: addresses are noted, counters stay 0, and `sent` tells what would have left.
template <class Recorder, class Port>
class recorded_port {
public:
    /// What the app says here by itself: on the client side questions and commands, else events.
    using outgoing = std::conditional_t<Port::is_server, typename Port::protocol_type::events,
                                        typename Port::protocol_type::to_server>;

    explicit recorded_port(Recorder& process) noexcept : process_{process} {}
    recorded_port(recorded_port const&)            = delete;
    recorded_port& operator=(recorded_port const&) = delete;

    // ---- As the port of a process -----------------------------------------------------------------------------------

    [[nodiscard]] std::vector<address> const& addresses() const noexcept { return bound_; }
    [[nodiscard]] address const& bound_address() const {
        if (bound_.empty())
            throw error{errc::bad_address, tenon::detail::concat({"port ", Port::name, " of the recorder is not "
                                                                  "bound: bind it in the test"})};
        return bound_.front();
    }
    address bind(address const& where) {
        bound_.push_back(where);
        return where;
    }
    void connect(address const& where) { connected_.push_back(where); }
    void disconnect(address const& where) {
        if (std::erase(connected_, where) == 0)
            throw error{errc::bad_address, tenon::detail::concat({"port ", Port::name, " of the recorder is not "
                                                                  "connected to '", where.to_string(), "'"})};
    }
    [[nodiscard]] port_counters const& counters() const noexcept { return counters_; }
    [[nodiscard]] std::size_t waiting_to_leave() const noexcept { return 0; }
    [[nodiscard]] std::string_view peer_key() const noexcept { return peer_key_; }
    /// Refused while compiling: there is no socket.
    template <class P = Port>
    void socket() {
        static_assert(tenon::detail::always_false<P>,
                      "tenon: a port of a recorder has no socket (see Port in the lines around): test this handler on "
                      "a stage or in a world (docs/testing-process.md)");
    }

    // ---- For the test -----------------------------------------------------------------------------------------------

    /// Every `M` that was sent here, in this order: commands, or events. Fields that borrow refer to what the app has.
    template <class M>
    [[nodiscard]] std::vector<M> sent() const {
        static_assert(is_sent<M>(), "tenon: this message is never sent from this port (see Port and M in the lines "
                                    "around); questions are in asked<M>()");
        std::vector<M> all;
        for (auto const& each : sent_)
            if (auto const* const m = std::get_if<M>(&each)) all.push_back(*m);
        return all;
    }
    /// All of them, as variants, in this order.
    [[nodiscard]] std::vector<typename outgoing::variant> const& sent() const noexcept { return sent_; }

    /// From now on `send` is refused, as if nobody had room for it; or no longer.
    void refuse_sends(bool refused = true) noexcept { refuses_ = refused; }

    [[nodiscard]] std::vector<address> const& connected() const noexcept { return connected_; }

    /// From now on messages come from a client with this public key: what `peer_key()` tells the app.
    void authenticate_as(std::string key) noexcept { peer_key_ = std::move(key); }

    template <class M>
    static consteval bool is_sent() noexcept {
        if constexpr (!outgoing::template contains<M>) return false;
        else if constexpr (Port::is_server) return true;
        else return std::is_void_v<typename Port::protocol_type::template reply_to<M>>;
    }

protected:
    ~recorded_port() = default;

    template <class M>
    bool record(M const& m) {
        if (refuses_) return false;
        sent_.emplace_back(m);
        return true;
    }

    Recorder& process_;

private:
    std::vector<typename outgoing::variant> sent_;
    std::vector<address>                    bound_, connected_;
    port_counters                           counters_{};
    std::string                             peer_key_;
    bool                                    refuses_ = false;
};

}  // namespace tenon::testing::detail
