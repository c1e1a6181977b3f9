// Where two definitions of a statement differ, in a sentence for people.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tenon::detail {

/// The part of `text` up to the first of `ends` that stands outside all brackets; takes it and the end off `text`.
[[gnu::cold]] inline std::string_view take_part(std::string_view& text, std::string_view ends) noexcept {
    std::size_t depth = 0, at = 0;
    for (; at < text.size(); ++at) {
        char const c = text[at];
        if (depth == 0 && ends.find(c) != std::string_view::npos) break;
        if (c == '{' || c == '[' || c == '(') ++depth;
        if ((c == '}' || c == ']' || c == ')') && depth > 0) --depth;
    }
    auto const part = text.substr(0, at);
    text.remove_prefix(at < text.size() ? at + 1 : at);
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

    [[gnu::cold]] explicit described_statement(std::string_view line) noexcept
        : kind{take_part(line, " ")}, first{take_part(line, " ")},
          second{kind == "request" ? take_part(line, " ") : std::string_view{}}, keys{line} {}
};

/// A sentence out of a pattern, in which each `$` stands for the next piece, and each `?` for the next piece as a peer
/// wrote it: short, and nothing that a terminal obeys. One function for all that can be said costs every program less
/// to compile than pieces put together where they are said.
[[gnu::cold]] inline std::string sentence(std::string_view pattern, std::initializer_list<std::string_view> pieces) {
    constexpr std::size_t   longest = 60;
    std::string             text;
    std::string_view const* next = pieces.begin();
    for (char const each : pattern) {
        if (each != '$' && each != '?') {
            text.push_back(each);
            continue;
        }
        std::size_t shown = 0;
        for (char const c : *next) {
            if (each == '?' && shown++ == longest) {
                text.append("...");
                break;
            }
            text.push_back(each == '?' && (c < ' ' || c > '~') ? '?' : c);
        }
        ++next;
    }
    return text;
}

/// True for the fields of a struct, `{a:i32;b:str;}` or `{}`; the type of a map has no `;` at its end.
[[gnu::cold]] inline bool is_struct_text(std::string_view type) noexcept {
    return type == "{}" || (type.starts_with('{') && type.ends_with(";}"));
}

/// The type of the field `name` among `fields`, or nothing.
[[gnu::cold]] inline std::string_view type_of_field(std::string_view fields, std::string_view name) noexcept {
    while (!fields.empty()) {
        std::string_view type = take_part(fields, ";");
        if (take_part(type, ":") == name) return type;
    }
    return {};
}

/// Makes a list of structs or an optional what is in it; false for any other type.
[[gnu::cold]] inline bool unwrap(std::string_view& type, bool optional) noexcept {
    if (optional ? !type.ends_with('?') : !(type.starts_with("[{") && type.ends_with("}]"))) return false;
    type = type.substr(optional ? 0 : 1, type.size() - (optional ? 1 : 2));
    return true;
}

/// Where two types differ: a sentence that begins with `path`. Empty if they do not.
[[gnu::cold]] inline std::string type_difference(std::string const& path, std::string_view ours,
                                                 std::string_view theirs) {
    if (ours == theirs) return {};
    for (bool const optional : {true, false}) {
        std::string_view our_inside = ours, their_inside = theirs;
        if (unwrap(our_inside, optional) && unwrap(their_inside, optional))
            return type_difference(path, our_inside, their_inside);
    }
    if (!is_struct_text(ours) || !is_struct_text(theirs))
        return sentence("field $ is ? there and ? here", {path, theirs, ours});

    ours   = ours.substr(1, ours.size() - 2);
    theirs = theirs.substr(1, theirs.size() - 2);
    for (std::string_view left = ours; !left.empty();) {
        std::string_view       type  = take_part(left, ";");
        std::string_view const name  = take_part(type, ":");
        std::string_view const other = type_of_field(theirs, name);
        std::string const      field = sentence(path.empty() ? "$$" : "$.$", {path, name});
        std::string text = other.empty() ? sentence("field $ (?) is only here", {field, type})
                                         : type_difference(field, type, other);
        if (!text.empty()) return text;
    }
    for (std::string_view left = theirs; !left.empty();) {
        std::string_view       type = take_part(left, ";");
        std::string_view const name = take_part(type, ":");
        if (type_of_field(ours, name).empty())
            return sentence("field ? (?) is only there", {sentence(path.empty() ? "$$" : "$.$", {path, name}), type});
    }
    return sentence(path.empty() ? "the fields have another order" : "the fields of $ have another order", {path});
}

[[gnu::cold]] inline std::string message_difference(described_message const& ours, described_message const& theirs) {
    std::string const text = type_difference({}, ours.type, theirs.type);
    return sentence(text.empty() ? "" : "message $: $", {ours.name, text});
}

/// Where the peer's definition, `theirs`, differs from `ours` for the statement whose line is `line`. Empty if it does
/// not. `theirs` may be any text: it is read in one pass for each field of the statement.
[[gnu::cold]] inline std::string first_difference(std::string_view line, std::string_view theirs) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    described_statement const ours{line};
    while (!theirs.empty()) {
        auto const                end = theirs.find('\n');
        described_statement const other{theirs.substr(0, end)};
        theirs.remove_prefix(end < theirs.size() ? end + 1 : theirs.size());
        // An event goes the other way: it is another message, also if it has the same name.
        if (other.first.name != ours.first.name || (other.kind == "event") != (ours.kind == "event")) continue;
        if (other.kind != ours.kind)
            return sentence("message $ is declared as ? there and as $ here", {ours.first.name, other.kind, ours.kind});
        std::string text = message_difference(ours.first, other.first);
        if (text.empty() && other.second.name != ours.second.name)
            text = sentence("the reply to $ is ? there and $ here",
                            {ours.first.name, other.second.name, ours.second.name});
        if (text.empty()) text = message_difference(ours.second, other.second);
        if (text.empty() && other.keys != ours.keys) text = sentence("message $ has other keys", {ours.first.name});
        return text;
    }
    return sentence("message $ is only here", {ours.first.name});
}

}  // namespace tenon::detail
