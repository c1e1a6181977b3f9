// Names and texts of a protocol as a Python module has them: no words of Python's, and none twice.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::description::detail {

inline bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// `name` as an identifier of Python, and none of its words.
inline std::string python_name(std::string_view name) {
    std::string made{name};
    for (char& c : made)
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_')) c = '_';
    if (made.empty() || (made[0] >= '0' && made[0] <= '9') || made[0] == '_') made.insert(0, "x");
    bool const taken = is_one_of(
        made, {"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
               "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
               "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"});
    return taken ? made + "_" : made;
}

/// The same for a field: not what classes of the module have besides.
inline std::string python_field_name(std::string_view name) {
    std::string const made = python_name(name);
    return is_one_of(made, {"NAME", "KEYS", "FIELDS"}) ? made + "_" : made;
}

/// The same for a class: not what the module uses itself.
inline std::string python_class_name(std::string_view name) {
    std::string const made  = python_name(name);
    bool const        taken = is_one_of(
        made,
        {"Client", "Server", "Handler", "Failure", "JSON", "JSON_TRIPLE", "MSGPACK", "MSGPACK_TRIPLE", "annotations",
         "base64", "collections", "dataclasses", "json", "math", "msgpack", "re", "time", "traceback", "zmq", "encode",
         "decode", "topic", "any", "bool", "bytes", "dict", "float", "getattr", "int", "isinstance", "len", "list",
         "map", "max", "memoryview", "min", "multipart", "setattr", "str", "super", "tuple", "type", "zip", "Exception",
         "ImportError", "NotImplementedError", "RecursionError", "TypeError", "UnicodeEncodeError", "ValueError",
         "DEFINITION", "FINGERPRINT", "REPLIES", "COMMANDS", "EVENTS", "MESSAGES", "MALFORMED", "UNKNOWN_MESSAGE",
         "WRONG_TYPE", "OUT_OF_RANGE", "WRONG_ARITY", "BAD_UTF8", "DUPLICATE_KEY", "UNKNOWN_KEY", "MISSING_FIELD",
         "NOT_FINITE", "HANDLER_FAILED", "WRONG_FRAMES", "TIMED_OUT"});
    return taken ? made + "_" : made;
}

/// `wanted`, with a number behind it if `is_taken` says so of it.
template <class IsTaken>
std::string unused_name(std::string const& wanted, IsTaken const& is_taken) {
    std::string free = wanted;
    for (unsigned count = 2; is_taken(free); ++count) free = wanted + "_" + tenon::detail::digits(count);
    return free;
}

/// The names of the fields of `T` in Python: each another one, also where two differ only in what Python cannot have.
template <class T>
std::vector<std::string> python_field_names() {
    std::vector<std::string> all;
    auto const is_taken = [&](std::string const& name) { return std::find(all.begin(), all.end(), name) != all.end(); };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (all.push_back(unused_name(python_field_name(field_name<T, I>), is_taken)), ...);
    }(std::make_index_sequence<field_count<T>>{});
    return all;
}

/// `text` as it stands between quotes of Python.
inline std::string python_escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string                made;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') (made += '\\') += c;
        else if (c == '\n') made += "\\n";
        else if (byte < 0x20 || byte == 0x7f) (((made += "\\x") += digits[byte >> 4]) += digits[byte & 15]);
        else made += c;
    }
    return made;
}
/// The same with the quotes.
inline std::string python_text(std::string_view text) { return "\"" + python_escaped(text) + "\""; }

}  // namespace tenon::description::detail
