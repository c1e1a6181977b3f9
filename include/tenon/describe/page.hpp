// A whole application as a page: its processes, links, protocols, messages and chains, in Markdown or reStructuredText.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/describe/ascii.hpp>
#include <tenon/describe/exchange.hpp>
#include <tenon/describe/markup.hpp>
#include <tenon/describe/mermaid.hpp>
#include <tenon/describe/model.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::description {

/// What stands at the top of a page.
struct page_info {
    std::string_view title;
    std::string_view introduction{};  ///< A paragraph in the page's own markup; left out if it is empty.
};

namespace detail {

/// Puts the page together in the markup that `Markup` writes.
template <class Markup>
class page_writer {
public:
    explicit page_writer(application const& app) : app_{app} {}

    std::string write(page_info const& info, std::vector<exchange> const& chains) {
        out_.heading(1, info.title);
        if (!info.introduction.empty()) out_.paragraph(info.introduction);
        processes();
        links();
        for (std::size_t at = 0; at < app_.protocols.size(); ++at) conversation(at);
        messages();
        if (chains.empty()) return out_.done();
        out_.heading(2, "Chains of messages");
        for (exchange const& each : chains) chain(each);
        return out_.done();
    }

private:
    static std::string_view kind_of(participant const& who) noexcept {
        return who.foreign ? "outside" : who.many ? "any number" : "one";
    }
    [[nodiscard]] std::string end_name(std::size_t at) const {
        return core::concat({app_.participants[app_.ports[at].participant].name, ".", app_.ports[at].name});
    }

    void processes() {
        out_.heading(2, "Processes");
        std::vector<std::vector<std::string>> rows;
        for (std::size_t at = 0; at < app_.participants.size(); ++at) {
            participant const& who = app_.participants[at];
            std::string        ports;
            for (port const& each : app_.ports)
                if (each.participant == at)
                    ports += core::concat({ports.empty() ? "" : ", ", out_.literal(each.name), " ",
                                           name_of(each.pattern), each.is_open ? " (open)" : ""});
            rows.push_back({out_.text(who.name), std::string{kind_of(who)}, ports, out_.text(who.codec)});
        }
        out_.table({"process", "how many", "ports", "codec"}, rows);
    }

    void links() {
        if (app_.links.empty()) return;
        out_.heading(2, "Links");
        out_.figure("mermaid", mermaid(app_));
        std::vector<std::vector<std::string>> rows;
        for (link const& each : app_.links)
            rows.push_back({end_text(each.connects), end_text(each.binds)});
        out_.table({"connects", "to, which binds"}, rows);
    }
    [[nodiscard]] std::string end_text(std::size_t at) const {
        return core::concat({out_.literal(end_name(at)), " ", name_of(app_.ports[at].pattern)});
    }

    /// A protocol has no name in C++ that could be printed, so it is called after the ports that serve it.
    void conversation(std::size_t protocol) {
        std::string served;
        for (std::size_t at = 0; at < app_.ports.size(); ++at)
            if (app_.ports[at].protocol == protocol && app_.ports[at].is_server)
                served += (served.empty() ? "" : ", ") + end_name(at);
        out_.heading(2, "Protocol of " + served);
        std::vector<std::vector<std::string>> rows;
        for (statement const& each : app_.protocols[protocol].statements) rows.push_back(row_of(each));
        out_.table({"statement", "message", "from", "answered by"}, rows);
    }
    std::vector<std::string> row_of(statement const& each) const {
        bool const  event = each.kind == meaning::event;
        std::string what  = event ? "event" : each.kind == meaning::command ? "command" : "request";
        std::string about = out_.literal(app_.messages[each.message].name);
        for (std::string_view const key : each.keys)
            about += core::concat({key == each.keys.front() ? ", topic by " : ", ", out_.literal(key)});
        std::string reply = each.reply == none ? std::string{} : out_.literal(app_.messages[each.reply].name);
        return {std::move(what), std::move(about), event ? "server" : "client", std::move(reply)};
    }

    void messages() {
        if (app_.messages.empty()) return;
        out_.heading(2, "Messages");
        std::vector<std::vector<std::string>> rows;
        for (message const& each : app_.messages) {
            std::string fields;
            for (field const& one : each.fields)
                fields += (fields.empty() ? "" : ", ") + out_.literal(core::concat({one.name, ": ", one.type}));
            rows.push_back({out_.literal(each.name), fields});
        }
        out_.table({"message", "fields"}, rows);
    }

    void chain(exchange const& each) {
        out_.heading(3, each.title);
        out_.list(each.notes);
        exchange drawn = each;
        drawn.notes.clear();  // they stand above
        out_.figure("mermaid", mermaid(drawn));
        out_.block(chain_block(each));
    }

    application const& app_;
    Markup             out_;
};

template <class Markup, class... Parts, class... Chains>
std::string page_of(wiring<Parts...> const& topology, page_info const& info, Chains const&... chains) {
    application const app = model(topology);
    return page_writer<Markup>{app}.write(info, {model(chains)...});
}

}  // namespace detail

/// The application as a page in Markdown (GitHub's, with tables): processes, links, protocols and messages of
/// `topology`, and the chains with their notes, a Mermaid diagram and the article's form of each.
template <class... Parts, class... Chains>
[[nodiscard]] std::string markdown(wiring<Parts...> const& topology, page_info const& info, Chains const&... chains) {
    return detail::page_of<detail::markdown_markup>(topology, info, chains...);
}

/// The same in reStructuredText, as docutils and Sphinx read it; of the diagrams it has the article's form alone.
template <class... Parts, class... Chains>
[[nodiscard]] std::string restructured_text(wiring<Parts...> const& topology, page_info const& info,
                                            Chains const&... chains) {
    return detail::page_of<detail::restructured_markup>(topology, info, chains...);
}

}  // namespace tenon::description
