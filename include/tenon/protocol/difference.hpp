// Where two definitions of a statement differ, in a sentence for people.
#pragma once

#include <tenon/detail/concat.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace tenon::detail {

/// The part of `text` up to the first of `ends` that stands outside all brackets; takes it and the end off `text`.
inline std::string_view take_part(std::string_view& text, std::string_view ends) noexcept {
    std::size_t depth = 0, at = 0;
    for (; at < text.size(); ++at) {
        char const c = text[at];
        if (depth == 0 && ends.find(c) != std::string_view::npos) break;
        if (c == '{' || c == '[' || c == '(') ++depth;
        if ((c == '}' || c == ']' || c == ')') && depth > 0) --depth;
    }
    auto const part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

/// A message of a statement's line, `ping{count:i32;}`, in its two parts: `ping` and `{count:i32;}`.
struct described_message {
    std::string_view name, type;

    explicit described_message(std::string_view text) noexcept
        : name{text.substr(0, text.find('{'))}, type{text.substr(name.size())} {}
};

/// A statement's line in its parts.
struct described_statement {
    std::string_view  kind;
    described_message first, second;
    std::string_view  keys;

    explicit described_statement(std::string_view line) noexcept
        : kind{take_part(line, " ")}, first{take_part(line, " ")},
          second{kind == "request" ? take_part(line, " ") : std::string_view{}}, keys{line} {}
};

/// What a peer wrote, for people: short, and nothing that a terminal obeys.
[[gnu::cold]] inline std::string quoted_from_peer(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string           shown{text.substr(0, longest)};
    for (char& c : shown)
        if (c < ' ' || c > '~') c = '?';
    return text.size() > longest ? shown + "..." : shown;
}

/// True for the fields of a struct, `{a:i32;b:str;}` or `{}`; the type of a map has no `;` at its end.
inline bool is_struct_text(std::string_view type) noexcept {
    return type == "{}" || (type.starts_with('{') && type.ends_with(";}"));
}

/// The type of the field `name` among `fields`, or nothing.
inline std::string_view type_of_field(std::string_view fields, std::string_view name) noexcept {
    while (!fields.empty()) {
        std::string_view type = take_part(fields, ";");
        if (take_part(type, ":") == name) return type;
    }
    return {};
}

/// Where two types differ: a sentence that begins with `path`. Empty if they do not.
[[gnu::cold]] inline std::string type_difference(std::string const& path, std::string_view ours,
                                                 std::string_view theirs) {
    if (ours == theirs) return {};
    auto const both = [&](auto test) { return test(ours) && test(theirs); };
    // Through lists and optionals to what is in them.
    if (both([](std::string_view type) { return type.ends_with('?'); }))
        return type_difference(path, ours.substr(0, ours.size() - 1), theirs.substr(0, theirs.size() - 1));
    if (both([](std::string_view type) { return type.starts_with("[{") && type.ends_with("}]"); }))
        return type_difference(path, ours.substr(1, ours.size() - 2), theirs.substr(1, theirs.size() - 2));
    if (!both(is_struct_text))
        return concat(
            {"field ", path, " is ", quoted_from_peer(theirs), " there and ", quoted_from_peer(ours), " here"});

    auto const inside = [](std::string_view type) { return type.substr(1, type.size() - 2); };
    auto const dotted = [&path](std::string_view name) {
        return path.empty() ? std::string{name} : concat({path, ".", name});
    };
    for (auto left = inside(ours); !left.empty();) {
        std::string_view field = take_part(left, ";");
        auto const       name  = take_part(field, ":");
        auto const       other = type_of_field(inside(theirs), name);
        if (other.empty()) return concat({"field ", dotted(name), " (", quoted_from_peer(field), ") is only here"});
        if (auto text = type_difference(dotted(name), field, other); !text.empty()) return text;
    }
    for (auto left = inside(theirs); !left.empty();) {
        std::string_view field = take_part(left, ";");
        auto const       name  = take_part(field, ":");
        if (type_of_field(inside(ours), name).empty())
            return concat({"field ", quoted_from_peer(dotted(name)), " (", quoted_from_peer(field), ") is only there"});
    }
    return path.empty() ? std::string{"the fields have another order"}
                        : concat({"the fields of ", path, " have another order"});
}

[[gnu::cold]] inline std::string message_difference(described_message const& ours, described_message const& theirs) {
    std::string text = type_difference({}, ours.type, theirs.type);
    return text.empty() ? text : concat({"message ", ours.name, ": ", text});
}

/// Where the peer's definition, `theirs`, differs from `ours` for the statement whose line is `line`. Empty if it does
/// not. `theirs` may be any text: it is read in one pass for each field of the statement.
[[gnu::cold]] inline std::string first_difference(std::string_view line, std::string_view theirs) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    described_statement const ours{line};
    while (!theirs.empty()) {
        auto const end = std::min(theirs.find('\n'), theirs.size());
        described_statement const other{theirs.substr(0, end)};
        theirs.remove_prefix(std::min(end + 1, theirs.size()));
        // An event goes the other way: it is another message, also if it has the same name.
        if (other.first.name != ours.first.name || (other.kind == "event") != (ours.kind == "event")) continue;
        if (other.kind != ours.kind)
            return concat({"message ", ours.first.name, " is declared as ", quoted_from_peer(other.kind),
                           " there and as ", ours.kind, " here"});
        if (auto text = message_difference(ours.first, other.first); !text.empty()) return text;
        if (other.second.name != ours.second.name)
            return concat({"the reply to ", ours.first.name, " is ", quoted_from_peer(other.second.name), " there and ",
                           ours.second.name, " here"});
        if (auto text = message_difference(ours.second, other.second); !text.empty()) return text;
        if (other.keys != ours.keys) return concat({"message ", ours.first.name, " has other keys"});
        return {};
    }
    return concat({"message ", ours.first.name, " is only here"});
}

}  // namespace tenon::detail
