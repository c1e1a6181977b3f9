// Two processes in a circle over inproc: each asks the other when it starts. In threads, and in a simulated world.
#pragma once

#include <tenon/launch/thread.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>

namespace neighbours {

struct hello {};
struct heard { int replies; };
using greeting = tenon::protocol<tenon::request<hello, heard>>;

/// Greets its neighbour when it starts, and tells who greets it how often it was answered.
struct neighbour {
    static constexpr auto door  = tenon::rep<"door", greeting>;
    static constexpr auto next  = tenon::req<"next", greeting>;
    static constexpr auto ports = tenon::ports(door, next);

    int replies = 0;

    heard on(hello const&) { return {replies}; }
    void  on(tenon::started const&, auto& process) {
        // A limit that is reached only when a test fails.
        process[next].request(hello{}, std::chrono::seconds{30},
                              [this](tenon::result<heard> got) { replies += got ? 1 : 0; });
    }
};

template <class Launch>
using neighbour_process = tenon::process<neighbour, Launch, tenon::codec::binary, tenon::transport::zmq>;

inline constexpr auto left   = tenon::participant<neighbour_process<tenon::launch::thread>, "left">;
inline constexpr auto right  = tenon::participant<neighbour_process<tenon::launch::thread>, "right">;
inline constexpr auto circle = tenon::topology(left[neighbour::next] >> right[neighbour::door],
                                               right[neighbour::next] >> left[neighbour::door]);

}  // namespace neighbours
