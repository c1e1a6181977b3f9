// The lines of a recording: how words, bytes and times are written, and read again.
#pragma once

#include <tenon/codec/utf8.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// A recording is UTF-8 text; words stand in lines, with one space between them.
///
///     tenon-recording 1 pong_app json 4711                       version, app, codec, process id
///     port requests REP                                          for each port: name and pattern
///     0.000210034 received requests ping "[\"ping\",3]"          seconds, what, port, message, body
///     0.000231570 sent requests pong "[\"pong\",3]"
///     1.000000000 dropped requests ping 100 "no such account"    the number of the errc, and more for people
///     1.500000000 connection requests accepted 0 "tcp://127.0.0.1:5555"        the change, reason, endpoint
///
/// A word that is empty or has something else in it than visible ASCII stands in quotation marks, as bodies and texts
/// always do, with the escapes \" \\ \n \r \t. Bytes that are no text are hexadecimal instead: hex:00ff.
namespace tenon::detail::recording_format {

inline constexpr std::string_view magic       = "tenon-recording";
inline constexpr std::string_view version     = "1";
inline constexpr std::string_view hexadecimal = "0123456789abcdef";

/// What stands behind the backslash for `c`, or 0.
constexpr char escape_for(char c) noexcept {
    switch (c) {
        case '"': case '\\': return c;
        case '\n': return 'n';
        case '\r': return 'r';
        case '\t': return 't';
        default: return 0;
    }
}
/// What the letter behind a backslash stands for, or 0.
constexpr char unescape(char letter) noexcept {
    switch (letter) {
        case '"': case '\\': return letter;
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return 0;
    }
}

inline bool is_printable(std::string_view text) noexcept {
    for (char const c : text)
        if ((static_cast<unsigned char>(c) < 0x20 && escape_for(c) == 0) || c == 0x7f) return false;
    return codec::detail::is_utf8(text.data(), text.size());
}

/// Puts words together to a line; keeps its memory.
class line_writer {
public:
    void clear() noexcept { line_.clear(); }
    /// What has been written, and not yet taken by `clear`.
    [[nodiscard]] std::string_view view() const noexcept { return line_.text(); }

    line_writer& word(std::string_view word) {
        bool plain = !word.empty() && !word.starts_with("hex:");
        for (char const c : word) plain = plain && c > ' ' && c < 0x7f && c != '"';
        if (!plain) return text(word);
        line_.append(word);
        return space();
    }
    /// A word that stands in quotation marks in any case.
    line_writer& text(std::string_view text) {
        if (is_printable(text)) quote(text);
        else bytes(text);
        return space();
    }
    line_writer& number(std::int64_t number) {
        if (number < 0) line_.push_back('-');
        digits(static_cast<std::uint64_t>(number < 0 ? -number : number), 1);
        return space();
    }
    /// Seconds with nine decimals.
    line_writer& time(std::chrono::nanoseconds time) {
        auto const ns = static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
        digits(ns / 1'000'000'000, 1);
        line_.push_back('.');
        digits(ns % 1'000'000'000, 9);
        return space();
    }
    /// Ends the line.
    void end() { line_.data()[line_.size() - 1] = std::byte{'\n'}; }

private:
    line_writer& space() {
        line_.push_back(' ');
        return *this;
    }

    void quote(std::string_view text) {
        line_.push_back('"');
        for (char const c : text) {
            char const escape = escape_for(c);
            if (escape != 0) line_.push_back('\\');
            line_.push_back(escape != 0 ? escape : c);
        }
        line_.push_back('"');
    }

    void bytes(std::string_view text) {
        line_.append("hex:");
        for (char const c : text) {
            line_.push_back(hexadecimal[static_cast<unsigned char>(c) / 16]);
            line_.push_back(hexadecimal[static_cast<unsigned char>(c) % 16]);
        }
    }

    void digits(std::uint64_t number, int at_least) {
        char        text[24];
        char* const end   = text + sizeof text;
        char*       start = end;
        for (; number != 0 || at_least > 0; number /= 10, --at_least) *--start = static_cast<char>('0' + number % 10);
        line_.append(std::string_view{start, static_cast<std::size_t>(end - start)});
    }

    buffer line_;
};

/// Takes the words of a line one by one. What is not as it should be gives nothing.
class line_words {
public:
    explicit line_words(std::string_view line) noexcept : rest_{line} {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

    /// The next word, whichever form it has.
    std::optional<std::string> word() {
        if (rest_.starts_with('"')) return quoted();
        std::string_view const plain = take(rest_.find(' '));
        if (plain.empty()) return std::nullopt;
        if (plain.starts_with("hex:")) return bytes(plain.substr(4));
        return std::string{plain};
    }

    std::optional<std::int64_t> number() noexcept {
        std::string_view digits   = take(rest_.find(' '));
        bool const       negative = digits.starts_with('-');
        if (negative) digits.remove_prefix(1);
        auto const value = natural(digits);
        if (!value) return std::nullopt;
        return negative ? -*value : *value;
    }

    std::optional<std::chrono::nanoseconds> time() noexcept {
        std::string_view const text    = take(rest_.find(' '));
        auto const             point   = text.find('.');
        auto const             seconds = natural(text.substr(0, point));
        if (point == std::string_view::npos || !seconds || *seconds >= INT64_MAX / 1'000'000'000) return std::nullopt;
        auto const decimals = text.substr(point + 1);
        auto const fraction = natural(decimals);
        if (decimals.size() != 9 || !fraction) return std::nullopt;
        return std::chrono::nanoseconds{*seconds * 1'000'000'000 + *fraction};
    }

private:
    /// Takes `size` characters and the space behind them; all that is left if there is no space.
    std::string_view take(std::size_t size) noexcept {
        auto const taken = rest_.substr(0, size);
        rest_.remove_prefix(size < rest_.size() ? size + 1 : rest_.size());
        return taken;
    }

    static std::optional<std::int64_t> natural(std::string_view digits) noexcept {
        std::int64_t value = 0;
        if (digits.empty() || digits.size() > 18) return std::nullopt;  // 18 digits always fit
        for (char const c : digits) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        return value;
    }

    std::optional<std::string> quoted() {
        std::string text;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            char c = rest_[at];
            if (c == '"') {
                std::string_view const behind = rest_.substr(at + 1);
                if (!behind.empty() && behind.front() != ' ') return std::nullopt;
                rest_ = behind.empty() ? behind : behind.substr(1);
                return text;
            }
            if (c == '\\' && (++at == rest_.size() || (c = unescape(rest_[at])) == 0)) return std::nullopt;
            text += c;
        }
        return std::nullopt;
    }

    static std::optional<std::string> bytes(std::string_view digits) {
        if (digits.size() % 2 != 0) return std::nullopt;
        std::string text;
        for (std::size_t at = 0; at < digits.size(); at += 2) {
            auto const high = hexadecimal.find(digits[at]), low = hexadecimal.find(digits[at + 1]);
            if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
            text += static_cast<char>(static_cast<unsigned char>(high * 16 + low));
        }
        return text;
    }

    std::string_view rest_;
};

}  // namespace tenon::detail::recording_format
