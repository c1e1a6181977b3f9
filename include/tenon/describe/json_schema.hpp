// JSON Schema (draft 2020-12) for messages as codec::json writes them.
#pragma once

#include <tenon/codec/json/base64.hpp>
#include <tenon/core/error.hpp>
#include <tenon/describe/json_text.hpp>
#include <tenon/describe/model.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/reflect.hpp>
#include <tenon/protocol/statement.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::description {

namespace detail {

template <class T>
std::string number_text(T value) {
    if constexpr (std::is_signed_v<T>)
        if (value < 0) return "-" + core::digits(0ull - static_cast<unsigned long long>(value));
    return core::digits(static_cast<unsigned long long>(value));
}

/// How a draft of JSON Schema says what stands at each place of an array.
enum class schema_draft { draft_07, draft_2020_12 };

/// Writes schemas, and collects those of structs and messages: each once, by a name of its own.
class schema_writer {
public:
    /// `where` is what references begin with, such as `#/$defs/`.
    schema_writer(std::string_view where, schema_draft draft)
        : where_{where}, places_{draft == schema_draft::draft_07 ? "items" : "prefixItems"} {}

    /// The name under which the schema of the whole frame of `M` is found, `["ping",3]`.
    template <class M>
    std::string message_key() {
        return key<message_tag<M>>(message_name<M>, [this] { return message_schema<M>(); });
    }
    [[nodiscard]] std::string reference(std::string_view to) const {
        return object().member("$ref", json_string(core::concat({where_, to}))).done();
    }
    /// All schemas that were referred to, as the members of an object.
    [[nodiscard]] std::string definitions() const {
        json_text all = object();
        for (definition const& each : made_) all.member(each.name, each.schema);
        return all.done();
    }

private:
    struct definition {
        core::type_id type;
        std::string   name;
        std::string   schema;
    };
    template <class M>
    struct message_tag {};

    template <class Key, class Make>
    std::string key(std::string_view name, Make make) {
        auto const same = [](definition const& each) { return each.type == &core::id_of_type<Key>; };
        auto       at   = static_cast<std::size_t>(std::find_if(made_.begin(), made_.end(), same) - made_.begin());
        if (at == made_.size()) {
            // It is in its place before it is written, since it may refer to itself.
            made_.push_back({&core::id_of_type<Key>, unused_name(name), {}});
            std::string schema = make();
            made_[at].schema   = std::move(schema);
        }
        return made_[at].name;
    }
    /// `point`, or `point_2` for another struct of that name. Only characters that need no escape in a reference.
    [[nodiscard]] std::string unused_name(std::string_view wanted) const {
        std::string name{wanted};
        for (char& c : name)
            if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_')) c = '_';
        auto const taken = [this](std::string const& text) {
            return std::any_of(made_.begin(), made_.end(), [&](definition const& each) { return each.name == text; });
        };
        std::string free = name;
        for (unsigned count = 2; taken(free); ++count) free = name + "_" + core::digits(count);
        return free;
    }

    template <class M>
    std::string message_schema() {
        std::string data;
        if constexpr (field_count<M> == 0)
            data = type("null").done();
        else if constexpr (field_count<M> == 1)
            data = schema<field_type<M, 0>>();
        else
            data = object_schema<M>();
        std::string const name = object().member("const", json_string(message_name<M>)).done();
        return row(array().element(name).element(data).done(), 2);
    }

    static json_text type(std::string_view name) {
        json_text made = object();
        made.member("type", json_string(name));
        return made;
    }
    /// An array with a schema for each place.
    [[nodiscard]] std::string row(std::string_view places, std::size_t size) const {
        std::string const count = core::digits(size);
        json_text         made  = type("array");
        if (size != 0) made.member(places_, places);
        return made.member("minItems", count).member("maxItems", count).done();
    }

    template <class T>
    std::string object_schema() {
        json_text members = object(), needed = array();
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (members.member(field_name<T, I>, schema<field_type<T, I>>()), ...);
            (add_if_required<T, I>(needed), ...);
        }(std::make_index_sequence<field_count<T>>{});
        return type("object")
            .member("properties", members.done())
            .member("required", needed.done())
            .member("additionalProperties", "false")
            .done();
    }
    template <class T, std::size_t I>
    static void add_if_required(json_text& needed) {
        if constexpr (kind_of<field_type<T, I>> != field_kind::optional) needed.element(json_string(field_name<T, I>));
    }

