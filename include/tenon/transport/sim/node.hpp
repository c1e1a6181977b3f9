// A node of a simulated network: the place where a process runs.
#pragma once

#include <tenon/transport/sim/clock.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace tenon::transport::simulation {

class network;

/// One machine, as far as a simulation goes: what has one process, one clock, and one state of health.
///
/// A node with a `run` function is stepped: the network calls it when something has arrived or its deadline is reached,
/// and waiting in one of its contexts only looks. A node without one belongs to a test, whose waiting moves the time.
struct node {
    std::uint32_t id = 0;
    std::string   name;
    network*      world = nullptr;

    void (*run)(void* self) = nullptr;
    void* self              = nullptr;

    bool          apart   = false;  ///< Is no thread of the program that all the other nodes are threads of.
    std::uint32_t program = 0;      ///< The context of its program, if it is apart and has asked for it.

    bool       in_line  = false;  ///< Is to be run at this time.
    bool       frozen   = false;
    bool       crashed  = false;  ///< Sockets that close now do so without a word.
    time_point frozen_since{};
    time_point frozen_until = never;
    duration   clock_offset{};       ///< How much its clock is ahead.
    time_point deadline  = never;    ///< When it wants to be run at the latest.
    time_point scheduled = never;    ///< The earliest event that stands in the queue for that.
    time_point looks_at{};           ///< The latest event for looking whether there is room.
};

/// The node in which contexts and loops are made now; null outside of all.
inline constinit thread_local node* current_node = nullptr;

/// Makes a node the current one until its end.
class node_scope {
public:
    explicit node_scope(node& here) noexcept : before_{std::exchange(current_node, &here)} {}
    node_scope(node_scope const&)            = delete;
    node_scope& operator=(node_scope const&) = delete;
    ~node_scope() { current_node = before_; }

private:
    node* before_;
};

}  // namespace tenon::transport::simulation
