// The two markups that pages are written in: headings, paragraphs, lists, tables and blocks of text.
#pragma once

#include <tenon/describe/ascii.hpp>
#include <tenon/detail/concat.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::description::detail {

using table_rows = std::vector<std::vector<std::string>>;

/// `text` without the `indent` columns that all its lines have.
inline std::string dedented(std::string_view text, std::size_t indent) {
    std::string lines;
    while (!text.empty()) {
        std::size_t const      end  = std::min(text.find('\n'), text.size());
        std::string_view const line = text.substr(0, end);
        lines.append(line.substr(std::min(indent, line.size()))).append("\n");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Puts a backslash before each of `special` in `text`, and a space for a line break.
inline std::string escaped(std::string_view text, std::string_view special) {
    std::string safe;
    for (char const c : text) {
        if (special.find(c) != std::string_view::npos) safe += '\\';
        safe += c == '\n' ? ' ' : c;
    }
    return safe;
}

/// Markdown as GitHub reads it.
class markdown_markup {
public:
    static std::string text(std::string_view plain) { return escaped(plain, "\\`*_|<>[]"); }
    /// A wire name may hold anything; `|` would end a table's cell even in backquotes.
    static std::string literal(std::string_view code) {
        if (code.find_first_of("`|\n") != std::string_view::npos) return text(code);
        return core::concat({"`", code, "`"});
    }
    void heading(std::size_t level, std::string_view title) {
        begin();
        text_.append(level, '#').append(" ").append(text(title)) += '\n';
    }
    void paragraph(std::string_view marked_up) {
        begin();
        text_.append(marked_up) += '\n';
    }
    void list(std::vector<std::string_view> const& items) {
        if (items.empty()) return;
        begin();
        for (std::string_view const each : items) text_ += list_item(each, 110);
    }
    void table(std::initializer_list<std::string_view> head, table_rows const& rows) {
        begin();
        for (std::string_view const each : head) text_.append("| ").append(each).append(" ");
        text_ += "|\n";
        for (std::size_t at = 0; at < head.size(); ++at) text_ += "|---";
        text_ += "|\n";
        for (auto const& row : rows) {
            for (std::string const& cell : row) text_.append("| ").append(cell).append(cell.empty() ? "" : " ");
            text_ += "|\n";
        }
    }
    /// A diagram in a language that is drawn.
    void figure(std::string_view language, std::string_view source) {
        begin();
        text_ += core::concat({"```", language, "\n", source, "```\n"});
    }
    /// Lines as they are, which have a diagram's indent.
    void block(std::string_view lines) { figure("text", dedented(lines, diagram::indent)); }

    [[nodiscard]] std::string const& done() const noexcept { return text_; }

private:
    void begin() {
        if (!text_.empty()) text_ += '\n';
    }
    std::string text_;
};

/// reStructuredText as docutils reads it, without directives of others.
class restructured_markup {
public:
    static std::string text(std::string_view plain) { return escaped(plain, "\\`*_|<>[]"); }
    static std::string literal(std::string_view code) {
        if (code.find_first_of("`\\\n") != std::string_view::npos) return text(code);
        return core::concat({"``", code, "``"});
    }
    void heading(std::size_t level, std::string_view title) {
        begin();
        constexpr std::string_view lines = "=-~";
        std::string const          shown = text(title);
        text_.append(shown).append("\n").append(width_of(shown), lines[level - 1]) += '\n';
    }
    void paragraph(std::string_view marked_up) {
        begin();
        text_.append(marked_up) += '\n';
    }
    void list(std::vector<std::string_view> const& items) {
        if (items.empty()) return;
        begin();
        for (std::string_view const each : items) text_ += list_item(each, 72);
    }
    /// A list table: columns need not be counted, and a cell may be empty.
    void table(std::initializer_list<std::string_view> head, table_rows const& rows) {
        begin();
        text_ += ".. list-table::\n   :header-rows: 1\n\n";
        add_row(head);
        for (auto const& row : rows) add_row(row);
    }
    /// Diagrams that docutils cannot draw are left to the text beside them.
    void figure(std::string_view, std::string_view) {}
    void block(std::string_view lines) {
        begin();
        text_.append("::\n\n").append(lines);
    }
    [[nodiscard]] std::string const& done() const noexcept { return text_; }

private:
    void begin() {
        if (!text_.empty()) text_ += '\n';
    }
    template <class Cells>
    void add_row(Cells const& cells) {
        bool first = true;
        for (auto const& each : cells) {
            text_.append(first ? "   * -" : "     -").append(each.empty() ? "" : " ").append(each) += '\n';
            first = false;
        }
    }
    std::string text_;
};

}  // namespace tenon::description::detail
