// Chains and topologies as Mermaid diagrams, which code hosts and many editors draw.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/describe/exchange.hpp>
#include <tenon/describe/model.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tenon::description {

namespace detail {

/// Text with what Mermaid takes for syntax written as its character codes (`#59;` for a semicolon).
inline std::string mermaid_text(std::string_view text) {
    std::string safe;
    for (char const c : text) {
        if (std::string_view{"#;\"<>"}.find(c) != std::string_view::npos)
            safe += core::concat({"#", core::digits(static_cast<unsigned char>(c)), ";"});
        else
            safe += c == '\n' ? ' ' : c;
    }
    return safe;
}

/// `ping(count)`.
inline std::string call_text(message const& m) {
    std::string text{m.name};
    text += '(';
    for (std::size_t at = 0; at < m.fields.size(); ++at) text.append(at == 0 ? "" : ", ").append(m.fields[at].name);
    return text + ')';
}

inline std::string_view mermaid_arrow(meaning kind) noexcept {
    switch (kind) {
        case meaning::request: return "->>";
        case meaning::reply: return "-->>";
        case meaning::command:
        case meaning::event: break;
    }
    return "-)";
}

inline std::string mermaid_id(char kind, std::size_t index) { return kind + core::digits(index); }

}  // namespace detail

/// The chain as a Mermaid sequence diagram. Requests have a solid arrow, replies a dashed one, and what nobody answers
/// an open one; the notes stand over the participants, the title as the diagram's accessible title.
[[nodiscard]] inline std::string mermaid(exchange const& chain) {
    using detail::mermaid_id, detail::mermaid_text;
    std::string text = "sequenceDiagram\n";
    text.append("    accTitle: ").append(mermaid_text(chain.title)).append("\n    autonumber\n");
    for (std::size_t at = 0; at < chain.participants.size(); ++at)
        text.append("    participant ").append(mermaid_id('p', at)).append(" as ").append(
            mermaid_text(chain.participants[at])) += '\n';
    std::string const all = chain.participants.size() < 2
                                ? std::string{"p0"}
                                : "p0," + mermaid_id('p', chain.participants.size() - 1);
    for (std::string_view const note : chain.notes)
        text.append("    Note over ").append(all).append(": ").append(mermaid_text(note)) += '\n';
    for (exchange_step const& each : chain.steps)
        text += tenon::detail::concat({"    ", mermaid_id('p', each.from), detail::mermaid_arrow(each.kind),
                                       mermaid_id('p', each.to), ": ", mermaid_text(detail::call_text(each.what)),
                                       "\n"});
    return text;
}
template <std::size_t Notes, class... Steps>
[[nodiscard]] std::string mermaid(message_chain<Notes, Steps...> const& chain) {
    return mermaid(model(chain));
}

/// The application as a Mermaid flow chart: participants, and for each link an arrow from the end that connects to the
/// end that binds, with both sockets. Any number of processes are drawn as a stack; peers that are none of Tenon's are
/// rounded.
[[nodiscard]] inline std::string mermaid(application const& app) {
    using detail::mermaid_id, detail::mermaid_text;
    std::string text = "flowchart LR\n";
    for (std::size_t at = 0; at < app.participants.size(); ++at) {
        participant const& each  = app.participants[at];
        std::string_view   open  = each.many ? "[[\"" : each.foreign ? "([\"" : "[\"";
        std::string_view   close = each.many ? "\"]]" : each.foreign ? "\"])" : "\"]";
        text += tenon::detail::concat({"    ", mermaid_id('p', at), open, mermaid_text(each.name), close, "\n"});
    }
    for (link const& each : app.links) {
        port const& from = app.ports[each.connects];
        port const& to   = app.ports[each.binds];
        text += tenon::detail::concat({"    ", mermaid_id('p', from.participant), " -->|\"", mermaid_text(from.name),
                                       " ", name_of(from.pattern), " to ", name_of(to.pattern), " ",
                                       mermaid_text(to.name), "\"| ", mermaid_id('p', to.participant), "\n"});
    }
    return text;
}
template <class... Parts>
[[nodiscard]] std::string mermaid(wiring<Parts...> const& topology) {
    return mermaid(model(topology));
}

}  // namespace tenon::description
