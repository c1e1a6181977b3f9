// The checks on an app's ports and protocols, made when a process or client is instantiated.
//
// Each rule is a class template whose arguments are the app, the port and the messages: compilers print them with the
// failed assertion, and that is how the error names them. The assertion stands in a function, and the rule's value is
// true all the same, so that this is the only error: a class with a failed one cannot be used any more, and compilers
// say so wherever it is.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/message/id.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/opaque.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/protocol.hpp>

#include <cstddef>
#include <utility>

namespace tenon::detail {

/// In place of an app where a client uses a protocol without one.
struct no_app {};

template <class App, class Port, class Message>
struct message_of_port : check_message<Message> {};

template <class App, class Port, class A, class B>
struct two_messages_of_port {
    static consteval bool check() noexcept {
        static_assert(message_name<A> != message_name<B>,
                      "tenon: two messages that may arrive at the same end of this port have the same wire name; "
                      "rename one or specialise tenon::traits<M>::name (`failure` is taken: it is every request's "
                      "refusal)");
        static_assert(message_name<A> == message_name<B> || message_id<A> != message_id<B>,
                      "tenon: two messages that may arrive at the same end of this port have the same 32-bit id; "
                      "rename one of them or one of its fields");
        return true;
    }
    static constexpr bool value = check();
};

template <class App, class Port, class Message>
struct statement_twice {
    static consteval bool check() noexcept {
        static_assert(always_false<App>,
                      "tenon: this message is sent by the client side in two statements of the port's protocol; one "
                      "message has one meaning");
        return true;
    }
    static constexpr bool value = check();
};

/// The positions of two members of a set that collide by name or id, or of twice the same one.
template <class Set>
struct collision {
    std::size_t first = npos, second = npos;

    consteval collision() noexcept {
        for (std::size_t b = 1; b < Set::size && first == npos; ++b)
            for (std::size_t a = 0; a < b && first == npos; ++a)
                if (Set::names[a] == Set::names[b] || Set::ids[a] == Set::ids[b]) first = a, second = b;
    }
};

template <class App, class Port, class Set>
struct check_set;
template <class App, class Port, class... Ms>
struct check_set<App, Port, message_set<Ms...>> {
    static consteval bool check() noexcept {
        if constexpr ((message_of_port<App, Port, Ms>::value && ...)) {
            constexpr collision<message_set<Ms...>> found{};
            if constexpr (found.first != npos) {
                using a = type_at<found.first, Ms...>;
                using b = type_at<found.second, Ms...>;
                if constexpr (std::is_same_v<a, b>)
                    return statement_twice<App, Port, a>::value;
                else
                    return two_messages_of_port<App, Port, a, b>::value;
            }
        }
        return true;
    }
    static constexpr bool value = check();
};

/// A port's pattern carries every statement of its protocol.
template <class App, class Port, class Statement>
struct statement_of_port {
    static consteval bool check() noexcept {
        constexpr pattern_rules rules = rules_of(Port::pattern);
        constexpr bool          asks  = !is_request<Statement> || rules.requests;
        constexpr bool          tells = !is_command<Statement> || rules.commands;
        constexpr bool          shows = !is_event<Statement> || rules.events;
        static_assert(asks, "tenon: this port's pattern cannot carry a request; use rep, router, req, dealer or pair");
        static_assert(tells,
                      "tenon: this port's pattern cannot carry a command; only req/rep, dealer/router, push/pull and "
                      "pair take messages from client to server");
        static_assert(shows, "tenon: this port's pattern cannot carry an event; only dealer/router, sub/pub and "
                             "pair take messages from server to client");
        return true;
    }
    static constexpr bool value = check();
};

template <class App, class Port, class Statements>
struct check_statements;
template <class App, class Port, class... S>
struct check_statements<App, Port, type_list<S...>> {
    static constexpr bool value = (statement_of_port<App, Port, S>::value && ...);
};

/// `Option` is one that a port of this pattern can have.
template <class App, class Port, class Option>
struct option_of_port {
    template <class Kind>
    static constexpr bool useless = is_option_of<Option, Kind> && !has_use_for<Kind>(Port::pattern);

