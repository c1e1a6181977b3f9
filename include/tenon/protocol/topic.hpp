// Topics: the first frame of a published event, made from the event's type and its key fields.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/message.hpp>
#include <tenon/protocol/statement.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon {

namespace detail {

/// In the parts of a topic these two are written as `%2F` and `%25`, so that a part cannot look like two.
constexpr bool is_escaped(char c) noexcept { return c == '/' || c == '%'; }

constexpr std::size_t escaped_size(std::string_view part) noexcept {
    std::size_t size = part.size();
    for (char const c : part) size += is_escaped(c) ? 2 : 0;
    return size;
}

/// Writes `part` to where there is room for it and for a '/'; returns the end.
constexpr char* write_part(char* to, std::string_view part) noexcept {
    for (char const c : part) {
        if (!is_escaped(c)) {
            *to++ = c;
            continue;
        }
        *to++ = '%';
        *to++ = '2';
        *to++ = c == '/' ? 'F' : '5';
    }
    *to++ = '/';
    return to;
}

/// How the topics of `Event` begin: its wire name and a '/'.
template <class Event>
inline constexpr auto topic_head = [] {
    std::array<char, escaped_size(message_name<Event>) + 1> head{};
    write_part(head.data(), message_name<Event>);
    return head;
}();

}  // namespace detail

/// The text in the first frame of a published event: its wire name and its keys, each followed by a '/', such as
/// `price/AAPL/`; without the last keys, what a subscriber of all such events asks for: `price/`.
///
/// The closing '/' keeps `price/` from being a prefix of `prices/`. Text is written as it is, but '/' as `%2F` and '%'
/// as `%25`; integers in decimal; enums as their integer; bools as `true` and `false`.
/// Cost: lives in place, nothing is allocated.
class topic {
public:
    /// The longest topic in bytes. A longer one is not sent.
    static constexpr std::size_t max_size = 255;

    topic() noexcept : size_{0}, too_long_{false} {}

    /// The topic of an event, up to where its keys begin.
    template <class Event>
    static topic head_of() noexcept {
        constexpr auto const& head = detail::topic_head<Event>;
        topic                 made;
        made.too_long_ = head.size() > max_size;
        if (!made.too_long_) std::memcpy(made.text_, head.data(), made.size_ = head.size());
        return made;
    }

    /// Adds a key: text, an integer, a bool or an enum.
    template <class Key>
    void add(Key const& key) noexcept {
        if constexpr (std::is_convertible_v<Key const&, std::string_view>) add_part(key);
        else if constexpr (std::is_same_v<Key, bool>) add_part(key ? "true" : "false");
        else if constexpr (std::is_enum_v<Key>) add(static_cast<std::underlying_type_t<Key>>(key));
        else add_number(key);
    }

    /// The text; of a topic that is too long, the parts that fit.
    [[nodiscard]] std::string_view text() const noexcept { return {text_, size_}; }
    [[nodiscard]] bool too_long() const noexcept { return too_long_; }

private:
    void add_part(std::string_view part) noexcept {
        // The first comparison keeps a part of gigabytes from being read, and the sum from overflowing.
        too_long_ = too_long_ || part.size() > max_size || size_ + detail::escaped_size(part) + 1 > max_size;
        if (!too_long_) size_ = static_cast<std::size_t>(detail::write_part(text_ + size_, part) - text_);
    }
    template <class Integer>
    void add_number(Integer number) noexcept {
        bool negative = false;
        if constexpr (std::is_signed_v<Integer>) negative = number < 0;
        auto  left = negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
        char  digits[20];  // of the largest, or of the smallest and its sign
        char* start = digits + sizeof digits;
        do *--start = static_cast<char>('0' + left % 10);
        while ((left /= 10) != 0);
        if (negative) *--start = '-';
        add_part({start, static_cast<std::size_t>(digits + sizeof digits - start)});
    }

