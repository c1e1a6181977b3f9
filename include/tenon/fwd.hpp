// Tags and incomplete primaries: what a header of messages or policies needs, and nothing that costs time.
#pragma once

#include <cstddef>

namespace tenon {

/// Customisation point: specialise `tenon::traits<M>` to give a message or enum other names on the wire.
///
/// Every member is optional:
/// - `static constexpr std::string_view name = "...";` the wire name of a message struct;
/// - `static constexpr std::array<std::string_view, N> fields = {...};` the names of all its fields, in order, no two
///   of them the same;
/// - `static constexpr std::array<E, N> values = {...};` for an enum: the values that a peer may send.
///   Without it every value of the underlying type is accepted.
///
/// The primary is never defined, so that a specialisation cannot be overlooked by accident: it must stand
/// before the first use of `M` in a protocol.
template <class M>
struct traits;

/// What a policy is a policy for. A policy names its kind with `using policy_kind = tenon::kind::codec;`.
namespace kind {
struct launch;     ///< How a process comes to life: fork, spawn, supervised, thread, here.
struct codec;      ///< How messages become bytes: json, msgpack, binary, or a user's own.
struct transport;  ///< How bytes travel: zmq, sim, or a user's own.
struct observer;   ///< Who is told of messages, drops and connections: none, log, counting, recording, or a user's own.
struct errors;     ///< What becomes of a process whose handler has thrown: go_on, stop.
struct security;   ///< Who may connect, and who may listen in: none, curve.
struct wait;       ///< How a process or client waits for messages: asleep, or looking again and again at first.
struct drain;      ///< How long a process that stops goes on with what it has accepted.
}  // namespace kind

class attachment;  ///< Bytes in a frame of their own: <tenon/message/attachment.hpp>, not part of <tenon/tenon.hpp>.

/// A coroutine: <tenon/process/task.hpp>, which is not part of <tenon/tenon.hpp>, specialises it for every result.
template <class T>
class task {
    static_assert(sizeof(task*) == 0, "tenon: a tenon::task needs its header: include <tenon/process/task.hpp>");
};
template <class Reply>
class promise;  ///< A request that is answered later: <tenon/dispatch/deferred.hpp>.
template <class Reply>
class deferred;  ///< What its handler returns meanwhile.

// What follows is not part of <tenon/tenon.hpp>: a program that uses it includes the header that defines it.
namespace transport {
struct zmq;  ///< <tenon/transport/zmq.hpp>
}
namespace launch {
struct spawn;   ///< <tenon/launch/spawn.hpp>, and <tenon/launch/spawned.hpp> for main's first line
struct thread;  ///< <tenon/launch/thread.hpp>; `supervised` is declared in <tenon/launch/restart.hpp>
}
namespace observer {
class counting;   ///< <tenon/process/observer/counting.hpp>
class recording;  ///< <tenon/process/observer/recording.hpp>
template <class... Observers>
class all;  ///< <tenon/process/observer/all.hpp>
}  // namespace observer
class group;       ///< <tenon/process/group.hpp>
struct broker;     ///< <tenon/process/proxy.hpp>
struct forwarder;  ///< <tenon/process/proxy.hpp>
struct streamer;   ///< <tenon/process/proxy.hpp>

}  // namespace tenon
