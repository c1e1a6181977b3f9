// A declared chain as each of its participants sees it: what it sends and receives at its ports, step by step.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/message/message.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing::detail {

/// A step of a chain for one of its two participants.
struct local_step {
    std::size_t      number;  ///< In the chain, from 1.
    bool             sends;
    std::string_view port, message;
};

struct chain_participant {
    std::string_view        name, app;
    bool                    foreign = false;
    std::vector<local_step> steps;
};

struct global_step {
    std::size_t      from, to;  ///< Participants.
    std::string_view message;
    bool             to_server;
    bool             published;  ///< To all subscribers.
    std::size_t      sent_as;    ///< The step, from 0, with which it is sent: one message may be published over links.
};

/// A chain for code that knows no types.
struct chain_projection {
    std::string_view               title;
    std::vector<chain_participant> participants;
    std::vector<global_step>       steps;

    template <class Role>
    std::size_t participant() {
        using process = typename Role::process_type;
        for (std::size_t at = 0; at < participants.size(); ++at)
            if (participants[at].name == Role::name) return at;
        chain_participant made{Role::name, {}, tenon::detail::is_foreign<process>, {}};
        if constexpr (!tenon::detail::is_foreign<process>)
            made.app = tenon::detail::unqualified_name<typename process::app_type>();
        participants.push_back(std::move(made));
        return participants.size() - 1;
    }
    template <class Step>
    void add() {
        using sender           = typename Step::sender;
        using receiver         = typename Step::receiver;
        std::size_t const from = participant<typename sender::role_type>();
        std::size_t const to   = participant<typename receiver::role_type>();
        auto const        name = message_name<typename Step::message_type>;
        constexpr pattern hears = receiver::port_type::pattern;
        global_step       made{from, to, name, Step::to_server, hears == pattern::sub || hears == pattern::xsub,
                         steps.size()};
        local_step const  sent{steps.size() + 1, true, sender::port_type::name, name};
        made.sent_as = published_with(made, sent);
        steps.push_back(made);
        if (made.sent_as == steps.size() - 1) participants[from].steps.push_back(sent);
        participants[to].steps.push_back({steps.size(), false, receiver::port_type::name, name});
    }

private:
    /// What is published to several kinds of subscribers is a step to each, one after the other, and one message.
    [[nodiscard]] std::size_t published_with(global_step const& made, local_step const& sent) const {
        if (!made.published || steps.empty() || participants[made.from].steps.empty()) return steps.size();
        local_step const& before = participants[made.from].steps.back();
        std::size_t const first  = before.number - 1;
        if (!before.sends || before.port != sent.port || before.message != sent.message) return steps.size();
        for (std::size_t at = first; at < steps.size(); ++at)
            if (steps[at].sent_as != first || steps[at].to == made.to) return steps.size();
        return first;
    }
};

template <std::size_t Notes, class... Steps>
chain_projection projection_of(message_chain<Notes, Steps...> const& chain) {
    chain_projection made;
    made.title = chain.title;
    (made.add<Steps>(), ...);
    return made;
}

}  // namespace tenon::testing::detail
