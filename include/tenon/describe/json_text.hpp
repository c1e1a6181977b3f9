// JSON text put together out of pieces, and laid out for people.
#pragma once

#include <tenon/codec/json/text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tenon::description::detail {

/// `text` as a JSON string, with its quotes.
inline std::string json_string(std::string_view text) {
    namespace json = codec::detail::json;
    std::string made(json::escaped_size(text) + 2, '"');
    json::put_escaped(text, made.data() + 1);
    return made;
}

/// A JSON object or array in the making: members and elements with commas between them.
class json_text {
public:
    explicit json_text(char open) : text_{open} {}

    json_text& member(std::string_view name, std::string_view value) {
        separate();
        text_.append(json_string(name)).append(":").append(value);
        return *this;
    }
    json_text& element(std::string_view value) {
        separate();
        text_ += value;
        return *this;
    }
    [[nodiscard]] std::string done() const { return text_ + (text_[0] == '{' ? '}' : ']'); }

private:
    void separate() {
        if (text_.size() > 1) text_ += ',';
    }

    std::string text_;
};

inline json_text object() { return json_text{'{'}; }
inline json_text array() { return json_text{'['}; }

/// The same JSON with a line for each member and element, indented by two; what is empty stays on its line.
inline std::string laid_out(std::string_view json) {
    std::string text;
    std::size_t depth  = 0;
    bool        quotes = false;
    auto const  line   = [&] { text.append(1, '\n').append(2 * depth, ' '); };
    for (std::size_t at = 0; at < json.size(); ++at) {
        char const c = json[at];
        if (quotes) {
            text += c;
            if (c == '\\')
                text += json[++at];
            else if (c == '"')
                quotes = false;
        } else if (c == '{' || c == '[') {
            text += c;
            if (json[at + 1] == (c == '{' ? '}' : ']')) {
                text += json[++at];
            } else {
                ++depth;
                line();
            }
        } else if (c == '}' || c == ']') {
            --depth;
            line();
            text += c;
        } else {
            quotes = c == '"';
            text += c;
            if (c == ',') line();
            if (c == ':') text += ' ';
        }
    }
    return text + "\n";
}

}  // namespace tenon::description::detail
