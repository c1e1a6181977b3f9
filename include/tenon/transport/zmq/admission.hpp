// Who may come in: the handler that libzmq asks about each client of its CURVE servers (RFC 27/ZAP).
#pragma once

#include <tenon/transport/zmq/curve.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::transport::libzmq {

/// Answers the questions of one context's sockets: may the client with this key come in?
///
/// At most one for each context. Let it outlive the sockets that it guards: where nobody can be asked, libzmq lets
/// everybody in.
/// A handshake waits until `answer` is called, for `socket_options::handshake_interval` at most.
/// Errors: `errc::address_in_use` if the context has one already; those of a socket.
/// Threading: it belongs to the thread that uses it.
class admission {
public:
    explicit admission(context& owner) : socket_{owner, pattern::rep} {
        try {
            socket_.bind(address{"inproc://zeromq.zap.01"});
        } catch (error const& why) {
            if (why.code() != errc::address_in_use) throw;
            throw error{errc::address_in_use,
                        "cannot answer for the keys of clients: somebody else does so in this context. Of all "
                        "processes of a program that have inproc links, and so one context, one can bind tcp or ipc "
                        "addresses with security::curve; leave out the inproc links of the others, or "
                        "let launch::fork start them"};
        }
    }

    /// What `target` binds from now on is a CURVE server with the pair `keys.own`, and `keys` says who may come in by
    /// way of it and of the other sockets of the domain `name`.
    void guard(libzmq::socket& target, std::string_view name, security::curve_keys keys) {
        int const on = 1;
        detail::set_key(target, ZMQ_CURVE_SECRETKEY, keys.own.secret_part, "the secret key");
        detail::set_security(target, ZMQ_ZAP_DOMAIN, name.data(), name.size(), "ZAP domain");
        detail::set_security(target, ZMQ_CURVE_SERVER, &on, sizeof on, "CURVE role");
        admit(name, std::move(keys));
    }

    /// The socket to wait for: readable when somebody is at the door.
    [[nodiscard]] libzmq::socket& socket() noexcept { return socket_; }

    /// Answers up to `budget` questions; true if there may be more. Never blocks.
    bool answer(std::size_t budget) {
        for (; budget > 0; --budget)
            if (!answer_one()) return false;
        return true;
    }

private:
    struct rule {
        std::string                       domain;
        std::vector<security::public_key> clients;
        bool                              any_client;
    };

    /// The parts of a question, in their order.
    enum part : std::size_t { version, request_id, domain, address_of_peer, identity, mechanism, key, part_count };

    void admit(std::string_view name, security::curve_keys keys) {
        for (rule& each : rules_)
            if (each.domain == name) {
                each = {std::string{name}, std::move(keys.clients), keys.any_client};
                return;
            }
        rules_.push_back({std::string{name}, std::move(keys.clients), keys.any_client});
    }

    bool answer_one() {
        std::size_t count = 0;
        frame       surplus;
        for (bool more = true; more; ++count) {
            frame& next = count < part_count ? question_[count] : surplus;
            if (socket_.receive(next) != io::done) return false;
            more = next.more();
        }
        bool const read = count == part_count && text(version) == "1.0" && text(mechanism) == "CURVE" &&
                          question_[key].size() == security::public_key{}.bytes().size();
        if (!read) reply("500", "not understood");
        else if (may_enter()) reply("200", "OK", user_id().data());
        else reply("400", "not admitted");
        return true;
    }

    [[nodiscard]] std::string_view text(part which) const { return as_text(question_[which].view()); }

    [[nodiscard]] bool may_enter() const {
        for (rule const& each : rules_)
            if (each.domain == text(domain))
                return each.any_client ||
                       std::any_of(each.clients.begin(), each.clients.end(), [&](security::public_key const& known) {
                           return as_text(known.bytes()) == text(key);
                       });
        return false;
    }

    /// The client's key as text: libzmq tells it with each message of this client, as its "User-Id".
    [[nodiscard]] std::array<char, 41> user_id() const noexcept {
        std::array<char, 41> z85{};
        bytes_view const     bytes = question_[key].view();
        zmq_z85_encode(z85.data(), reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
        return z85;
    }

    /// Version, request id, status code, status text, user id, metadata.
    void reply(std::string_view code, std::string_view reason, std::string_view user = {}) {
        std::string_view const parts[] = {"1.0", text(request_id), code, reason, user, ""};
        for (std::size_t i = 0; i < std::size(parts); ++i)
            static_cast<void>(socket_.send(as_bytes(parts[i]), i + 1 < std::size(parts)));  // or the asker has gone
    }

    libzmq::socket    socket_;
    std::vector<rule> rules_;
    frame             question_[part_count];
};

}  // namespace tenon::transport::libzmq
