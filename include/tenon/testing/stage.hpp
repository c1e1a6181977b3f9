// Process tests: one process on a stage, all of whose peers the test plays.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/protocol/opaque.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/topic.hpp>
#include <tenon/testing/difference.hpp>
#include <tenon/testing/print.hpp>
#include <tenon/testing/stage/checks.hpp>
#include <tenon/testing/stage/expectation.hpp>
#include <tenon/testing/stage/peer.hpp>
#include <tenon/testing/unexpected.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/resident.hpp>
#include <tenon/testing/world/sequence_diagram.hpp>
#include <tenon/testing/world/simulated.hpp>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::testing {

namespace detail {

/// The peers at one port: the first is always there.
template <class Codec, class Port>
struct peers_at {
    std::vector<std::unique_ptr<played_peer<Codec, Port>>> all;
};
template <class Codec, class Ports>
struct peers_of_ports;
template <class Codec, class... Ports>
struct peers_of_ports<Codec, port_list<Ports...>> : peers_at<Codec, Ports>... {};

}  // namespace detail

/// One process, whose peers the test plays: it sends the process what they would send, and expects what they would get.
///
///     tenon::testing::stage<shop_process> stage;
///     stage.inject(shop::counter, order{"tea"});
///     auto asked = stage.expect(query{"tea"}).from(shop::shelf);
///     asked.answer(found{3});
///     stage.expect(receipt{"tea"}).from(shop::counter);
///     stage.nothing_more();
///
/// `Process` is the type of production, on a simulated network on which messages take no time; its ports have one peer
/// each. Time passes only in `advance`. What is not met is thrown as `unexpected`, with what came instead and a diagram
/// of what went to and fro. Messages have to be expected in the order in which they came out of their port; between
/// ports there is none.
/// Threading: one thread.
template <class Process>
class stage {
    using running    = simulated<Process>;
    using app_type   = typename running::app_type;
    using codec_type = typename running::codec_type;
    using ports_type = tenon::detail::ports_of_t<app_type>;
    template <class Port>
    using peer_type = detail::played_peer<codec_type, Port>;

public:
    using duration = std::chrono::nanoseconds;

    /// Starts the process, with the app's `config` if it has one. It has seen `started` and has been told of its peers
    /// when this returns. Throws what keeps it from coming up.
    template <class... Config>
    explicit stage(Config const&... config) : world_{1, in_no_time()}, process_{start(ports_type{}, config...)} {
        meet_peers(ports_type{});
        settle();
    }

    // ---- What the peers do ------------------------------------------------------------------------------------------

    /// The peer at `port` sends `m`: a question, a command or an event; the process handles it before this returns.
    /// `port` is a port, or one of several peers at it (`add_peer`).
    template <class Port, class M>
    void inject(Port const& port, M const& m) {
        inject_as(peer_at(port), m);
    }

    /// One more peer at a port that is bound: `auto second = stage.add_peer(port)`.
    template <class Port>
    [[nodiscard]] stage_peer<Port> add_peer(Port const& port) {
        static_assert(Port::is_server && Port::pattern != pattern::pair,
                      "tenon: more peers come to ports that are bound, of patterns that take several (see Port in the "
                      "lines around)");
        auto& all = peers<Port>().all;
        all.push_back(std::make_unique<peer_type<Port>>(
            world_.network(), "peer " + tenon::detail::digits(all.size() + 1)));
        all.back()->connect(process_.address(port));
        settle();
        return {port, all.size() - 1};
    }

    /// Lets `time` pass.
    void advance(time_limit time) {
        world_.advance(time);
        settle();
    }

    // ---- What is expected of the process ----------------------------------------------------------------------------

