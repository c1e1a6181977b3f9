// The laws that every transport keeps, as a test that anyone can run on a transport of their own.
#pragma once

#include <tenon/testing/transport_laws/adapter.hpp>
#include <tenon/testing/transport_laws/lifecycle.hpp>
#include <tenon/testing/transport_laws/multipart.hpp>
#include <tenon/testing/transport_laws/pipeline.hpp>
#include <tenon/testing/transport_laws/publishing.hpp>
#include <tenon/testing/transport_laws/request_reply.hpp>
#include <tenon/testing/transport_laws/routing.hpp>
#include <tenon/testing/transport_laws/types.hpp>
#include <tenon/testing/transport_laws/waiting.hpp>

#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::testing {

namespace transport_laws {

inline constexpr std::span<law const> all_laws[] = {request_reply_laws, routing_laws,   pipeline_laws, publishing_laws,
                                                    multipart_laws,     lifecycle_laws, waiting_laws};

/// What happens when it is run: nothing, or why the law is broken.
template <class Run>
std::string outcome_of(Run const& run) {
    try {
        run();
        return {};
    } catch (broken_law const& broken) {
        return broken.what;
    } catch (std::exception const& e) {
        return std::string{"it throws: "} + e.what();
    }
}

}  // namespace transport_laws

/// The names of all laws that a transport of such abilities is tried with, in the order of `check_transport`.
template <transport_bench Bench>
[[nodiscard]] std::vector<std::string_view> transport_law_names(transport_abilities const& can = {}) {
    std::vector<std::string_view> names;
    for (auto const group : transport_laws::all_laws)
        for (auto const& each : group)
            if (each.needs == nullptr || can.*each.needs) names.push_back(each.name);
    for (auto const& each : transport_laws::typed_laws<Bench>)
        if (each.needs == nullptr || can.*each.needs) names.push_back(each.name);
    return names;
}

/// `check_transport` on a bench of one's own, which is made anew, from `arguments`, for each law.
///
/// With `only`, the name of a law, just that one is tried.
template <transport_bench Bench, class... Arguments>
[[nodiscard]] std::vector<std::string> check_transport_on(transport_abilities const& can, std::string_view only,
                                                          Arguments const&... arguments) {
    std::vector<std::string> sentences;
    auto const try_one = [&](auto const& law, auto const& run) {
        if ((law.needs != nullptr && !(can.*law.needs)) || (!only.empty() && law.name != only)) return;
        auto const broken = transport_laws::outcome_of([&] {
            Bench                 bench(arguments...);
            transport_laws::stage_on<Bench> stage{bench, can};
            run(stage, bench);
        });
        if (!broken.empty()) sentences.push_back(std::string{law.name} + ": " + broken);
    };
    for (auto const group : transport_laws::all_laws)
        for (auto const& each : group) try_one(each, [&](transport_laws::stage& stage, Bench&) { each.run(stage); });
    for (auto const& each : transport_laws::typed_laws<Bench>) try_one(each, each.run);
    return sentences;
}

/// Tries a transport with a hundred scenes of what ZeroMQ promises, at the level of sockets: what REQ and REP allow,
/// routing and identities, turns and order, subscriptions, high-water marks, whole messages, binding, connecting and
/// closing, peers that come and go, waiting, threads.
///
/// Returns a sentence for each broken law, "law: what happened", so an empty list means that the transport conforms.
/// Needs no test framework:
///
///     for (auto const& sentence : tenon::testing::check_transport<my_transport>(tenon::scheme::tcp))
///         std::puts(sentence.c_str());
///
/// Requires a transport whose `context::wait` blocks in real time and waits for sockets of several contexts; for
/// others, such as one with virtual time, write a `transport_bench` and call `check_transport_on`.
/// `can` says what is left out on purpose; such laws are not tried. Each law has contexts and addresses of its own.
/// A slow machine breaks no law: what has to come has ten seconds to come, and each further condition is one that the
/// sender and the receiver can see. For a transport without fault it takes about a second.
template <transport::is_transport Transport>
[[nodiscard]] std::vector<std::string> check_transport(scheme where, transport_abilities const& can = {}) {
    return check_transport_on<blocking_bench<Transport>>(can, {}, where);
}

}  // namespace tenon::testing
