// How a child is started, whatever the launch policy.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>

#include <string>

namespace tenon::launch {

/// What a parent decides about a start. The defaults suit a service on the same machine.
struct start_options {
    /// How long the child may take until it calls `readiness::ready`.
    time_limit ready_timeout = std::chrono::seconds{10};

    /// How long a child may take to stop before it is killed: after `terminate` in the handle's destructor,
    /// after a failed start, and in the child itself once its parent is gone.
    time_limit grace = std::chrono::seconds{5};

    /// `spawn` only: the program to run instead of this one. It has to be another copy or build of this
    /// program that knows the same entry under the same name. Empty: this program, even if its file was
    /// replaced or deleted since.
    std::string program{};
};

}  // namespace tenon::launch