    char        text_[max_size];
    std::size_t size_;
    bool        too_long_;
};

namespace detail {

/// What a key of an event statement points to.
template <class>
struct key_traits {
    using event = void;
    using field = void;
};
template <class Event, class Field>
struct key_traits<Field Event::*> {
    using event = Event;
    using field = std::remove_cv_t<Field>;
};
template <auto Key>
using key_field_t = typename key_traits<decltype(Key)>::field;

template <class Field>
consteval bool is_topic_key() noexcept {
    if constexpr (std::is_void_v<Field>) {
        return false;
    } else {
        constexpr field_kind kind = kind_of<Field>;
        return kind == field_kind::boolean || kind == field_kind::integer || kind == field_kind::enumeration ||
               kind == field_kind::string || kind == field_kind::string_view;
    }
}

/// An argument of `subscribe` may stand for a key field. No conversions but from text to text and integer to integer:
/// `char const*` would turn into a bool.
template <class Field, class Argument>
consteval bool stands_for_key() noexcept {
    constexpr field_kind kind = kind_of<Field>;
    if constexpr (kind == field_kind::string || kind == field_kind::string_view)
        return std::is_convertible_v<Argument const&, std::string_view> && !std::is_null_pointer_v<Argument>;
    else if constexpr (kind == field_kind::integer)
        return kind_of<Argument> == field_kind::integer;
    else
        return std::is_same_v<Field, Argument>;
}

/// `argument` as it is written where the field of a sent event stands.
template <class Field, class Argument>
decltype(auto) as_key(Argument const& argument) {
    if constexpr (kind_of<Field> == field_kind::integer) {
        auto const key = static_cast<Field>(argument);
        if (!std::cmp_equal(+key, +argument))
            throw error{errc::out_of_range, "a key of a subscription does not fit the event's integer field: no event "
                                            "could ever match it"};
        return key;
    } else {
        return (argument);
    }
}

/// The topics of one event statement.
template <class Statement>
struct topics_of;
template <class Event, auto... Keys>
struct topics_of<event<Event, Keys...>> {
    static constexpr std::size_t keys = sizeof...(Keys);

    static topic of(Event const& m) noexcept {
        topic made = topic::head_of<Event>();
        (made.add(m.*Keys), ...);
        return made;
    }
    /// What all topics begin with whose first keys are `arguments`.
    template <class... Arguments>
    static topic prefix([[maybe_unused]] Arguments const&... arguments) {
        topic made = topic::head_of<Event>();
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (made.add(as_key<type_at<I, key_field_t<Keys>...>>(arguments)), ...);
        }(std::index_sequence_for<Arguments...>{});
        return made;
    }
    template <class... Arguments>
    static consteval bool takes() noexcept {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (stands_for_key<type_at<I, key_field_t<Keys>...>, Arguments>() && ...);
        }(std::index_sequence_for<Arguments...>{});
    }
};

template <class Statement, class Event>
inline constexpr bool is_event_of = false;
template <class Event, auto... Keys>
inline constexpr bool is_event_of<event<Event, Keys...>, Event> = true;

/// The statement that declares `Event`, the first if there are several.
template <class Event, class Statements>
struct statement_of_event;
template <class Event, class... S>
struct statement_of_event<Event, type_list<S...>> {
    static consteval std::size_t position() noexcept {
        std::size_t index = 0;
        static_cast<void>(((is_event_of<S, Event> || (++index, false)) || ...));
        return index;
    }
    using type = type_at<position(), S...>;
};
template <class Protocol, class Event>
using statement_of_event_t = typename statement_of_event<Event, typename Protocol::statement_list>::type;

template <class Protocol, class Event>
using event_topics = topics_of<statement_of_event_t<Protocol, Event>>;

}  // namespace detail

/// The topic under which `m` is published by the `pub` ports of `Protocol`, which declares it as an event.
template <class Protocol, class Event>
topic topic_of(Event const& m) noexcept {
    return detail::event_topics<Protocol, Event>::of(m);
}

