// A codec of one's own, by nlohmann-json: held against the same laws as the codecs that come with Tenon, and
// then used for a message. (Tenon's own json codec needs no tree and is many times faster.)
#include <tenon/codec/concept.hpp>
#include <tenon/testing/codec_laws.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

using json = nlohmann::json;
using tenon::codec_error, tenon::errc, tenon::field_kind, tenon::field_name;

// nlohmann-json carries text, lists and maps by itself. Structs and optionals it learns here, and to be
// stricter about numbers: by itself it makes 44 of 300 for a field of eight bits.
template <class T> inline constexpr bool is_number = std::is_arithmetic_v<T> || std::is_enum_v<T>;
template <class T> inline constexpr bool is_optional = tenon::kind_of<T> == field_kind::optional;

template <class T> requires(is_number<T> || is_optional<T> || tenon::message<T>)
struct nlohmann::adl_serializer<T, void> {
    static void to_json(json& tree, T const& value) {
        if constexpr (is_optional<T>) {
            if (value) tree = *value;
        } else if constexpr (is_number<T>) {
            nlohmann::to_json(tree, value);
            if (std::is_floating_point_v<T> && !std::isfinite(static_cast<double>(value)))
                throw std::domain_error{"not finite"};
        } else {
            json all = json::object();
            tenon::for_each_field(value, [&](auto& field, auto i) { all[field_name<T, i()>] = field; });
            tree = std::move(all);
        }
    }
    static void from_json(json const& tree, T& value) {
        if constexpr (is_optional<T>) {
            if (value.reset(); !tree.is_null()) tree.get_to(value.emplace());
        } else if constexpr (is_number<T>) {
            if (!std::is_floating_point_v<T> && tree.is_number_float()) throw std::domain_error{"no integer"};
            nlohmann::from_json(tree, value);
            if (json(value) != tree || !tenon::is_valid_enum(value)) throw std::domain_error{"another value"};
        } else {
            tenon::for_each_field(value,
                                  [&](auto& field, auto i) { tree.at(field_name<T, i()>).get_to(field); });
        }
    }
};

// [codec]
// Frames look like {"ping": {"count": 3}}.
struct nlohmann_codec {
    using policy_kind                      = tenon::kind::codec;
    static constexpr std::string_view name = "nlohmann";
    struct opened { codec_error error; std::size_t index = 0; json fields{}; };

    codec_error write(auto const& m, tenon::buffer& out) try {
        out.append(json{{tenon::message_name<std::remove_cvref_t<decltype(m)>>, m}}.dump());
        return {};
    } catch (std::domain_error const&) {
        return {errc::not_finite, 0, "a finite number"};
    } catch (json::exception const&) {  // from dump
        return {errc::bad_utf8, 0, "text in UTF-8"};
    }

    template <class Set>
    opened open(tenon::bytes_view frame) {
        json const tree = json::parse(tenon::as_text(frame), nullptr, false);
        // The parser takes a zero byte for the end of its input; by the laws it is a trailing byte.
        if (!tree.is_object() || tree.size() != 1 || frame.back() == std::byte{0})
            return {{errc::malformed, 0, "an object with the message's name"}};
        std::size_t const index = Set::find(std::string_view{tree.begin().key()});
        if (index == Set::npos) return {{errc::unknown_message, 0, "a message of this protocol"}};
        return {{}, index, tree.begin().value()};
    }

    codec_error read(opened const& from, auto& m) try {
        from.fields.get_to(m);
        return {};
    } catch (std::exception const&) {
        return {errc::wrong_type, 0, "fields of the right types"};
    }
};
// [/codec]

struct order {
    std::string              customer;
    std::vector<std::string> items;
    std::optional<double>    discount;
};

int main() {
    // [check]
    // It leaves out some kinds of fields, so it is not tried with them.
    constexpr tenon::testing::codec_abilities can{
        .blobs = false, .borrowed = false, .durations = false,
        .integer_keys = false, .tuples = false, .variants = false};
    auto const broken = tenon::testing::check_codec<nlohmann_codec, can>();
    for (auto const& sentence : broken) std::puts(sentence.c_str());
    std::printf("broken laws: %zu\n", broken.size());
    // [/check]

    nlohmann_codec codec;
    tenon::buffer  frame;
    if (codec_error const error = codec.write(order{"Ann", {"tenon", "mortise"}, 0.25}, frame))
        std::puts(describe(error).c_str());
    std::printf("%.*s\n", static_cast<int>(frame.size()), frame.text().data());

    order      received;
    auto const opened = codec.open<tenon::message_set<order, tenon::failure>>(frame.view());
    if (opened.error || codec.read(opened, received)) return 1;
    std::printf("%s has ordered %zu items\n", received.customer.c_str(), received.items.size());
    return broken.empty() ? 0 : 1;
}