    /// `expect<pong>().from(port)`: a `pong` comes next out of `port`, whatever its fields.
    template <class M>
    auto expect() {
        return detail::expected_message<stage, M>{*this, std::nullopt};
    }
    /// `expect(pong{3}).from(port)`: exactly this one does.
    template <class M>
    auto expect(M exactly) {
        return detail::expected_message<stage, M>{*this, std::move(exactly)};
    }
    /// `allow<pong>().from(port)`: takes it if it is a `pong`.
    template <class M>
    auto allow() {
        return detail::allowed_message<stage, M>{*this};
    }
    /// `disallow<pong>().from(port)`: no `pong` waits to be expected.
    template <class M>
    auto disallow() {
        return detail::disallowed_message<stage, M>{*this};
    }
    /// Nothing has come out of any port that was not expected. Throws `unexpected` if something has.
    void nothing_more() {
        [this]<class... Ports>(port_list<Ports...>) { (this->nothing_more_from(Ports{}), ...); }(ports_type{});
    }
    template <class Port>
    void nothing_more_from(Port const& port) {
        settle();
        if constexpr (!tenon::detail::is_opaque<Port>)
            for (std::size_t i = 0; i < peers<Port>().all.size(); ++i)
                if (auto& arrived = peers<Port>().all[i]->arrived(); !arrived.empty())
                    disappoint({"expected nothing more from ", name_of(stage_peer<Port>{port, i}), ", but ",
                                arrived.text(), " came"});
    }

    /// True if an event with these first keys would reach the process at `port`.
    template <class Event, class Port, class... Keys>
    [[nodiscard]] bool is_subscribed(Port const&, Keys const&... keys) {
        settle();
        if constexpr (tenon::detail::subscription_of_port<app_type, Port, Event, Keys...>::value)
            return peers<Port>().all[0]->subscriptions().covering(
                       topic_prefix<typename Port::protocol_type, Event>(keys...).text()) > 0;
        return false;
    }

    // ---- Behind the scenes ------------------------------------------------------------------------------------------

    [[nodiscard]] bool               alive() const noexcept { return process_.alive(); }
    [[nodiscard]] std::optional<int> exit_code() const noexcept { return process_.exit_code(); }
    /// Asks it to stop, as SIGTERM does.
    void stop() {
        process_.stop();
        settle();
    }
    [[nodiscard]] auto&     process() { return process_.process(); }
    [[nodiscard]] app_type& app() { return process_.app(); }
    /// For faults, crashes and restarts: `stage.world().drop_next<pong>()`.
    [[nodiscard]] testing::world& world() noexcept { return world_; }
    /// The process as `world()` knows it.
    [[nodiscard]] auto& resident() noexcept { return process_; }

    // ---- For expectations -------------------------------------------------------------------------------------------

    template <class M, class Port>
    auto take(Port const& port, std::optional<M> const& exactly) {
        return take_from<M>(peer_at(port), exactly);
    }
    template <class M, class Port>
    auto take_if(Port const& port) {
        return take_if_from<M>(peer_at(port));
    }
    template <class M, class Port>
    void refuse(Port const& port) {
        refuse_from<M>(peer_at(port));
    }

private:
    static world_options in_no_time() {
        world_options options;
        options.network.latency_min = options.network.latency_max = duration{0};
        options.keep_trace = true;
        return options;
    }

    template <class Port>
    auto& peers() noexcept {
        return static_cast<detail::peers_at<codec_type, Port>&>(peers_);
    }
    template <class Port>
    auto& played(stage_peer<Port> which) noexcept {
        return *peers<Port>().all[which.number];
    }
    template <class Port>
    static stage_peer<Port> peer_at(stage_peer<Port> which) noexcept {
        return which;
    }
    template <class Port>
    static stage_peer<Port> peer_at(Port const& port) noexcept {
        static_assert(ports_type::template index_of<Port> != tenon::detail::npos,
                      "tenon: this port does not belong to the app of the process on stage");
        static_assert(!tenon::detail::is_opaque<Port>,
                      "tenon: an opaque port declares no messages that could be expected; test it in a world, with a "
                      "peer that is a process");
        return {port, 0};
    }

    // Peers of ports that connect are there before the process is, the others come to it.

    template <class... Ports, class... Config>
    auto& start(port_list<Ports...>, Config const&... config) {
        (this->await_process(Ports{}), ...);
        return world_.template start<Process>(config..., link(Ports{})...);
    }
    template <class Port>
    void await_process(Port) {
        if constexpr (!Port::is_server && !tenon::detail::is_opaque<Port>) first_peer<Port>().bind();
    }
    template <class Port>
    auto link(Port port) {
        if constexpr (tenon::detail::is_opaque<Port>) return unlinked(port);
        else if constexpr (Port::is_server) return tenon::bind(port, "127.0.0.1");
        else return tenon::connect(port, peers<Port>().all[0]->bound_address());
    }
    template <class Port>
    auto& first_peer() {
        peers<Port>().all.push_back(std::make_unique<peer_type<Port>>(world_.network(), "peer"));
        return *peers<Port>().all.back();
    }
    template <class... Ports>
    void meet_peers(port_list<Ports...>) {
        (this->meet_process(Ports{}), ...);
    }
    template <class Port>
    void meet_process(Port port) {
        if constexpr (Port::is_server && !tenon::detail::is_opaque<Port>)
            first_peer<Port>().connect(process_.address(port));
    }

