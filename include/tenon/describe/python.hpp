// A protocol as a Python module: dataclasses, encode and decode, a client and a server over pyzmq.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/describe/model.hpp>
#include <tenon/describe/python/names.hpp>
#include <tenon/describe/python/peers.hpp>
#include <tenon/describe/python/values.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>
#include <tenon/protocol/fingerprint.hpp>
#include <tenon/protocol/statement.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::description {

namespace detail {

/// A type in Python: as people write it, and the object that knows how it travels.
struct python_type {
    std::string annotation;
    std::string kind;
};

template <class T>
std::string python_number(T value) {
    if constexpr (std::is_signed_v<T>)
        if (value < 0) return "-" + core::digits(0ull - static_cast<unsigned long long>(value));
    return core::digits(static_cast<unsigned long long>(value));
}

/// `prefix(a, b)`.
inline std::string call(std::string_view prefix, std::vector<std::string> const& arguments, char open = '(',
                        std::string_view separator = ", ") {
    std::string made{prefix};
    made += open;
    for (std::string const& each : arguments) {
        if (&each != arguments.data()) made += separator;
        made += each;
    }
    return made + (open == '(' ? ')' : ']');
}

/// Collects the classes of a protocol: each struct once, by a name of its own.
class python_writer {
public:
    /// The name of the class for message `M`, which is written if it is new.
    template <class M>
    std::string add_message(std::vector<std::string_view> const& keys) {
        entry& added = made_[index_of<M>(message_name<M>)];
        if (!std::exchange(added.is_message, true)) {
            std::vector<std::string> own;
            auto const names = python_field_names<M>();
            for (std::string_view const key : keys) own.push_back(python_text(names[position_of_field<M>(key)]));
            std::string list = call("", own);
            if (own.size() == 1) list.insert(list.size() - 1, ",");
            added.text += core::concat({field_count<M> == 0 ? "" : "\n", "    NAME = ", python_text(message_name<M>),
                                        "\n    KEYS = ", list, "\n"});
        }
        return added.name;
    }
    /// The classes, and what is known only when there are all.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (entry const& each : made_)
            all += core::concat({"\n\n@dataclasses.dataclass\nclass ", each.name, ":\n",
                                 each.text.empty() ? "    pass\n" : each.text});
        all += "\n\n";
        for (entry const& each : made_)
            all += core::concat({each.name, ".FIELDS = (", each.fields, each.fields.empty() ? ")\n" : "\n)\n"});
        return all;
    }

private:
    struct entry {
        core::type_id type;
        std::string   name;
        std::string   text;    ///< The body of the class.
        std::string   fields;  ///< Wire name, name and kind of each field.
        bool          is_message = false;
    };

    /// Where the class for struct `T` is; it is written if it is new.
    template <class T>
    std::size_t index_of(std::string_view wanted) {
        auto const same = [](entry const& each) { return each.type == &core::id_of_type<T>; };
        auto const at   = static_cast<std::size_t>(std::find_if(made_.begin(), made_.end(), same) - made_.begin());
        if (at == made_.size()) {
            // It is in its place before it is written, since it may hold a list of itself.
            auto const is_taken = [this](std::string const& text) {
                return std::any_of(made_.begin(), made_.end(), [&](entry const& each) { return each.name == text; });
            };
            made_.push_back({&core::id_of_type<T>, unused_name(python_class_name(wanted), is_taken), {}, {}});
            write<T>(at);
        }
        return at;
    }

