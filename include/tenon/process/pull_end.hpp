// The running end of `pull` ports: receives commands from all its peers.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/process/receiving_end.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>

namespace tenon::detail {

/// A message is one frame, the body: PUSH and PULL have no envelope.
template <class Process, class Port>
class pull_end : public receiving_end<Process, Port> {
    using base  = receiving_end<Process, Port>;
    using frame = typename base::frame;
    friend base;

public:
    pull_end(Process& process, plan const& from) : base{process, pattern::pull, from} {}

    /// Handles up to `budget` messages that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        for (; budget > 0; --budget)
            if (!receive_one()) return false;
        return true;
    }

private:
    bool receive_one() {
        if (this->socket_.receive(body_) != transport::io::done) return false;
        if (!body_.more()) [[likely]] {
            this->deliver(body_);
            return true;
        }
        while (body_.more())
            if (this->socket_.receive(body_) != transport::io::done) break;
        ++this->counters_.wrong_frames;
        this->observe({}, errc::wrong_frames, "a command is one frame");
        return true;
    }

    frame body_;
};

}  // namespace tenon::detail
