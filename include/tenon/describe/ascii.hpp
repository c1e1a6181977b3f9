// Chains as the article documents them: reStructuredText with a sequence diagram in ASCII and the frames in and out.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/describe/exchange.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/protocol/chain.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::description {

namespace detail {

/// How many columns UTF-8 text takes, a character each.
inline std::size_t width_of(std::string_view text) noexcept {
    auto const starts = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
}

/// `text` as a list item, broken between words so that no line is longer than `columns` if that can be.
inline std::string list_item(std::string_view text, std::size_t columns) {
    std::string item = "*";
    std::size_t used = 1;
    while (!text.empty()) {
        std::size_t const      end  = std::min(text.find_first_of(" \n"), text.size());
        std::string_view const word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        bool const fits = used + 1 + width_of(word) <= columns || used <= 2;
        item += fits ? " " : "\n  ";
        used = (fits ? used + 1 : 2) + width_of(word);
        item += word;
    }
    return item + "\n";
}

/// A line of text that is written in any order of columns.
class canvas_line {
public:
    void put(std::size_t column, std::string_view text) {
        while (width_ < column) text_ += ' ', ++width_;
        text_ += text;
        width_ += width_of(text);
    }
    [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
    std::string text_;
    std::size_t width_ = 0;
};

inline std::string socket_label(tenon::pattern p) { return core::concat({"[", name_of(p), "]"}); }

/// `---1-->` or `<--2---`, as long as `length`.
inline std::string arrow(std::size_t length, std::size_t number, bool to_right) {
    std::string const digits = core::digits(number);
    std::string       text(length, '-');
    text.replace((length - digits.size()) / 2, digits.size(), digits);
    text[to_right ? length - 1 : 0] = to_right ? '>' : '<';
    return text;
}

/// The diagram's columns: one for each participant, its name and its sockets one above the other.
class diagram {
public:
    explicit diagram(exchange const& chain) : chain_{chain} {
        for (std::string const& name : chain.participants) columns_.push_back({0, width_of(name), 0});
        for (exchange_step const& each : chain.steps) {
            widen(each.from, each.sends);
            widen(each.to, each.receives);
        }
        // Between the sockets of neighbours: an arrow of three dashes, the last number, two dashes and a head.
        std::size_t const gap  = core::digits(chain.steps.size()).size() + 8;
        std::size_t       next = indent;
        for (std::size_t at = 0; at < columns_.size(); ++at) {
            column& each = columns_[at];
            if (at > 0) {
                column const& left = columns_[at - 1];
                each.start = std::max(left.start + left.width + 2, next < inset(each) ? 0 : next - inset(each));
            } else {
                each.start = next;
            }
            next = each.start + inset(each) + each.socket + gap;
        }
    }

    [[nodiscard]] std::string text() const {
        canvas_line names;
        for (std::size_t at = 0; at < columns_.size(); ++at) {
            column const& each = columns_[at];
            names.put(each.start + (each.width - width_of(chain_.participants[at])) / 2, chain_.participants[at]);
        }
        std::string all = names.text() + "\n";
        for (std::size_t at = 0; at < chain_.steps.size(); ++at) all += row(at) + "\n";
        return all;
    }

    static constexpr std::size_t indent = 4;

private:
    struct column {
        std::size_t start;
        std::size_t width;   ///< Of the name and the widest socket.
        std::size_t socket;  ///< Of the widest socket.
    };

    static std::size_t inset(column const& of) noexcept { return (of.width - of.socket) / 2; }

    void widen(std::size_t at, tenon::pattern socket) {
        column& of = columns_[at];
        of.socket  = std::max(of.socket, socket_label(socket).size());
        of.width   = std::max(of.width, of.socket);
    }

    /// Sockets are named where they are other ones than in the row above.
    [[nodiscard]] std::string row(std::size_t at) const {
        exchange_step const& step     = chain_.steps[at];
        bool const           to_right = step.from < step.to;
        std::string const    left     = socket_label(to_right ? step.sends : step.receives);
        std::string const    right    = socket_label(to_right ? step.receives : step.sends);
        std::size_t const    from     = socket_start(std::min(step.from, step.to), left);
        std::size_t const    to       = socket_start(std::max(step.from, step.to), right);
        std::size_t const    shaft    = from + left.size() + 1;
        bool const           named    = at == 0 || !same_sockets(chain_.steps[at - 1], step);

        canvas_line line;
        if (named) line.put(from, left);
        line.put(shaft, arrow(to - 1 - shaft, at + 1, to_right));
        if (named) line.put(to, right);
        return line.text();
    }
    [[nodiscard]] std::size_t socket_start(std::size_t at, std::string const& label) const {
        return columns_[at].start + (columns_[at].width - label.size()) / 2;
    }
    static bool same_sockets(exchange_step const& a, exchange_step const& b) noexcept {
        bool const onward = a.from == b.from && a.to == b.to && a.sends == b.sends && a.receives == b.receives;
        bool const back   = a.from == b.to && a.to == b.from && a.sends == b.receives && a.receives == b.sends;
        return onward || back;
    }

    exchange const&     chain_;
    std::vector<column> columns_;
};

inline std::string frames_text(std::vector<std::string> const& frames) {
    std::string text = "[";
    for (std::string const& each : frames) {
        if (text.size() > 1) text += ", ";
        text += each;
    }
    return text + "]";
}

/// The diagram and what goes in and comes out, all with the diagram's indent.
inline std::string chain_block(exchange const& chain) {
    std::string const margin(diagram::indent, ' ');
    std::string       text = diagram{chain}.text() + "\n";
    for (std::size_t at = 0; at < chain.steps.size(); ++at) {
        std::string const number = core::digits(at + 1);
        text += core::concat({"\n", margin, number, " IN : ", frames_text(chain.steps[at].in), "\n", margin, number,
                              " OUT: ", frames_text(chain.steps[at].out), "\n"});
    }
    return text;
}

/// The notes, a list item each, and an empty line.
inline std::string notes_list(exchange const& chain) {
    constexpr std::size_t columns = 72;
    std::string           text;
    for (std::string_view const note : chain.notes) text += list_item(note, columns);
    return chain.notes.empty() ? text : text + "\n";
}

}  // namespace detail

/// The chain in the form of the article's "Sending pings": a title, the notes as a list, the diagram, and what goes
/// into the sender's socket (`IN`) and comes out of the receiver's (`OUT`), frame by frame. It is reStructuredText.
///
/// `'ping, count'` stands for an encoded message by its name and fields, `ping_uuid` for the identity that a ROUTER
/// knows the participant by, `''` for the empty delimiter, `id` for what a `dealer` port tells replies apart by.
/// A REQ is drawn as the plain socket of that name; Tenon's `req` ports send an `id` too, which peers give back.
[[nodiscard]] inline std::string ascii(exchange const& chain) {
    std::string text = chain.title;
    text.append("\n").append(detail::width_of(chain.title), '-').append("\n\n");
    return text + detail::notes_list(chain) + "::\n\n" + detail::chain_block(chain);
}
template <std::size_t Notes, class... Steps>
[[nodiscard]] std::string ascii(message_chain<Notes, Steps...> const& chain) {
    return ascii(model(chain));
}

}  // namespace tenon::description
