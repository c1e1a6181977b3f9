// The policy that encrypts all links of a process, and lets in whom it knows: ZeroMQ's CURVE (RFC 26) and ZAP (RFC 27).
#pragma once

#include <tenon/process/security.hpp>
#include <tenon/transport/zmq.hpp>
#include <tenon/transport/zmq/admission.hpp>
#include <tenon/transport/zmq/curve.hpp>

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::security {

/// Where keys come from: `Keys::of(port)` is called with a port's name in the process that has the port, before each
/// bind and connect; a `client` calls it with "client". So keys do not travel when a process is started: they are read
/// where they are used.
template <class Keys>
concept key_source = requires(std::string_view port) {
    { Keys::of(port) } -> std::convertible_to<curve_keys>;
};

/// Links are encrypted, and both ends know each other by their keys. A port that binds is a CURVE server and lets in
/// the clients that `curve_keys` names; one that connects is a CURVE client and talks to nobody but the server with the
/// key that it was given. A bind needs no `tenon::open_to_network`.
///
/// A peer that is not let in gets no service: what it asks times out. It is told as a failed handshake to who listens
/// to `tenon::connection_event`, and counted in `counters().handshake_failures` then.
/// Over tcp and ipc. What goes over inproc does not leave the process, and is neither encrypted nor checked.
/// Errors: starting fails with `errc::transport_error` if libzmq has no CURVE or a key is missing, and with whatever
/// `Keys::of` throws.
/// Threading: questions about clients are answered in the loop of the process, between its handlers.
template <class Keys>
struct curve {
    static_assert(key_source<Keys>, "tenon: security::curve<Keys> needs a `static tenon::security::curve_keys "
                                    "of(std::string_view port)` in Keys");

    using policy_kind = kind::security;

    static constexpr std::string_view name     = "curve";
    static constexpr bool             encrypts = true;

    template <class Transport>
    static constexpr bool works_over = std::is_same_v<Transport, transport::zmq>;

    /// The door of one process.
    template <class Loop>
    class gate {
    public:
        gate(transport::zmq::context& context, Loop& loop) : context_{context}, loop_{loop} { require_curve(); }
        gate(gate const&)            = delete;
        gate& operator=(gate const&) = delete;

        void serve(transport::zmq::socket& target, std::string_view port) {
            if (!admission_) open();
            admission_->guard(target, port, Keys::of(port));
        }

    private:
        void open() {
            admission_.emplace(context_);
            constexpr auto answer = [](void* self, std::size_t budget) {
                return static_cast<gate*>(self)->admission_->answer(budget);
            };
            loop_.watch(admission_->socket(), answer, this);
        }

        transport::zmq::context&                    context_;
        Loop&                                       loop_;
        std::optional<transport::libzmq::admission> admission_;
    };

    /// The key of the client that has sent `received` to a port that is bound; else empty.
    static std::string_view key_of(transport::zmq::frame const& received) noexcept {
        return received.property("User-Id");
    }

    static void join(transport::zmq::socket& target, std::string_view port) {
        require_curve();
        curve_keys const keys = Keys::of(port);
        transport::libzmq::join_curve(target, keys.own, keys.server);
    }
};

}  // namespace tenon::security
