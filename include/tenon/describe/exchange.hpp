// A chain of messages as data: who sends what to whom, and which frames go in at one socket and come out at the other.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/describe/model.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topic.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::description {

/// One message on its way.
struct exchange_step {
    std::size_t    from = none, to = none;  ///< Participants by their position.
    tenon::pattern sends{}, receives{};
    meaning        kind{};
    message        what;
    /// What goes into the sender's socket and what comes out of the receiver's, frame by frame, for people: `'ping,
    /// count'` stands for an encoded message, `''` for the empty delimiter, other words for what stands there.
    std::vector<std::string> in, out;
};

/// A chain with its participants in the order of their first words.
struct exchange {
    std::string                   title;
    std::vector<std::string_view> notes;
    std::vector<std::string>      participants;
    std::vector<exchange_step>    steps;
};

namespace detail {

/// What a peer's identity is called: "ping_uuid" for a "PingProc" as for a "ping_process" or "ping_app".
inline std::string identity_name(std::string_view participant) {
    constexpr auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    std::string    name;
    char           before = '_';
    for (char const c : participant) {
        if (is_upper(c) && before != '_' && !is_upper(before)) name += '_';
        name += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
        before = c;
    }
    for (std::string_view const ending : {"_process", "_proc", "_app"})
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.resize(name.size() - ending.size());
            break;
        }
    return name + "_uuid";
}

/// `'ping, count'`: the name of the message and of its fields.
inline std::string body_text(message const& m) {
    std::string text{"'"};
    text += m.name;
    for (field const& each : m.fields) text.append(", ").append(each.name);
    return text + "'";
}

/// `price/<symbol>/`, as topic.hpp makes it.
inline std::string topic_text(message const& m, std::vector<std::string_view> const& keys) {
    std::string text{m.name};
    text += '/';
    for (std::string_view const key : keys) text.append("<").append(key).append(">/");
    return text;
}

/// The frames around the body, as they are between the two sockets.
struct wire_frames {
    std::vector<std::string> before, after;
};

/// What stands around a message on its way from or to a client's socket: the formats of docs/wire-formats.md.
inline wire_frames frames_between(tenon::pattern client, meaning kind, std::string topic, bool sequenced) {
    using enum tenon::pattern;
    wire_frames made;
    if (client == sub || client == xsub) {
        made.before = {std::move(topic)};
        if (sequenced) made.after = {"number"};
    } else if (client == req || ((client == dealer || client == pair) && kind == meaning::event)) {
        made.before = {"''"};
    } else if (client == dealer || client == pair) {
        made.before = {"id", "''"};
    }
    return made;
}

/// The same as a socket hands it over or takes it: REQ and REP see to the envelope themselves, ROUTER puts the peer's
/// identity in front.
inline std::vector<std::string> frames_at(tenon::pattern socket, wire_frames const& wire, std::string_view client,
                                          std::string const& body) {
    using enum tenon::pattern;
    std::vector<std::string> frames;
    if (socket == router) frames.push_back(identity_name(client));
    if (socket != req && socket != rep) frames.insert(frames.end(), wire.before.begin(), wire.before.end());
    frames.push_back(body);
    frames.insert(frames.end(), wire.after.begin(), wire.after.end());
    return frames;
}

template <class Protocol, class Message, bool ToServer>
constexpr meaning meaning_of() noexcept {
    if constexpr (ToServer)
        return std::is_void_v<typename Protocol::template reply_to<Message>> ? meaning::command : meaning::request;
    else
        return Protocol::events::template contains<Message> ? meaning::event : meaning::reply;
}

template <class Protocol, class Message>
std::vector<std::string_view> keys_of_event() {
    if constexpr (Protocol::events::template contains<Message>)
        return keys_of_statement<core::statement_of_event_t<Protocol, Message>>::names();
    else
        return {};
}

inline std::size_t position_of(std::vector<std::string>& participants, std::string_view name) {
    auto const found = std::find(participants.begin(), participants.end(), name);
    auto const index = static_cast<std::size_t>(found - participants.begin());
    if (found == participants.end()) participants.emplace_back(name);
    return index;
}

/// Fills in the frames of a step between the two sockets that it names.
inline void add_frames(exchange_step& made, tenon::pattern client, std::string_view client_name,
                       std::vector<std::string_view> const& keys, bool sequenced) {
    wire_frames const wire = frames_between(client, made.kind, topic_text(made.what, keys), sequenced);
    std::string const body = body_text(made.what);
    made.in                = frames_at(made.sends, wire, client_name, body);
    made.out               = frames_at(made.receives, wire, client_name, body);
}

template <class Step>
void add_step(exchange& all, core::type_tag<Step>) {
    using protocol = typename Step::link_type::protocol_type;
    using sender   = typename Step::sender;
    using receiver = typename Step::receiver;
    using client   = typename Step::link_type::client;
    using server   = typename Step::link_type::server;
    using m        = typename Step::message_type;

    exchange_step made;
    made.from     = position_of(all.participants, sender::role_type::name);
    made.to       = position_of(all.participants, receiver::role_type::name);
    made.sends    = sender::port_type::pattern;
    made.receives = receiver::port_type::pattern;
    made.kind     = meaning_of<protocol, m, Step::to_server>();
    made.what     = message_of<m>();

    add_frames(made, client::port_type::pattern, client::role_type::name, keys_of_event<protocol, m>(),
               server::port_type::options::sequence::numbers);
    all.steps.push_back(std::move(made));
}

}  // namespace detail

/// The chain as data.
template <std::size_t Notes, class... Steps>
[[nodiscard]] exchange model(message_chain<Notes, Steps...> const& chain) {
    exchange all{std::string{chain.title}, {chain.notes.begin(), chain.notes.end()}, {}, {}};
    (detail::add_step(all, tenon::detail::type_tag<Steps>{}), ...);
    return all;
}

}  // namespace tenon::description
