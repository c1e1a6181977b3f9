// How a child is started, whatever the launch policy.
#pragma once

#include <tenon/core/chrono.hpp>

#include <string>

namespace tenon::launch {

/// What a parent decides about a start. The defaults suit a service on the same machine.
struct start_options {
    /// How long the child may take until it calls `readiness::ready`.
    std::chrono::milliseconds ready_timeout{10'000};

    /// How long a child may take to stop before it is killed: after `terminate` in the handle's destructor,
    /// after a failed start, and in the child itself once its parent is gone.
    std::chrono::milliseconds grace{5'000};

    /// `spawn` only: the program to run instead of this one. It has to be another copy or build of this
    /// program that knows the same entry under the same name. Empty: this program, even if its file was
    /// replaced or deleted since.
    std::string program{};
};

}  // namespace tenon::launch
