// The running end of `pull` ports: receives commands from all its peers.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/process/receiving_end.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>

namespace tenon::detail {

/// A message is the body, and its attachments behind it: PUSH and PULL have no envelope.
template <class Process, class Port>
class pull_end : public receiving_end<Process, Port> {
    using base  = receiving_end<Process, Port>;
    using frame = typename base::frame;
    friend base;

public:
    pull_end(Process& process, plan const& from) : base{process, pattern::pull, from} {}

    /// Handles up to `budget` messages that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        while (budget > 0) {
            std::size_t const handled = receive_one();
            if (handled == 0) return false;
            budget -= handled < budget ? handled : budget;
        }
        return true;
    }

private:
    /// Returns how many messages came; more than one came in a batch.
    std::size_t receive_one() {
        if (this->socket_.receive(body_) != transport::io::done) return 0;
        if (!body_.more()) [[likely]] return this->deliver_all(body_);
        if constexpr (base::may_attach) return receive_attached();
        while (body_.more())
            if (this->socket_.receive(body_) != transport::io::done) break;
        ++this->counters_.wrong_frames;
        this->observe({}, errc::wrong_frames, "a command is one frame");
        return 1;
    }

    std::size_t receive_attached() {
        for (bool more = true; more;) {
            frame& into = this->attachment_or(body_);
            if (this->socket_.receive(into) != transport::io::done) break;
            more = into.more();
            this->keep_attachment();
        }
        std::size_t const handled = this->deliver_all(body_);
        this->attached_.clear();
        return handled;
    }

    frame body_;
};

}  // namespace tenon::detail