    static consteval bool check() noexcept {
        static_assert(is_port_option<Option>,
                      "tenon: this is no port option (see Port and Option in the lines around); ports take "
                      "tenon::overload::..., retry::..., high_water_mark<...>, client_side, server_side, sequenced, "
                      "subscriptions::... and batched<...>");
        static_assert(!useless<kind::overload>,
                      "tenon: this port takes no overload option: it only receives, or it has a queue for each peer");
        static_assert(!useless<kind::retry>, "tenon: only req, dealer and pair ports ask, so only they can ask again");
        static_assert(!useless<kind::side>, "tenon: only a pair port can stand on either side of its protocol");
        static_assert(!useless<kind::sequence>, "tenon: only pub, xpub, sub and xsub ports number their events");
        static_assert(!useless<kind::subscriptions>, "tenon: only sub and xsub ports subscribe");
        static_assert(!useless<kind::batching>,
                      "tenon: this port cannot batch: a question and its answer travel alone. push, pub, xpub and "
                      "dealer pack with tenon::batched<...>, and pull, sub, xsub and router unpack");
        static_assert(!std::is_same_v<Option, overload::by_transport> || Port::options::publishes,
                      "tenon: overload::by_transport is for pub and xpub ports; other patterns do not "
                      "drop by themselves");
        return true;
    }
    static constexpr bool value = check();
};

/// `First` and `Second` are options of one kind.
template <class App, class Port, class First, class Second>
struct two_options_of_port {
    static consteval bool check() noexcept {
        if constexpr (is_port_option<First> && is_port_option<Second>)
            static_assert(!std::is_same_v<typename First::policy_kind, typename Second::policy_kind>,
                          "tenon: this port has two options of the same kind (see First and Second in the lines "
                          "around); which one is meant?");
        return true;
    }
    static constexpr bool value = check();
};

template <class App, class Port, class Options>
struct check_options;
template <class App, class Port, class... Options>
struct check_options<App, Port, type_list<Options...>> {
    template <std::size_t B>
    static consteval bool before() noexcept {
        return []<std::size_t... A>(std::index_sequence<A...>) {
            return (two_options_of_port<App, Port, type_at<A, Options...>, type_at<B, Options...>>::value && ...);
        }(std::make_index_sequence<B>{});
    }
    static consteval bool check() noexcept {
        constexpr bool has_side = (is_option_of<Options, kind::side> || ...);
        static_assert(Port::pattern != pattern::pair || has_side || is_opaque<Port>,
                      "tenon: a pair port says on which side of its protocol it stands; add tenon::client_side or "
                      "tenon::server_side to its options");
        return []<std::size_t... B>(std::index_sequence<B...>) {
            return (before<B>() && ...);
        }(std::index_sequence_for<Options...>{}) && (option_of_port<App, Port, Options>::value && ...);
    }
    static constexpr bool value = check();
};

/// `Message` can stand in a batch.
template <class App, class Port, class Message>
struct message_in_batch {
    static consteval bool check() noexcept {
        static_assert(attachment_count<Message> == 0,
                      "tenon: this message has attachments, and this port is tenon::batched<...>: a batch is one "
                      "frame, and an attachment is a frame of its own (see Port and Message in the lines around); "
                      "send it through a port that does not batch");
        return true;
    }
    static constexpr bool value = check();
};
template <class App, class Port, class Set>
struct check_batches;
template <class App, class Port, class... Ms>
struct check_batches<App, Port, message_set<Ms...>> {
    static consteval bool check() noexcept {
        if constexpr (Port::options::batching::packs) return (message_in_batch<App, Port, Ms>::value && ...);
        return true;
    }
    static constexpr bool value = check();
};

/// A protocol is well formed, as seen from one port.
template <class App, class Port>
struct check_port {
    using protocol = typename Port::protocol_type;
    static constexpr bool value = check_options<App, Port, typename Port::option_list>::value &&
                                  check_statements<App, Port, typename protocol::statement_list>::value &&
                                  check_set<App, Port, typename protocol::to_server>::value &&
                                  check_set<App, Port, typename protocol::replies>::value &&
                                  check_set<App, Port, typename protocol::events>::value &&
                                  check_batches<App, Port, typename protocol::to_server>::value &&
                                  check_batches<App, Port, typename protocol::events>::value;
};

/// An opaque port's pattern passes messages on as they are.
template <class App, class Port>
struct pattern_of_opaque_port {
    static consteval bool check() noexcept {
        constexpr pattern is = Port::pattern;
        static_assert(is != pattern::req && is != pattern::rep,
                      "tenon: an opaque port does not take turns with its peer; use pattern::dealer instead of req, "
                      "pattern::router instead of rep");
        static_assert(is != pattern::sub && is != pattern::pub,
                      "tenon: an opaque port passes subscriptions as messages; use pattern::xsub instead of sub, "
                      "pattern::xpub instead of pub");
        return true;
    }
    static constexpr bool value = check();
};

/// `Option` is of use without a protocol.
template <class App, class Port, class Option>
struct option_of_opaque_port {
    static consteval bool check() noexcept {
        constexpr bool useful = is_option_of<Option, kind::overload> || is_option_of<Option, kind::high_water_mark>;
        static_assert(useful || !is_port_option<Option>,
                      "tenon: an opaque port passes frames and knows nothing of requests, events and sides (see Option "
                      "in the lines around); it takes tenon::overload::... and high_water_mark<...>");
        return true;
    }
    static constexpr bool value = check();
};

template <class App, pattern Pattern, fixed_string Name, class... Options>
struct check_port<App, port<Pattern, Name, opaque_frames, Options...>> {
    using checked               = port<Pattern, Name, opaque_frames, Options...>;
    static constexpr bool value = pattern_of_opaque_port<App, checked>::value &&
                                  check_options<App, checked, type_list<Options...>>::value &&
                                  (option_of_opaque_port<App, checked, Options>::value && ...);
};

template <class App, class A, class B>
struct two_ports_of_app {
    static consteval bool check() noexcept {
        static_assert(A::name != B::name, "tenon: two ports of this app have the same name");
        return true;
    }
    static constexpr bool value = check();
};

/// All ports of an app are well formed.
template <class App, class Ports = ports_of_t<App>>
struct check_ports;
template <class App, class... Ports>
struct check_ports<App, port_list<Ports...>> {
    template <std::size_t B>
    static consteval bool names_before() noexcept {
        return []<std::size_t... A>(std::index_sequence<A...>) {
            return (two_ports_of_app<App, type_at<A, Ports...>, type_at<B, Ports...>>::value && ...);
        }(std::make_index_sequence<B>{});
    }
    static consteval bool check() noexcept {
        return []<std::size_t... B>(std::index_sequence<B...>) {
            return (names_before<B>() && ...);
        }(std::index_sequence_for<Ports...>{}) && (check_port<App, Ports>::value && ...);
    }
    static constexpr bool value = check();
};

}  // namespace tenon::detail
