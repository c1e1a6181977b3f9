// The messaging patterns of ZeroMQ, by the names that its manual uses (zmq_socket(3)).
#pragma once

#include <string_view>

namespace tenon {

/// What a port or socket does with messages: ZeroMQ's socket types.
enum class pattern { req, rep, dealer, router, pub, sub, xpub, xsub, push, pull, pair };

/// The name in the manual's spelling, such as "REQ".
constexpr std::string_view name_of(pattern p) noexcept {
    switch (p) {
        case pattern::req: return "REQ";
        case pattern::rep: return "REP";
        case pattern::dealer: return "DEALER";
        case pattern::router: return "ROUTER";
        case pattern::pub: return "PUB";
        case pattern::sub: return "SUB";
        case pattern::xpub: return "XPUB";
        case pattern::xsub: return "XSUB";
        case pattern::push: return "PUSH";
        case pattern::pull: return "PULL";
        case pattern::pair: return "PAIR";
    }
    return "?";
}

}  // namespace tenon