/// What a subscriber of `Protocol` asks for to get each `Event` whose first keys are `keys`.
/// Throws `tenon::error` if no event can have it: `errc::out_of_range` if an integer does not fit its field,
/// `errc::too_large` if the topic would be too long.
template <class Protocol, class Event, class... Keys>
topic topic_prefix(Keys const&... keys) {
    topic made = detail::event_topics<Protocol, Event>::prefix(keys...);
    if (made.too_long())
        throw error{errc::too_large, "the keys of a subscription are longer than a topic may be (255 bytes): no event "
                                     "could ever match them"};
    return made;
}

namespace detail {

// The rules below are checked where a publishing or subscribing port comes to life; see check.hpp for their form.

/// `Key` can be a key of `Event`.
template <class App, class Port, class Event, auto Key>
struct key_of_event {
    static consteval bool check() noexcept {
        constexpr bool member = std::is_same_v<typename key_traits<decltype(Key)>::event, Event>;
        static_assert(member, "tenon: a key of an event is a pointer to one of its fields (see Event and Key in the "
                              "lines around): event<price, &price::symbol>");
        static_assert(!member || is_topic_key<key_field_t<Key>>(),
                      "tenon: a key of an event is an integer, a bool, an enum, std::string or std::string_view (see "
                      "Event and Key in the lines around), since it becomes a part of the topic");
        return true;
    }
    static constexpr bool value = check();
};

/// `Event` is declared with the same keys wherever it is declared.
template <class App, class Port, class Event, class First, class Again>
struct keys_declared_once {
    static consteval bool check() noexcept {
        static_assert(std::is_same_v<First, Again>,
                      "tenon: this event is declared twice in the port's protocol, with different keys (see First and "
                      "Again in the lines around); which topic is meant?");
        return true;
    }
    static constexpr bool value = check();
};

template <class App, class Port, class Statement>
struct topics_of_statement {
    static constexpr bool value = true;
};
template <class App, class Port, class Event, auto... Keys>
struct topics_of_statement<App, Port, event<Event, Keys...>> {
    using first = statement_of_event_t<typename Port::protocol_type, Event>;
    static constexpr bool value = keys_declared_once<App, Port, Event, first, event<Event, Keys...>>::value &&
                                  (key_of_event<App, Port, Event, Keys>::value && ...);
};

/// Every event of the port's protocol has a topic.
template <class App, class Port, class Statements = typename Port::protocol_type::statement_list>
struct check_topics;
template <class App, class Port, class... S>
struct check_topics<App, Port, type_list<S...>> {
    static constexpr bool value = (topics_of_statement<App, Port, S>::value && ...);
};

/// `Message` is an event of the port's protocol, and `Arguments` stand for its first keys.
template <class App, class Port, class Message, class... Arguments>
struct subscription_of_port {
    using protocol                 = typename Port::protocol_type;
    static constexpr bool declared = protocol::events::template contains<Message>;

    static consteval bool check() noexcept {
        static_assert(declared, "tenon: this message is not an event of the port's protocol (see Port and Message in "
                                "the lines around); add event<Message> to it");
        if constexpr (declared) {
            using topics         = event_topics<protocol, Message>;
            constexpr bool fewer = sizeof...(Arguments) <= topics::keys;
            static_assert(fewer, "tenon: more keys are given than the protocol declares for this event (see Message "
                                 "and Arguments in the lines around); declare them: event<price, &price::symbol>");
            if constexpr (fewer) {
                constexpr bool right = topics::template takes<Arguments...>();
                static_assert(right, "tenon: a key is given that is not of its field's type (see Message and Arguments "
                                     "in the lines around); keys are given in the order of event<Event, Keys...>");
                return right;
            }
        }
        return false;
    }
    static constexpr bool value = check();
};

}  // namespace detail

}  // namespace tenon