    /// Lets the process do what it has to do now, and takes in what comes out of it.
    void settle() {
        world_.settle();
        [this]<class... Ports>(port_list<Ports...>) {
            auto const look = [](auto& at) {
                for (auto& each : at.all) each->look();
            };
            (look(this->template peers<Ports>()), ...);
        }(ports_type{});
    }

    template <class Port, class M>
    void inject_as(stage_peer<Port> from, M const& m) {
        if constexpr (detail::enters_port<app_type, Port, M>::value) {
            played(from).say(m);
            settle();
        }
    }

    template <class M, class Port>
    auto take_from(stage_peer<Port> from, std::optional<M> const& exactly) {
        static_assert(detail::leaves_port<app_type, Port, M>::value);
        settle();
        std::string const wanted  = exactly ? to_text(*exactly) : std::string{message_name<M>};
        auto&             arrived = played(from).arrived();
        if (arrived.empty()) disappoint({"expected ", wanted, " from ", name_of(from), ", but nothing came"});
        auto const m = arrived.template next_as<M>();
        if (!m) disappoint({"expected ", wanted, " from ", name_of(from), ", but ", arrived.text(), " came"});
        if (exactly)
            if (auto const differs = difference(*m, *exactly); !differs.empty())
                disappoint({"expected ", wanted, " from ", name_of(from), ", but ", differs});
        return accept(from, *m);
    }
    template <class M, class Port>
    auto take_if_from(stage_peer<Port> from) {
        static_assert(detail::leaves_port<app_type, Port, M>::value);
        settle();
        auto& arrived = played(from).arrived();
        auto  m       = arrived.empty() ? std::optional<M>{} : arrived.template next_as<M>();
        using taken   = decltype(accept(from, *m));
        return m ? std::optional<taken>{accept(from, *m)} : std::optional<taken>{};
    }
    template <class M, class Port>
    void refuse_from(stage_peer<Port> from) {
        static_assert(detail::leaves_port<app_type, Port, M>::value);
        settle();
        auto& arrived = played(from).arrived();
        if (arrived.template contains<M>())
            disappoint({"expected no ", message_name<M>, " from ", name_of(from), ", but ", arrived.text(), " came"});
    }

    template <class Port, class M>
    auto accept(stage_peer<Port> from, M const& m) {
        auto&      arrived = played(from).arrived();
        auto const id      = arrived.next().id;
        arrived.take();
        if constexpr (detail::is_question<Port, M>())
            return question_from<Port>(m, from.number, id.value());
        else return m;
    }

    template <class Port, class M>
    auto question_from(M const& m, std::size_t peer, correlation_id id) {
        using reply = typename Port::protocol_type::template reply_to<M>;
        constexpr auto answer = [](void* self, std::size_t number, correlation_id to, reply const* good,
                                   failure const* bad) {
            stage& here = *static_cast<stage*>(self);
            auto&  asks = *here.peers<Port>().all[number];
            if (good != nullptr) asks.send_under(to, *good);
            else asks.send_under(to, *bad);
            here.settle();
        };
        return stage_question<M, reply>{m, this, peer, id, answer};
    }

    template <class Port>
    std::string name_of(stage_peer<Port> which) const {
        std::string name = tenon::detail::concat({"port ", Port::name});
        if (which.number > 0) name += " to peer " + tenon::detail::digits(which.number + 1);
        return name;
    }

    [[noreturn]] void disappoint(std::initializer_list<std::string_view> sentence) {
        std::string text = tenon::detail::concat(sentence);
        if (!process_.alive()) {
            text += "; the process has ended";
            if (!process_.error_text().empty()) text += " with an exception: " + process_.error_text();
        }
        throw unexpected{text + "\n" + sequence_diagram(world_.network(), 20)};
    }

    testing::world                                 world_;
    detail::peers_of_ports<codec_type, ports_type> peers_;
    resident_process<running>&                     process_;
};

}  // namespace tenon::testing
