// The conversation of a recorded run as data: what diagrams of it are printed from.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/describe/exchange.hpp>
#include <tenon/describe/model.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/observer/recording_file.hpp>
#include <tenon/process/topology/recorded.hpp>
#include <tenon/protocol/topology.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::description {

namespace detail {

/// Puts recordings together to one conversation.
class run_reader {
public:
    run_reader(application const& app, std::span<recording::file const> run) : app_{app} {
        for (recording::file const& each : run) add(each);
    }

    exchange read(std::string_view title) {
        match();
        exchange all{std::string{title}, {}, {}, {}};
        for (std::size_t lane = next(); lane < lanes_.size(); lane = next()) {
            words const& said = lanes_[lane].said[lanes_[lane].done++];
            add_step(all, lane, said);
        }
        return all;
    }

private:
    static constexpr std::size_t nowhere = none;

    /// One message, sent or received.
    struct words {
        recording::entry const* entry;
        std::size_t             port;                  ///< In the application.
        std::size_t             number     = nowhere;  ///< If it was sent: its position in `said_`.
        std::size_t             heard_from = nowhere;  ///< If it was received: the position of what was sent.
    };
    /// What was sent, wherever.
    struct sent {
        std::size_t              lane, place;
        std::vector<std::size_t> heard_by{};  ///< Lanes; more than one if it was published.
    };
    /// A process, from its first message to its last.
    struct track {
        std::string        name;
        std::vector<words> said{};
        std::size_t        done = 0;
    };

    void add(recording::file const& file) {
        for (std::size_t at = 0; at < app_.participants.size(); ++at) {
            participant const& who = app_.participants[at];
            if (!tenon::detail::is_recorded_as(file.app, who.name, who.app)) continue;
            track made{name_for(file, who)};
            for (recording::entry const& each : file.entries) {
                bool const is_sent = each.what == recording::happening::sent;
                if (!is_sent && each.what != recording::happening::received) continue;
                std::size_t const port = port_of(at, each.port);
                if (port == none || find_message(port, each.message) == nullptr) continue;
                made.said.push_back({&each, port, is_sent ? said_.size() : nowhere});
                if (is_sent) said_.push_back({lanes_.size(), made.said.size() - 1});
            }
            lanes_.push_back(std::move(made));
            return;
        }
    }
    /// The participant's name, with a number if there are several.
    [[nodiscard]] std::string name_for(recording::file const& file, participant const& who) const {
        if (file.app.starts_with(who.name)) return file.app;
        std::string name{who.name};
        auto const  taken = [&] {
            return std::any_of(lanes_.begin(), lanes_.end(), [&](track const& each) { return each.name == name; });
        };
        for (std::size_t number = 2; taken(); ++number)
            name = core::concat({who.name, ".", core::digits(number)});
        return name;
    }
    [[nodiscard]] std::size_t port_of(std::size_t participant, std::string_view name) const {
        for (std::size_t at = 0; at < app_.ports.size(); ++at)
            if (app_.ports[at].participant == participant && app_.ports[at].name == name) return at;
        return none;
    }

    [[nodiscard]] bool linked(std::size_t a, std::size_t b) const {
        return std::any_of(app_.links.begin(), app_.links.end(), [&](link const& each) {
            return (each.connects == a && each.binds == b) || (each.connects == b && each.binds == a);
        });
    }

    /// Finds for each message that was received the one that was sent: the first that nobody has received yet, in the
    /// order of time. Of processes whose clocks begin at different times that is a guess, where two had sent the same.
    void match() {
        struct hearing {
            std::size_t lane;
            words*      said;
        };
        std::vector<hearing> all;
        for (std::size_t at = 0; at < lanes_.size(); ++at)
            for (words& each : lanes_[at].said)
                if (each.number == nowhere) all.push_back({at, &each});
        std::sort(all.begin(), all.end(), [](hearing const& a, hearing const& b) {
            if (a.said->entry->time != b.said->entry->time) return a.said->entry->time < b.said->entry->time;
            return a.lane != b.lane ? a.lane < b.lane : a.said < b.said;
        });
        for (hearing const& each : all) {
            std::size_t found = nowhere;
            for (std::size_t number = 0; number < said_.size(); ++number)
                if (fits(said_[number], each.lane, *each.said) && (found == nowhere || earlier(number, found)))
                    found = number;
            if (found == nowhere) continue;
            each.said->heard_from = found;
            said_[found].heard_by.push_back(each.lane);
        }
    }
    [[nodiscard]] words const& words_of(sent const& which) const { return lanes_[which.lane].said[which.place]; }
    [[nodiscard]] bool         earlier(std::size_t a, std::size_t b) const {
        return words_of(said_[a]).entry->time < words_of(said_[b]).entry->time;
    }
    [[nodiscard]] bool fits(sent const& which, std::size_t lane, words const& heard) const {
        words const&         said      = words_of(which);
        tenon::pattern const from      = app_.ports[said.port].pattern;
        bool const           published = from == tenon::pattern::pub || from == tenon::pattern::xpub;
        bool const           taken     = published ? std::count(which.heard_by.begin(), which.heard_by.end(), lane) > 0
                                                   : !which.heard_by.empty();
        return !taken && which.lane != lane && said.entry->message == heard.entry->message &&
               said.entry->body == heard.entry->body && linked(said.port, heard.port);
    }