    template <class T>
    static std::size_t position_of_field(std::string_view name) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            std::size_t found = 0;
            (void(found = field_name<T, I> == name ? I : found), ...);
            return found;
        }(std::make_index_sequence<field_count<T>>{});
    }

    template <class T>
    void write(std::size_t at) {
        // Only optional fields at the end may be left out: Python wants those with a default last.
        std::size_t required = 0;
        auto const  own      = python_field_names<T>();
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((kind_of<field_type<T, I>> != field_kind::optional ? void(required = I + 1) : void()), ...);
            (add_field(at, field_name<T, I>, own[I], type_of<field_type<T, I>>(), type_name_of<field_type<T, I>>(),
                       I >= required),
             ...);
        }(std::make_index_sequence<field_count<T>>{});
    }
    void add_field(std::size_t at, std::string_view name, std::string const& own, python_type const& type,
                   std::string_view described, bool may_be_absent) {
        made_[at].text += core::concat(
            {"    ", own, ": ", type.annotation, may_be_absent ? " = None" : "", "  # ", described, "\n"});
        made_[at].fields += core::concat({"\n    (", python_text(name), ", ", python_text(own), ", ", type.kind, "),"});
    }

    template <class... Ts>
    python_type combined(std::string_view kind, std::string_view separator) {
        std::vector<std::string> kinds, annotations;
        (
            [&] {
                python_type inner = type_of<Ts>();
                kinds.push_back(std::move(inner.kind));
                annotations.push_back(std::move(inner.annotation));
            }(),
            ...);
        std::string list = call("tuple", annotations, '[', separator);
        if (separator == " | ") list.insert(6, "int, ");
        return {std::move(list), call(kind, kinds)};
    }
    template <class T>
    python_type list_of(std::initializer_list<std::string> size) {
        python_type              inner = type_of<typename T::value_type>();
        std::vector<std::string> arguments{std::move(inner.kind)};
        arguments.insert(arguments.end(), size.begin(), size.end());
        return {core::concat({"list[", inner.annotation, "]"}), call("_List", arguments)};
    }
    template <class T>
    static python_type enum_type() {
        using number = std::underlying_type_t<T>;
        if constexpr (requires { traits<T>::values; }) {
            std::vector<std::string> values;
            for (T const each : traits<T>::values) values.push_back(python_number(static_cast<number>(each)));
            return {"int", call("_Enum", values)};
        } else {
            return integer_type<number>();
        }
    }
    template <class T>
    static python_type integer_type() {
        return {"int", call("_Int", {python_number(std::numeric_limits<T>::min()),
                                     python_number(std::numeric_limits<T>::max())})};
    }

    template <class T>
    python_type type_of() {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (kind == field_kind::boolean) return {"bool", "_Bool()"};
        else if constexpr (kind == field_kind::integer) return integer_type<T>();
        else if constexpr (kind == field_kind::floating) return {"float", "_Float()"};
        else if constexpr (kind == field_kind::enumeration) return enum_type<T>();
        else if constexpr (kind == field_kind::string || kind == field_kind::string_view) return {"str", "_Text()"};
        else if constexpr (kind == field_kind::blob && core::tuple_like<T>)
            return {"bytes", call("_Blob", {core::digits(std::tuple_size_v<T>)})};
        else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) return {"bytes", "_Blob()"};
        else if constexpr (kind == field_kind::sequence || kind == field_kind::span) return list_of<T>({});
        else if constexpr (kind == field_kind::array) return list_of<T>({core::digits(std::tuple_size_v<T>)});
        else if constexpr (kind == field_kind::optional) {
            python_type const inner = type_of<typename T::value_type>();
            return {inner.annotation + " | None", call("_Optional", {inner.kind})};
        } else if constexpr (kind == field_kind::map) {
            python_type const key = type_of<typename T::key_type>(), inner = type_of<typename T::mapped_type>();
            return {call("dict", {key.annotation, inner.annotation}, '['), call("_Map", {key.kind, inner.kind})};
        } else if constexpr (kind == field_kind::variant) {
            return [this]<class... Ts>(std::variant<Ts...> const*) {
                return this->template combined<Ts...>("_Variant", " | ");
            }(static_cast<T const*>(nullptr));
        } else if constexpr (kind == field_kind::tuple) {
            return [this]<std::size_t... I>(std::index_sequence<I...>) {
                return this->template combined<std::tuple_element_t<I, T>...>("_Row", ", ");
            }(std::make_index_sequence<std::tuple_size_v<T>>{});
        } else if constexpr (kind == field_kind::duration) return type_of<typename T::rep>();
        else if constexpr (kind == field_kind::empty) return {"None", "_Null()"};
        else if constexpr (kind == field_kind::attachment) return {"bytes", "_Attachment()"};
        else {
            std::string const name = made_[index_of<T>(core::unqualified_name<T>())].name;
            return {name, call("_Struct", {name})};
        }
    }

    std::vector<entry> made_;
};

