// Port options: what one port does differently from its pattern's defaults. They follow the protocol in a port's type:
// `tenon::push<"jobs", work, tenon::overload::drop_oldest<100>, tenon::high_water_mark<50>>`.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/type_list.hpp>

#include <cstddef>
#include <type_traits>

namespace tenon {

namespace kind {
struct overload;         ///< What `send` does when the peer takes no more.
struct retry;            ///< Whether a request without a reply is sent again.
struct high_water_mark;  ///< How many messages wait in the transport's queues.
struct side;             ///< On which side of the protocol a `pair` port stands.
struct sequence;         ///< Whether events are numbered.
struct subscriptions;    ///< What a `sub` port subscribes to when it comes up.
struct batching;         ///< Whether several messages travel as one.
}  // namespace kind

/// What a port does with a message that the transport does not take, because the peer is too slow or is not there and
/// the high-water mark is reached. Each is counted in the port's counters and told to the observer; memory is bounded.
///
/// | pattern     | default          | others                                                                |
/// |-------------|------------------|-----------------------------------------------------------------------|
/// | req, dealer | `fail`           | all; a request that is dropped ends with `errc::would_block` at once  |
/// | push, pair  | `fail`           | all                                                                   |
/// | pub, xpub   | `by_transport`   | all; then one slow subscriber holds up the others                     |
/// | rep, router | `fail`           | none: each peer has a queue of its own                                |
namespace overload {

/// The sender is told: `send` returns false, a request ends with `errc::would_block`.
struct fail {
    using policy_kind = kind::overload;
    static constexpr std::size_t queue = 0;
};

/// `send` waits up to `Limit` for room, and with it the process: back-pressure for who produces faster than the peer
/// consumes. After that it fails.
template <static_duration Limit = static_duration{std::chrono::seconds{1}}>
struct block {
    using policy_kind = kind::overload;
    static constexpr std::size_t              queue = 0;
    static constexpr std::chrono::nanoseconds limit = Limit.at_most_a_year();
};

/// Up to `Queue` messages wait in the port; one more is dropped. `send` returns true: the drop is meant.
template <std::size_t Queue = 1000>
struct drop_newest {
    using policy_kind = kind::overload;
    static constexpr std::size_t queue = Queue;
};

/// Up to `Queue` messages wait in the port; one more takes the place of the oldest, which is dropped. For readings of
/// which only the latest count.
template <std::size_t Queue = 1000>
struct drop_oldest {
    using policy_kind = kind::overload;
    static constexpr std::size_t queue = Queue;
    static_assert(Queue > 0, "tenon::overload::drop_oldest<Queue>: the newest message needs a place to wait");
};

/// What libzmq does by itself: a PUB drops the message for each subscriber that is too slow, and tells nobody. Only for
/// `pub` and `xpub`; with `tenon::sequenced` the subscriber sees the gap.
struct by_transport {
    using policy_kind = kind::overload;
    static constexpr std::size_t queue = 0;
};

}  // namespace overload

/// What a `req` or `dealer` port does when no reply came within the request's timeout.
///
/// A repeated request may be handled twice, if only its reply was lost: repeat what can be done twice.
namespace retry {

/// The request ends with `errc::timed_out`.
struct never {
    using policy_kind = kind::retry;
    static constexpr unsigned                 repeats     = 0;
    static constexpr std::chrono::nanoseconds backoff     = std::chrono::nanoseconds{0};
    static constexpr std::chrono::nanoseconds backoff_max = std::chrono::nanoseconds{0};
};

/// It is sent again, up to `Repeats` times, each time with the full timeout; before that the port pauses for `Backoff`,
/// doubled each time up to `BackoffMax`. It carries the same correlation id, so that the reply to any of the attempts
/// is its outcome, and further ones are late.
template <unsigned Repeats, static_duration Backoff = static_duration{std::chrono::milliseconds{100}},
          static_duration BackoffMax = static_duration{std::chrono::seconds{5}}>
struct times {
    using policy_kind = kind::retry;
    static constexpr unsigned                 repeats     = Repeats;
    static constexpr std::chrono::nanoseconds backoff     = Backoff.at_most_a_year();
    static constexpr std::chrono::nanoseconds backoff_max = BackoffMax.at_most_a_year();
};

}  // namespace retry

/// How many messages may wait per peer in the transport, to be sent and received; 0 is no limit. The default is 1000
/// each way (`transport::socket_options`), which −1 stands for.
template <int Send, int Receive = Send>
struct high_water_mark {
    using policy_kind = kind::high_water_mark;
    static constexpr int send    = Send;
    static constexpr int receive = Receive;
    static_assert(Send >= -1 && Receive >= -1, "tenon::high_water_mark<Send, Receive>: numbers of messages");
};

/// A `pair` port stands on the client side of its protocol: it asks, tells, and takes events.
struct client_side {
    using policy_kind = kind::side;
    static constexpr bool is_server = false;
};
/// A `pair` port stands on the server side of its protocol: it answers, and sends events.
struct server_side {
    using policy_kind = kind::side;
    static constexpr bool is_server = true;
};

/// `pub` numbers its events, `sub` counts those that are missing: see `tenon::gap`.
struct sequenced {
    using policy_kind = kind::sequence;
    static constexpr bool numbers = true;
};
/// Events carry no numbers: the default.
struct unsequenced {
    using policy_kind = kind::sequence;
    static constexpr bool numbers = false;
};

/// What a `sub` port subscribes to when it comes up.
namespace subscriptions {
/// All events of its protocol: the default, so that none is forgotten.
struct all {
    using policy_kind = kind::subscriptions;
    static constexpr bool by_default = true;
};
/// Nothing: `process[port].subscribe<event>(keys...)` does it.
struct by_hand {
    using policy_kind = kind::subscriptions;
    static constexpr bool by_default = false;
};
}  // namespace subscriptions

/// Several small messages travel as one of ZeroMQ's, which is many times faster for streams of them.
///
/// A `push`, `pub`, `xpub` or `dealer` port with it packs what it sends, a dealer its commands only. A batch leaves
/// when it has `MaxMessages` messages or `MaxBytes` bytes, when the loop finds nothing else to do, and after about
/// `MaxDelay` in any case; in a `pub` port also when an event of another topic follows, so that all stay in order. A
/// `pull`, `sub`, `xsub` or `router` port with it unpacks, and still takes messages that come alone; the numbers mean
/// nothing there.
///
/// What it costs is latency: `send` only packs. A message waits until the handlers of what has arrived are done, and at
/// most about `MaxDelay`, if no handler takes longer. The high-water mark counts batches. Overload options are about
/// each message by itself: up to `MaxMessages` wait in the port besides those that the option has room for.
/// Format: docs/wire-formats.md.
template <std::size_t MaxMessages = 1024, std::size_t MaxBytes = 32768,
          static_duration MaxDelay = static_duration{std::chrono::milliseconds{1}}>
struct batched {
    using policy_kind = kind::batching;
    static constexpr bool                     packs        = true;
    static constexpr std::size_t              max_messages = MaxMessages;
    static constexpr std::size_t              max_bytes    = MaxBytes;
    static constexpr std::chrono::nanoseconds max_delay    = MaxDelay;
    static_assert(MaxMessages > 0 && MaxBytes > 0 && max_delay.count() > 0,
                  "tenon::batched<MaxMessages, MaxBytes, MaxDelay>: a batch needs room and time for a message");
};
/// Each message travels alone: the default.
struct unbatched {
    using policy_kind = kind::batching;
    static constexpr bool packs = false;
};

namespace detail {

template <class Option, class Kind>
inline constexpr bool is_option_of = requires { requires std::is_same_v<typename Option::policy_kind, Kind>; };

template <class Option>
inline constexpr bool is_port_option =
    is_option_of<Option, kind::overload> || is_option_of<Option, kind::retry> ||
    is_option_of<Option, kind::high_water_mark> || is_option_of<Option, kind::side> ||
    is_option_of<Option, kind::sequence> || is_option_of<Option, kind::subscriptions> ||
    is_option_of<Option, kind::batching>;

/// The option of `Kind` among `Options`, or `Default`.
template <class Kind, class Default, class... Options>
consteval auto pick_option() noexcept {
    constexpr bool        hits[] = {is_option_of<Options, Kind>..., true};
    constexpr std::size_t first  = [](bool const* hit) {
        std::size_t i = 0;
        while (!hit[i]) ++i;
        return i;
    }(hits);
    return type_tag<type_at<first, Options..., Default>>{};
}

/// Whether a port of pattern `p` can have an option of `Kind`.
template <class Kind>
constexpr bool has_use_for(pattern p) noexcept {
    using enum pattern;
    if constexpr (std::is_same_v<Kind, kind::overload>)
        return p != rep && p != router && p != pull && p != sub && p != xsub;
    else if constexpr (std::is_same_v<Kind, kind::retry>) return p == req || p == dealer || p == pair;
    else if constexpr (std::is_same_v<Kind, kind::side>) return p == pair;
    else if constexpr (std::is_same_v<Kind, kind::sequence>) return p == pub || p == xpub || p == sub || p == xsub;
    else if constexpr (std::is_same_v<Kind, kind::subscriptions>) return p == sub || p == xsub;
    else if constexpr (std::is_same_v<Kind, kind::batching>) return p != req && p != rep && p != pair;
    else return true;
}

}  // namespace detail

}  // namespace tenon
