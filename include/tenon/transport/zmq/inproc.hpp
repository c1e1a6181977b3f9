// The inproc names of a context: who has bound them, who waits for them, and whose connection is lost.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/detail/vector.hpp>
#include <tenon/transport/zmq/native.hpp>
#include <tenon/transport/zmq/program.hpp>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::transport::libzmq {

/// Makes inproc connections what those over tcp are: they wait for a peer that comes later, or comes again.
///
/// libzmq lets a connect wait too, but then it cannot close the socket, and a context that is out of sockets aborts
/// when it ends (`Assertion failed: s (src/ctx.cpp:169)`). So who waits does so under a name of its own, an alias. Who
/// binds the name that is waited for binds the alias as well, for a moment. So does, for itself, a socket that is
/// closed while it waits: nothing is in libzmq's way then.
///
/// libzmq makes no lost inproc connection again. When the socket that had bound a name is closed, those that were
/// connected to it are told, and connect anew in their own threads; libzmq wakes them, since their connections end.
///
/// The functions are those of libzmq, errno included; addresses of other schemes go straight to it.
/// Threading: may be used from all threads.
class inproc_names {
public:
    [[gnu::noinline]] int bind(void* socket, std::string const& endpoint) {
        if (!is_name(endpoint)) return zmq_bind(socket, endpoint.c_str());
        program_lock const lock;
        bound_.push_back({endpoint, socket});
        int const failed = zmq_bind(socket, endpoint.c_str());
        if (failed != 0) {
            bound_.pop_back();
            return failed;
        }
        for (connection& each : connections_)
            if (each.waits() && each.name == endpoint) accept(each, socket);
        return 0;
    }

    /// `lost` becomes true when the connection is lost: call `reconnect` then. Null for a PAIR, which libzmq gives a
    /// new peer only when it has done with the one before.
    [[gnu::noinline]] int connect(void* socket, std::string const& endpoint, std::atomic<bool>* lost) {
        if (!is_name(endpoint)) return zmq_connect(socket, endpoint.c_str());
        program_lock const lock;
        connection added{endpoint, {}, socket, nullptr, lost};
        added.made_by.reserve(endpoint.size() < longest_alias ? longest_alias : endpoint.size());
        connections_.push_back(std::move(added));
        int const failed = join(connections_[connections_.size() - 1]);
        if (failed != 0) connections_.pop_back();
        return failed;
    }

    [[gnu::noinline]] int unbind(void* socket, std::string const& endpoint) {
        if (!is_name(endpoint)) return zmq_unbind(socket, endpoint.c_str());
        program_lock const lock;
        for (std::size_t i = 0; i < bound_.size(); ++i) {
            if (bound_[i].socket != socket || bound_[i].name != endpoint) continue;
            int const failed = zmq_unbind(socket, endpoint.c_str());
            if (failed == 0) forget(bound_, i);
            return failed;
        }
        errno = ENOENT;
        return -1;
    }

    /// `context` is the one of the socket.
    [[gnu::noinline]] int disconnect(void* context, void* socket, std::string const& endpoint) {
        if (!is_name(endpoint)) return zmq_disconnect(socket, endpoint.c_str());
        program_lock const lock;
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            connection const& one = connections_[i];
            if (one.socket != socket || one.name != endpoint) continue;
            int const failed = one.waits() ? dismiss(context, one) : part(one);
            if (failed == 0) forget(connections_, i);
            return failed;
        }
        errno = ENOENT;
        return -1;
    }

    /// Makes the lost connections of a socket again, in its thread: to who has bound the name by now, or to who will.
    [[gnu::cold]] void reconnect(void* socket) noexcept {
        program_lock const lock;
        std::atomic<bool>* lost   = nullptr;
        bool               failed = false;
        for (connection& each : connections_) {
            if (each.socket != socket || !each.is_lost()) continue;
            lost   = each.lost;
            failed = join(each) != 0 || failed;
        }
        if (lost != nullptr) lost->store(failed, std::memory_order_relaxed);
    }

    /// Before a socket is closed: its names are free at once, not when libzmq's own thread comes to close it, and those
    /// that were connected to it know.
    [[gnu::noinline]] void leave(void* socket) noexcept {
        program_lock const lock;
        for (std::size_t i = bound_.size(); i-- > 0;) {
            if (bound_[i].socket != socket) continue;
            persist([&] { return zmq_unbind(socket, bound_[i].name.c_str()); });
            forget(bound_, i);
        }
        for (std::size_t i = connections_.size(); i-- > 0;) {
            connection& each = connections_[i];
            if (each.socket == socket) {
                if (each.waits()) persist([&] { return zmq_bind(socket, each.made_by.c_str()); });
                forget(connections_, i);
            } else if (each.peer == socket && !each.lose()) {
                forget(connections_, i);
            }
        }
    }

