// The name of a type, read off the compiler's own spelling of a function signature.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenon::detail {

template <class T>
consteval std::string_view signature_with() noexcept {
    return __PRETTY_FUNCTION__;
}

/// The compiler's spelling of `T`, such as "shop::order". For messages to people and to cut names from;
/// never hashed or sent, since compilers differ in it.
template <class T>
consteval std::string_view type_name() noexcept {
    // The signature of a type whose name we know tells where the argument stands.
    constexpr std::string_view probe  = signature_with<double>();
    constexpr std::size_t      before = probe.find("double");
    constexpr std::size_t      after  = probe.size() - before - std::string_view{"double"}.size();

    std::string_view name = signature_with<T>();
    name.remove_prefix(before);
    name.remove_suffix(after);
    // g++ appends "; std::string_view = ..." after the first argument.
    if (auto const end = name.find("; "); end != std::string_view::npos) name = name.substr(0, end);
    return name;
}

/// The last part of `T`'s name: "order" for "shop::order" or "main()::order".
/// Template arguments do not belong to it: `box<int>` gives "box".
template <class T>
consteval std::string_view unqualified_name() noexcept {
    std::string_view name = type_name<T>();
    if (!name.empty() && name.back() == '>') {
        std::size_t depth = 0, at = name.size();
        bool        quoted = false;  // a character as an argument, such as in `cell<'>'>`, is no bracket
        do {
            --at;
            if (name[at] == '\'') quoted = !quoted;
            if (name[at] == '>' && !quoted) ++depth;
            if (name[at] == '<' && !quoted) --depth;
        } while (at > 0 && depth > 0);
        name = name.substr(0, at);
    }
    if (auto const colon = name.rfind("::"); colon != std::string_view::npos) name.remove_prefix(colon + 2);
    return name;
}

}  // namespace tenon::detail
