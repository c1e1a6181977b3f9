// What has happened in a simulated network as a sequence diagram, for people who look for a mistake.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/testing/world/trace_text.hpp>
#include <tenon/transport/sim.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing {

namespace detail {

/// Draws the entries of a trace: a column for each node, a line for each message that arrived or was lost, and one for
/// each fault, start and end.
class diagram_of_trace {
    using entry    = transport::simulation::trace_entry;
    using incident = transport::simulation::incident_kind;

public:
    diagram_of_trace(transport::simulation::network const& where, std::size_t last) : where_{where} {
        auto const& all = where.trace().entries();
        for (std::size_t i = all.size(); i > 0 && drawn_.size() < last; --i)
            if (is_drawn(all[i - 1])) drawn_.push_back(all[i - 1]);
        columns_.assign(where.nodes().size(), nowhere);
        for (std::size_t i = drawn_.size(); i > 0; --i) {
            give_column(drawn_[i - 1].node);
            give_column(drawn_[i - 1].peer);
            if (std::size_t const wanted = drawn_[i - 1].message.size() + 12; wanted > width_) width_ = wanted;
        }
    }

    [[nodiscard]] std::string text() const {
        if (drawn_.empty()) return {};
        std::string text = heading();
        for (std::size_t i = drawn_.size(); i > 0; --i) text += line(drawn_[i - 1]) + "\n";
        return text;
    }

private:
    static constexpr std::size_t nowhere = ~std::size_t{0};
    static constexpr std::size_t margin  = 24;  // for the time

    static bool is_message(entry const& e) noexcept {
        return (e.what == incident::received || e.what == incident::lost || e.what == incident::duplicated) &&
               e.peer != entry::none;
    }
    static bool is_drawn(entry const& e) noexcept {
        switch (e.what) {
            case incident::sent:
            case incident::timer:
            case incident::connected: return false;
            case incident::received:
            case incident::lost:
            case incident::duplicated: return is_message(e) && !e.message.empty();
            default: return true;
        }
    }

    void give_column(std::uint32_t node) {
        if (node == entry::none || columns_[node] != nowhere) return;
        columns_[node] = shown_.size();
        shown_.push_back(node);
        if (std::size_t const wanted = where_.nodes()[node]->name.size() + 3; wanted > width_) width_ = wanted;
    }
    [[nodiscard]] std::size_t middle(std::uint32_t node) const { return margin + columns_[node] * width_ + 8; }

    [[nodiscard]] std::string heading() const {
        std::string text;
        for (std::uint32_t const node : shown_) {
            auto const& name  = where_.nodes()[node]->name;
            auto const  start = middle(node) - (name.size() < 16 ? name.size() / 2 : 8);
            if (text.size() < start) text.resize(start, ' ');
            text += name;
        }
        return text + "\n";
    }

    [[nodiscard]] std::string line(entry const& e) const {
        std::string text = in_microseconds(e.time.time_since_epoch()) + " us";
        text.resize(margin + (shown_.size() - 1) * width_ + 9, ' ');
        for (std::uint32_t const node : shown_) text[middle(node)] = '|';
        if (is_message(e)) draw_arrow(text, e);
        else draw_remark(text, e);
        return text;
    }

    /// From the sender to the receiver; what was lost does not get there.
    void draw_arrow(std::string& text, entry const& e) const {
        bool const  arrived = e.what == incident::received;
        std::size_t from    = middle(arrived ? e.peer : e.node);
        std::size_t to      = middle(arrived ? e.node : e.peer);
        if (from == to) return draw_remark(text, e);
        bool const        right = from < to;
        std::size_t const left  = (right ? from : to) + 1;
        std::size_t const size  = (right ? to - from : from - to) - 1;
        std::string       arrow(size, '-');
        (right ? arrow.back() : arrow.front()) = arrived ? (right ? '>' : '<') : e.what == incident::lost ? 'X' : '=';
        auto const label = tenon::detail::concat({" ", e.message, " "});
        arrow.replace((size - label.size()) / 2, label.size(), label);
        text.replace(left, size, arrow);
        if (!arrived) text.append("  ").append(name_of(e.what));
    }

    void draw_remark(std::string& text, entry const& e) const {
        text[middle(e.node)] = '*';
        text.append("  ").append(where_.nodes()[e.node]->name).append(": ").append(name_of(e.what));
        if (!e.message.empty()) text.append(" ").append(e.message);
        if (e.peer != entry::none) text.append(" (").append(where_.nodes()[e.peer]->name).append(")");
    }

    transport::simulation::network const& where_;
    std::vector<entry>                    drawn_;    // the last one first
    std::vector<std::size_t>              columns_;  // of each node
    std::vector<std::uint32_t>            shown_;
    std::size_t                           width_ = 20;
};

}  // namespace detail

/// The last things that happened, at most `last` of them, as text: a column for each node, an arrow for each message at
/// the time of its arrival, `X` where it was lost, and a remark for each fault. Empty if the trace is not kept.
inline std::string sequence_diagram(transport::simulation::network const& where, std::size_t last = 40) {
    return detail::diagram_of_trace{where, last}.text();
}

}  // namespace tenon::testing