private:
    struct binding {
        std::string name;
        void*       socket;
    };
    struct connection {
        std::string        name;     ///< As it was given.
        std::string        made_by;  ///< What libzmq was given: the name, or an alias; empty if it is lost.
        void*              socket;
        void*              peer;     ///< Who has bound the name; null if nobody has.
        std::atomic<bool>* lost;

        [[nodiscard]] bool waits() const noexcept { return peer == nullptr && !made_by.empty(); }
        [[nodiscard]] bool is_lost() const noexcept { return peer == nullptr && made_by.empty(); }

        /// True if it is to be made again.
        bool lose() noexcept {
            peer = nullptr;
            made_by.clear();
            if (lost != nullptr) lost->store(true, std::memory_order_release);
            return lost != nullptr;
        }
    };

    static bool is_name(std::string_view endpoint) noexcept { return endpoint.starts_with("inproc:"); }

    template <class Call>
    static int persist(Call const& call) noexcept {
        int outcome = 0;
        do outcome = call();
        while (interrupted(outcome));
        return outcome;
    }

    /// Connects to who has bound the name, or lets it wait. Allocates nothing: there is room for either name.
    [[gnu::cold]] int join(connection& one) noexcept {
        void* peer = nullptr;
        for (binding const& each : bound_)
            if (each.name == one.name) peer = each.socket;
        if (peer != nullptr) one.made_by = one.name;
        else write_alias(one.made_by);
        int const failed = persist([&] { return zmq_connect(one.socket, one.made_by.c_str()); });
        if (failed == 0) one.peer = peer;
        else one.made_by.clear();
        return failed;
    }

    [[gnu::cold]] void accept(connection& waiting, void* socket) noexcept {
        char const* const alias = waiting.made_by.c_str();
        if (persist([&] { return zmq_bind(socket, alias); }) != 0) return;
        persist([&] { return zmq_unbind(socket, alias); });  // which leaves the connection alone, over inproc
        waiting.peer = socket;
    }

    /// Ends a connection that stands, or is lost.
    [[gnu::cold]] static int part(connection const& one) noexcept {
        if (one.peer == nullptr) return 0;
        int const failed = persist([&] { return zmq_disconnect(one.socket, one.made_by.c_str()); });
        return failed != 0 && errno == ENOENT ? 0 : failed;  // libzmq has noticed its end before us
    }

    /// Ends one that waits: it gets the peer that libzmq wants for it, which goes at once.
    [[gnu::cold]] static int dismiss(void* context, connection const& one) noexcept {
        void* const peer = zmq_socket(context, ZMQ_PAIR);
        if (peer == nullptr) return -1;
        int const never = 0;
        zmq_setsockopt(peer, ZMQ_LINGER, &never, sizeof never);
        int const failed = persist([&] { return zmq_bind(peer, one.made_by.c_str()); });
        int const error  = errno;
        zmq_close(peer);
        errno = error;
        return failed;
    }

    static constexpr std::string_view alias_prefix  = "inproc://tenon.waits.";
    static constexpr std::size_t      longest_alias = alias_prefix.size() + 16;

    [[gnu::cold]] void write_alias(std::string& into) noexcept {
        into = alias_prefix;
        for (auto number = ++last_alias_; number != 0; number >>= 4)
            into.push_back("0123456789abcdef"[number & 15]);
    }

    template <class T>
    [[gnu::cold]] static void forget(tenon::detail::vector<T>& all, std::size_t i) noexcept {
        std::swap(all[i], all[all.size() - 1]);
        all.pop_back();
    }

    tenon::detail::vector<binding>    bound_;
    tenon::detail::vector<connection> connections_;
    unsigned long long                last_alias_ = 0;  ///< In 16 hexadecimal digits at most.
};

}  // namespace tenon::transport::libzmq