    /// The process that goes on: the one with the earliest message that is not received before it was sent.
    [[nodiscard]] std::size_t next() const {
        std::size_t best = nowhere;
        bool        free = false;
        for (std::size_t at = 0; at < lanes_.size(); ++at) {
            track const& each = lanes_[at];
            if (each.done == each.said.size()) continue;
            words const& said   = each.said[each.done];
            bool const   can    = said.heard_from == nowhere || has_passed(said_[said.heard_from]);
            bool const   sooner = best == nowhere || said.entry->time < head(best).entry->time;
            if (can > free || (can == free && sooner)) best = at, free = can;
        }
        return best;
    }
    [[nodiscard]] words const& head(std::size_t lane) const { return lanes_[lane].said[lanes_[lane].done]; }
    [[nodiscard]] bool has_passed(sent const& which) const { return lanes_[which.lane].done > which.place; }

    /// A message is drawn when it is received; if the receiver is an outsider, when it is sent.
    void add_step(exchange& all, std::size_t lane, words const& said) const {
        bool const        is_sent = said.number != nowhere;
        std::size_t const outside = outsider_at(said.port);
        if (is_sent && (!said_[said.number].heard_by.empty() || outside == none)) return;
        if (!is_sent && said.heard_from == nowhere && outside == none) return;
        bool const             by_us = !is_sent && said.heard_from != nowhere;
        std::string_view const here  = lanes_[lane].name;
        std::string_view const peer  = by_us ? std::string_view{lanes_[said_[said.heard_from].lane].name}
                                             : app_.participants[app_.ports[outside].participant].name;
        std::size_t const peer_port  = by_us ? words_of(said_[said.heard_from]).port : outside;
        exchange_step     made;
        made.from = position_of(all.participants, is_sent ? here : peer);
        made.to   = position_of(all.participants, is_sent ? peer : here);
        draw(made, is_sent ? said.port : peer_port, is_sent ? peer_port : said.port, said.entry->message,
             app_.ports[said.port].is_server ? peer : here);
        all.steps.push_back(std::move(made));
    }
    void draw(exchange_step& made, std::size_t from, std::size_t to, std::string_view name,
              std::string_view client_name) const {
        port const& client = app_.ports[from].is_server ? app_.ports[to] : app_.ports[from];
        port const& server = app_.ports[from].is_server ? app_.ports[from] : app_.ports[to];
        made.sends         = app_.ports[from].pattern;
        made.receives      = app_.ports[to].pattern;
        made.what          = *find_message(from, name);
        made.kind          = meaning::reply;
        std::vector<std::string_view> keys;
        for (statement const& each : app_.protocols[server.protocol].statements) {
            if (app_.messages[each.message].name != name) continue;
            if ((each.kind == meaning::event) != app_.ports[from].is_server) continue;
            made.kind = each.kind;
            keys      = each.keys;
        }
        add_frames(made, client.pattern, client_name, keys, server.sequenced);
    }

    /// The end of an outsider that is linked to the port, or none.
    [[nodiscard]] std::size_t outsider_at(std::size_t port) const {
        for (std::size_t at = 0; at < app_.ports.size(); ++at)
            if (app_.participants[app_.ports[at].participant].foreign && linked(port, at)) return at;
        return none;
    }
    /// The message of that name in the port's protocol.
    [[nodiscard]] message const* find_message(std::size_t port, std::string_view name) const {
        std::size_t const talk = app_.ports[port].protocol;
        if (talk == none) return nullptr;
        for (statement const& each : app_.protocols[talk].statements)
            for (std::size_t const one : {each.message, each.reply})
                if (one != none && app_.messages[one].name == name) return &app_.messages[one];
        return name == failure_.name ? &failure_ : nullptr;
    }

    application const& app_;
    message            failure_ = message_of<failure>();
    std::vector<track> lanes_;
    std::vector<sent>  said_;
};

}  // namespace detail

/// What was said in a recorded run between the participants of a topology, in the order in which it was received:
/// `ascii(recorded(app, recordings, "A run"))` prints it as a diagram, `mermaid(...)` as another.
///
/// `run` has a recording of each process, as `tenon::recording::read` gives it back, or `tenon::testing::recordings`
/// for a simulated world; each belongs to the participant that has the name `app`, or whose app has. What was sent and
/// never received is left out, but what goes to or comes from outsiders, who record nothing, is drawn. Recordings of
/// several processes have clocks of their own: what is received comes after what was sent, the rest is in the order of
/// the clocks. Cost: the square of the number of messages; it is for runs that a person reads.
template <class... Parts>
[[nodiscard]] exchange recorded(wiring<Parts...> const& topology, std::span<recording::file const> run,
                                std::string_view title) {
    application const app = model(topology);
    return detail::run_reader{app, run}.read(title);
}

}  // namespace tenon::description
