// What a launch policy is, what it starts and what it returns: the concepts, with their laws in prose.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/fwd.hpp>
#include <tenon/launch/exit_status.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/launch/readiness.hpp>

#include <concepts>
#include <optional>
#include <type_traits>

namespace tenon::launch {

/// The body of a process.
///
/// - It can be moved: `start` takes it by value.
/// - `body(ready)` runs the process to its end and returns the exit code, of which the low eight bits count.
///   It calls `ready.ready(payload)` once, when it is up. If it leaves with an exception before that, the
///   parent's `start` throws the exception's text, with its code if it is a `tenon::error`; afterwards it is a
///   line on stderr and exit code 1.
template <class E>
concept entry = std::move_constructible<E> && requires(E& body, readiness& ready) {
    { body(ready) } -> std::convertible_to<int>;
};

/// An entry that can be sent to another process image, as `spawn` needs it.
///
/// - `body.encode()` gives its bytes, a `tenon::buffer`.
/// - `E::run_encoded(bytes, ready)` does what `body(ready)` would have done. The bytes are valid until it
///   returns.
template <class E>
concept encodable_entry = entry<E> && requires(E const& body, bytes_view encoded, readiness& ready) {
    { body.encode() } -> std::same_as<buffer>;
    { E::run_encoded(encoded, ready) } -> std::convertible_to<int>;
};

/// An entry that, started again, comes up where it was the first time, as `supervised` needs it for processes
/// whose peers know their addresses.
///
/// - `body.keep(payload)` is called in the parent, once, with the payload of the first start, before the entry
///   is started a second time.
template <class E>
concept restartable_entry = entry<E> && requires(E& body, bytes_view payload) { body.keep(payload); };

/// The parent's handle of a child. It can be moved, not copied.
///
/// - `ready_payload()`: the bytes given to `readiness::ready`, valid as long as the handle.
/// - `alive()`: true until the child has ended.
/// - `join()` waits for the end, `join(timeout)` for the end or `timeout`. Once there is a status it stays
///   the same.
/// - `terminate()` asks the child to stop, `kill()` ends it by force where that is possible. Both return at
///   once.
/// - `pid()`: the number of the process that runs the entry.
/// - The destructor asks the child to stop and leaves none behind: no zombie, no thread. It throws nothing.
template <class C>
concept child_handle = std::movable<C> && !std::copy_constructible<C> && std::is_nothrow_destructible_v<C> &&
    requires(C& child, C const& seen, std::chrono::milliseconds timeout) {
        { seen.ready_payload() } -> std::same_as<bytes_view>;
        { seen.alive() } -> std::same_as<bool>;
        { child.join() } -> std::same_as<exit_status>;
        { child.join(timeout) } -> std::same_as<std::optional<exit_status>>;
        child.terminate();
        child.kill();
        { seen.pid() } -> std::convertible_to<long>;
    };

/// A launch policy `L` that can start entries of type `E`.
///
/// - It names its kind, and its handle type as `L::child`.
/// - `L::start(body, options)` returns when the entry is ready. It throws `tenon::error` with the entry's own
///   code and text if it failed before (`errc::launch_failed` for exceptions of other types), with
///   `errc::launch_failed` if it ended, and with `errc::not_ready` after `options.ready_timeout`. After a throw
///   nothing of the child is left, as far as a policy can see to it.
///
/// A policy knows nothing of messages: entries, payloads and encodings are opaque to it.
template <class L, class E>
concept policy_for = entry<E> && std::same_as<typename L::policy_kind, kind::launch> &&
    child_handle<typename L::child> && requires(E body, start_options const& options) {
        { L::start(static_cast<E&&>(body), options) } -> std::same_as<typename L::child>;
    };

/// A property that a launch policy may have: what it starts is another process of the system, and shares neither memory
/// nor inproc names with who starts it. It says so with `static constexpr bool leaves_program = true;`.
template <class L>
concept leaves_program = requires { requires L::leaves_program; };

}  // namespace tenon::launch
