// An application as data: its messages, protocols, participants, ports and links, for those who print or compare it.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/id.hpp>
#include <tenon/message/reflect.hpp>
#include <tenon/protocol/opaque.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/statement.hpp>
#include <tenon/protocol/topology.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::description {

/// In place of a position where there is none.
inline constexpr std::size_t none = tenon::detail::npos;

/// A field by its wire name, its type in the words of message/id.hpp: `i32`, `str`, `[f64]`, `str?`.
struct field {
    std::string_view name;
    std::string      type;
};

struct message {
    std::string_view   name;
    std::uint32_t      id = 0;
    std::vector<field> fields;
};

/// What a message is in the conversation.
enum class meaning { request, reply, command, event };

/// A statement of a protocol; messages by their position in the application.
struct statement {
    meaning                       kind{};  ///< request, command or event
    std::size_t                   message = none;
    std::size_t                   reply   = none;  ///< only of a request
    std::vector<std::string_view> keys{};          ///< only of an event: the fields that make its topic
};

struct protocol {
    std::vector<statement> statements;
};

struct participant {
    std::string_view name;
    std::string_view codec;  ///< Empty if it is not known.
    bool             many    = false;
    bool             foreign = false;  ///< No Tenon process: only the ports that are linked are known.
    std::string_view app{};            ///< The name of its app's type; empty if it has none.
};

struct port {
    std::size_t      participant = none;
    std::string_view name;
    tenon::pattern   pattern{};
    bool             is_server = false;
    bool             is_open   = false;
    bool             sequenced = false;  ///< Its events carry numbers.
    std::size_t      protocol  = none;   ///< None if it is opaque.
};

/// Two ports by their positions: the one that connects and the one that binds.
struct link {
    std::size_t connects = none;
    std::size_t binds    = none;
};

/// A whole application. Things refer to each other by position.
struct application {
    std::vector<message>     messages;
    std::vector<protocol>    protocols;
    std::vector<participant> participants;
    std::vector<port>        ports;
    std::vector<link>        links;
};

namespace detail {

namespace core = tenon::detail;

/// Text as `describe_type` writes it.
struct type_text {
    std::string text;

    void add(char c) { text += c; }
    void add(std::string_view more) { text += more; }
    void add_number(std::uintmax_t number) { text += core::digits(number); }
};

template <class T>
std::string type_name_of() {
    type_text out;
    core::describe_type<T>(out);
    return std::move(out.text);
}

template <class M>
message message_of() {
    message made{message_name<M>, message_id<M>, {}};
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (made.fields.push_back({field_name<M, I>, type_name_of<field_type<M, I>>()}), ...);
    }(std::make_index_sequence<field_count<M>>{});
    return made;
}

/// The wire name of the field that `Key` points to.
template <class Event, auto Key>
std::string_view name_of_key() {
    Event const      object{};
    void const*      wanted = std::addressof(object.*Key);
    std::string_view name;
    for_each_field(object, [&](auto const& each, auto index) {
        if (static_cast<void const*>(std::addressof(each)) == wanted) name = field_name<Event, index>;
    });
    return name;
}

template <class Statement>
struct keys_of_statement {
    static std::vector<std::string_view> names() { return {}; }
};
template <class Event, auto... Keys>
struct keys_of_statement<event<Event, Keys...>> {
    static std::vector<std::string_view> names() { return {name_of_key<Event, Keys>()...}; }
};

template <class Codec>
constexpr std::string_view codec_name() noexcept {
    if constexpr (std::is_void_v<Codec>)
        return {};
    else
        return Codec::name;
}

template <class Process>
constexpr std::string_view app_name() noexcept {
    if constexpr (core::is_foreign<Process>)
        return {};
    else
        return core::unqualified_name<typename Process::app_type>();
}

/// Puts an application together, each type once.
struct collector {
    application                made;
    std::vector<core::type_id> messages, protocols, roles, ends;

    /// The position of `T` in `list` and `known`, where `make()` puts it if it is new.
    template <class T, class Make>
    static std::size_t find(std::vector<core::type_id>& known, Make make) {
        auto const found = std::find(known.begin(), known.end(), &core::id_of_type<T>);
        auto const index = static_cast<std::size_t>(found - known.begin());
        if (found == known.end()) {
            known.push_back(&core::id_of_type<T>);
            make();
        }
        return index;
    }
    template <class M>
    std::size_t add_message() {
        return find<M>(messages, [&] { made.messages.push_back(message_of<M>()); });
    }
    template <class S>
    statement add_statement() {
        if constexpr (core::is_request<S>)
            return {meaning::request, add_message<typename S::to_server>(), add_message<typename S::to_client>()};
        else if constexpr (core::is_command<S>)
            return {meaning::command, add_message<typename S::to_server>()};
        else
            return {meaning::event, add_message<typename S::to_client>(), none, keys_of_statement<S>::names()};
    }
    template <class... S>
    std::size_t add_protocol(core::type_list<S...>) {
        return find<core::type_list<S...>>(protocols, [&] { made.protocols.push_back({{add_statement<S>()...}}); });
    }
    template <class Role>
    std::size_t add_role() {
        using process = typename Role::process_type;
        return find<Role>(roles, [&] {
            made.participants.push_back({Role::name, codec_name<typename process::codec_type>(), Role::is_many,
                                         core::is_foreign<process>, app_name<process>()});
        });
    }
    template <class End>
    std::size_t add_end() {
        using is               = typename End::port_type;
        using statements       = typename is::protocol_type::statement_list;
        std::size_t const role = add_role<typename End::role_type>();
        std::size_t const talk = core::is_opaque<is> ? none : add_protocol(statements{});
        return find<End>(ends, [&] {
            made.ports.push_back(
                {role, is::name, is::pattern, is::is_server, false, is::options::sequence::numbers, talk});
        });
    }
    template <class Role, class... Ports>
    void add_ports(port_list<Ports...>) {
        (add_end<role_end<Role, Ports>>(), ...);
    }
    template <class Part>
    void add_part() {
        if constexpr (core::is_open_end<Part>)
            made.ports[add_end<typename Part::end>()].is_open = true;
        else
            made.links.push_back({add_end<typename Part::from>(), add_end<typename Part::to>()});
    }
    template <class... Roles>
    void add_roles(core::type_list<Roles...>) {
        (add_role<Roles>(), ...);
        (add_ports<Roles>(typename core::ports_of_process<typename Roles::process_type>::type{}), ...);
    }
};

}  // namespace detail

/// The application that a topology declares. Participants, messages and protocols come in the order in which they are
/// first mentioned; the ports of a process in that of its app.
template <class... Parts>
[[nodiscard]] application model(wiring<Parts...>) {
    detail::collector all;
    all.add_roles(typename wiring<Parts...>::role_list{});
    (all.template add_part<Parts>(), ...);
    return std::move(all.made);
}

}  // namespace tenon::description