/// The tables of a protocol and its handler, statement by statement.
class python_module {
public:
    template <class S>
    void add_statement() {
        if constexpr (core::is_request<S>) {
            std::string const question = classes_.add_message<typename S::to_server>({});
            std::string const reply    = classes_.add_message<typename S::to_client>({});
            replies_ += core::concat({"    ", question, ": ", reply, ",\n"});
            add_handler(question, reply);
        } else if constexpr (core::is_command<S>) {
            std::string const command = classes_.add_message<typename S::to_server>({});
            commands_ += core::concat({"    ", command, ",\n"});
            add_handler(command, "None");
        } else {
            std::string const event = classes_.add_message<typename S::to_client>(keys_of_statement<S>::names());
            events_ += core::concat({"    ", event, ",\n"});
        }
    }
    [[nodiscard]] std::string text(std::string_view title, definition const& ours) {
        std::string const refusal  = classes_.add_message<failure>({});
        std::string const question = classes_.add_message<core::describe_question>({});
        replies_ += core::concat({"    ", question, ": ", classes_.add_message<definition>({}), ",\n"});
        std::string all = core::concat({"\"\"\"", python_escaped(title), R"(

Printed by Tenon from the protocol's C++ types; do not edit. Needs pyzmq, and msgpack for the format of that name.
"""

from __future__ import annotations

import base64
import collections
import dataclasses
import json
import math
import re
import time
import traceback

import zmq

try:
    import msgpack
except ImportError:
    msgpack = None

# The protocol in Tenon's words, and their hash: what peers compare.
DEFINITION = ()"});
        for (std::string_view left = ours.text; !left.empty();) {
            std::size_t const end = left.find('\n') + 1;
            all += core::concat({"\n    ", python_text(left.substr(0, end))});
            left.remove_prefix(end);
        }
        all += core::concat({ours.text.empty() ? "\"\")" : "\n)", "\nFINGERPRINT = ", core::digits(ours.fingerprint()),
                             "\n\n\n", python_values, classes_.text(), "\nREPLIES = {\n", replies_,
                             "}\nCOMMANDS = [\n", commands_, "]\nEVENTS = [\n", events_,
                             "]\nMESSAGES = [*REPLIES, *REPLIES.values(), *COMMANDS, *EVENTS, ", refusal, "]\n\n\n",
                             python_peers, R"(

class Handler:
    """What a server does with what it gets. `peer` is whom `self.server.send` sends events to. A method that raises
    Failure refuses the request with it."""

    server = None
)",
                             handlers_});
        return all;
    }

private:
    void add_handler(std::string_view message, std::string_view reply) {
        handlers_ += core::concat({"\n    def on_", message, "(self, message: ", message, ", peer) -> ", reply,
                                   ":\n        raise NotImplementedError\n"});
    }

    python_writer classes_;
    std::string   replies_, commands_, events_, handlers_;
};

template <class... S>
std::string python_text_of(std::string_view title, definition const& ours, core::type_list<S...>) {
    python_module made;
    (made.add_statement<S>(), ...);
    return made.text(title, ours);
}

}  // namespace detail

/// A Python module for peers of a protocol, as text: a dataclass for each struct, `encode`, `multipart` and `decode`
/// for json and msgpack in both layouts, `topic`, a `Client` with timeouts, a `Server`, and a `Handler` to derive from.
/// It needs pyzmq, and nothing of Tenon. `title` is its first line. docs/python.md has an example.
template <class Protocol>
[[nodiscard]] std::string python(std::string_view title = "Messages and peers of a protocol.") {
    return detail::python_text_of(title, definition_of<Protocol>(), typename Protocol::statement_list{});
}

}  // namespace tenon::description
