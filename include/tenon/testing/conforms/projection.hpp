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
        steps.push_back({from, to, name, Step::to_server});
        participants[from].steps.push_back({steps.size(), true, sender::port_type::name, name});
        participants[to].steps.push_back({steps.size(), false, receiver::port_type::name, name});
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