    template <class E>
    static std::string enum_schema() {
        using number = std::underlying_type_t<E>;
        if constexpr (requires { traits<E>::values; }) {
            json_text values = array();
            for (E const each : traits<E>::values) values.element(number_text(static_cast<number>(each)));
            return object().member("enum", values.done()).done();
        } else {
            return integer_schema<number>();
        }
    }
    template <class T>
    static std::string integer_schema() {
        if constexpr (std::is_same_v<T, bool>)
            return type("integer").member("minimum", "0").member("maximum", "1").done();
        else
            return type("integer")
                .member("minimum", number_text(std::numeric_limits<T>::min()))
                .member("maximum", number_text(std::numeric_limits<T>::max()))
                .done();
    }
    template <class T>
    static std::string blob_schema() {
        json_text made = type("string");
        made.member("contentEncoding", json_string("base64"));
        if constexpr (kind_of<T> == field_kind::blob && core::tuple_like<T>) {
            std::string const size = core::digits(codec::detail::json::base64_size(std::tuple_size_v<T>));
            made.member("minLength", size).member("maxLength", size);
        }
        return made.done();
    }
    template <class T>
    std::string map_schema() {
        json_text made = type("object");
        made.member("additionalProperties", schema<typename T::mapped_type>());
        if constexpr (kind_of<typename T::key_type> == field_kind::integer)
            made.member("propertyNames", object().member("pattern", json_string("^(0|-?[1-9][0-9]*)$")).done());
        return made.done();
    }
    template <class... Ts>
    std::string variant_schema(std::variant<Ts...> const*) {
        json_text   choices = array();
        std::size_t index   = 0;
        (choices.element(row(array()
                                 .element(object().member("const", core::digits(index++)).done())
                                 .element(schema<Ts>())
                                 .done(),
                             2)),
         ...);
        return object().member("oneOf", choices.done()).done();
    }
    template <class T>
    std::string tuple_schema() {
        json_text places = array();
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (places.element(schema<std::tuple_element_t<I, T>>()), ...);
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
        return row(places.done(), std::tuple_size_v<T>);
    }

    template <class T>
    std::string schema() {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (kind == field_kind::boolean) {
            return type("boolean").done();
        } else if constexpr (kind == field_kind::integer) {
            return integer_schema<T>();
        } else if constexpr (kind == field_kind::floating) {
            return type("number").done();
        } else if constexpr (kind == field_kind::enumeration) {
            return enum_schema<T>();
        } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
            return type("string").done();
        } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
            return blob_schema<T>();
        } else if constexpr (kind == field_kind::sequence || kind == field_kind::span) {
            return type("array").member("items", schema<typename T::value_type>()).done();
        } else if constexpr (kind == field_kind::array) {
            std::string const size = core::digits(std::tuple_size_v<T>);
            return type("array")
                .member("items", schema<typename T::value_type>())
                .member("minItems", size)
                .member("maxItems", size)
                .done();
        } else if constexpr (kind == field_kind::optional) {
            return object()
                .member("anyOf", array().element(schema<typename T::value_type>()).element(type("null").done()).done())
                .done();
        } else if constexpr (kind == field_kind::map) {
            return map_schema<T>();
        } else if constexpr (kind == field_kind::variant) {
            return variant_schema(static_cast<T const*>(nullptr));
        } else if constexpr (kind == field_kind::tuple) {
            return tuple_schema<T>();
        } else if constexpr (kind == field_kind::duration) {
            return schema<typename T::rep>();
        } else if constexpr (kind == field_kind::empty) {
            return type("null").done();
        } else if constexpr (kind == field_kind::attachment) {
            return type("integer")
                .member("minimum", "0")
                .member("maximum", number_text(std::numeric_limits<std::uint64_t>::max()))
                .member("description",
                        json_string("the size of an attachment, whose bytes are a frame behind this one"))
                .done();
        } else {
            static_assert(kind == field_kind::aggregate, "tenon: a field of this type cannot travel as JSON");
            return reference(key<T>(core::unqualified_name<T>(), [this] { return object_schema<T>(); }));
        }
    }

    std::string_view        where_, places_;
    std::vector<definition> made_;
};

/// The names of all messages of these statements, each once.
template <class... S>
void add_messages(schema_writer& schemas, std::vector<std::string>& keys, core::type_list<S...>) {
    auto const add = [&]<class M>(core::type_tag<M>) {
        std::string key = schemas.message_key<M>();
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
    };
    auto const add_statement = [&]<class Statement>(core::type_tag<Statement>) {
        if constexpr (requires { typename Statement::to_server; }) add(core::type_tag<typename Statement::to_server>{});
        if constexpr (requires { typename Statement::to_client; }) add(core::type_tag<typename Statement::to_client>{});
        if constexpr (core::is_request<Statement>) add(core::type_tag<failure>{});
    };
    (add_statement(core::type_tag<S>{}), ...);
}

}  // namespace detail

/// A JSON Schema (draft 2020-12) of all messages of the protocols, as `codec::json` writes them: a frame is valid if it
/// is one of them. `$defs` has each by its wire name, beside the structs inside them; requests bring `failure` along.
///
/// The schema is a little wider than `codec::json`: it takes `3.0` for an integer, any text for base64, and numbers of
/// any size where a field is floating.
template <class... Protocols>
[[nodiscard]] std::string json_schema() {
    detail::schema_writer    schemas{"#/$defs/", detail::schema_draft::draft_2020_12};
    std::vector<std::string> messages;
    (detail::add_messages(schemas, messages, typename Protocols::statement_list{}), ...);
    detail::json_text choices = detail::array();
    for (std::string const& each : messages) choices.element(schemas.reference(each));
    return detail::laid_out(detail::object()
                                .member("$schema", detail::json_string("https://json-schema.org/draft/2020-12/schema"))
                                .member("oneOf", choices.done())
                                .member("$defs", schemas.definitions())
                                .done());
}

}  // namespace tenon::description
