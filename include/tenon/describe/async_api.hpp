// AsyncAPI 3 documents: what one process takes and sends at its ports.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/describe/json_schema.hpp>
#include <tenon/describe/json_text.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/fixed_string.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/statement.hpp>
#include <tenon/protocol/topology.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::description {

/// What a document says of itself.
struct document_info {
    std::string_view title;
    std::string_view version = "1.0.0";
};

namespace detail {

/// Puts the document together, port by port.
class async_api_writer {
public:
    template <class Port>
    void add_port() {
        using statements = typename Port::protocol_type::statement_list;
        std::vector<std::string> keys;
        add_messages(schemas_, keys, statements{});
        json_text messages = object();
        for (std::string const& each : keys) {
            messages.member(each, reference({"#/components/messages/", each}));
            if (known_.insert_if_new(each)) messages_.member(each, message_object(each));
        }
        channels_.member(Port::name, object()
                                         .member("address", "null")
                                         .member("description", json_string(port_text<Port>()))
                                         .member("messages", messages.done())
                                         .done());
        add_operations<Port>(statements{});
    }
    [[nodiscard]] std::string done(document_info const& info) const {
        std::string const about =
            object().member("title", json_string(info.title)).member("version", json_string(info.version)).done();
        std::string const components =
            object().member("messages", messages_.done()).member("schemas", schemas_.definitions()).done();
        return laid_out(object()
                            .member("asyncapi", json_string("3.0.0"))
                            .member("info", about)
                            .member("defaultContentType", json_string("application/json"))
                            .member("channels", channels_.done())
                            .member("operations", operations_.done())
                            .member("components", components)
                            .done());
    }

private:
    struct name_set {
        std::vector<std::string> names;

        bool insert_if_new(std::string const& name) {
            if (std::find(names.begin(), names.end(), name) != names.end()) return false;
            names.push_back(name);
            return true;
        }
    };

    static std::string reference(std::initializer_list<std::string_view> pieces) {
        return object().member("$ref", json_string(core::concat(pieces))).done();
    }
    template <class Port>
    static std::string port_text() {
        std::string_view const side = Port::is_server ? "server" : "client";
        return core::concat({"A ", name_of(Port::pattern), " port on the ", side, " side of its protocol"});
    }
    [[nodiscard]] std::string message_object(std::string const& key) const {
        return object().member("name", json_string(key)).member("payload", schemas_.reference(key)).done();
    }

    template <class Port, class... S>
    void add_operations(core::type_list<S...>) {
        (add_operation<Port, S>(), ...);
    }
    template <class Port, class S>
    void add_operation() {
        constexpr bool to_server = !core::is_event<S>;
        if constexpr (core::is_event<S>)
            add_operation<Port>(schemas_.message_key<typename S::to_client>(), to_server == Port::is_server, {});
        else if constexpr (core::is_command<S>)
            add_operation<Port>(schemas_.message_key<typename S::to_server>(), to_server == Port::is_server, {});
        else
            add_operation<Port>(schemas_.message_key<typename S::to_server>(), to_server == Port::is_server,
                                {schemas_.message_key<typename S::to_client>(), schemas_.message_key<failure>()});
    }
    template <class Port>
    void add_operation(std::string const& message, bool arrives, std::vector<std::string> const& replies) {
        std::string const channel = reference({"#/channels/", Port::name});
        auto const        list    = [](std::vector<std::string> const& keys) {
            json_text all = array();
            for (std::string const& each : keys)
                all.element(reference({"#/channels/", Port::name, "/messages/", each}));
            return all.done();
        };
        json_text made = object();
        made.member("action", json_string(arrives ? "receive" : "send"))
            .member("channel", channel)
            .member("messages", list({message}));
        if (!replies.empty())
            made.member("reply", object().member("channel", channel).member("messages", list(replies)).done());
        operations_.member(core::concat({Port::name, ".", message}), made.done());
    }

    schema_writer schemas_{"#/components/schemas/", schema_draft::draft_07};
    json_text     channels_ = object(), operations_ = object(), messages_ = object();
    name_set      known_;
};

}  // namespace detail

/// An AsyncAPI 3.0 document for one participant that speaks `codec::json`: its ports are the channels, the statements
/// of their protocols the operations, `receive` where the message arrives here, and schemas (draft-07, which AsyncAPI
/// prescribes) are those of `json_schema`. Channels have no address: that is decided when processes are started.
template <class Process, tenon::detail::fixed_string Name, bool Many>
[[nodiscard]] std::string async_api(role<Process, Name, Many>, document_info const& info) {
    static_assert(!tenon::detail::is_foreign<Process>,
                  "tenon: async_api(participant, ...) needs to know all its ports, so it takes a Tenon process");
    detail::async_api_writer all;
    if constexpr (!tenon::detail::is_foreign<Process>) {
        static_assert(std::string_view{Process::codec_type::name} == "json",
                      "tenon: async_api(participant, ...) describes what codec::json writes; this process has another "
                      "codec");
        [&]<class... Ports>(port_list<Ports...>) {
            (all.template add_port<Ports>(), ...);
        }(typename tenon::detail::ports_of_process<Process>::type{});
    }
    return all.done(info);
}

}  // namespace tenon::description
