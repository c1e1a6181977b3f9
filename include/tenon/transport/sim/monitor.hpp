// Hearing what happens to the connections of a simulated socket.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/transport/connection.hpp>
#include <tenon/transport/sim/context.hpp>
#include <tenon/transport/sim/socket.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace tenon::transport::simulation {

/// Tells what happens to the connections of a socket, from now on, in the order of libzmq. Those over inproc are not
/// reported.
///
/// Requires that `target` outlives it and is not moved. One monitor for each socket; a second one takes the place of
/// the first.
class monitor {
public:
    monitor(context& owner, socket& target)
        : target_{target.state()}, target_epoch_{target_->epoch()}, reports_{owner, pattern::pair} {
        target_->watcher_       = reports_.state();
        target_->watcher_epoch_ = reports_.state()->epoch();
    }
    monitor(monitor const&)            = delete;
    monitor& operator=(monitor const&) = delete;
    ~monitor() {
        if (target_->epoch() == target_epoch_ && target_->watcher_ == reports_.state()) target_->watcher_ = nullptr;
    }

    /// The socket to wait for: readable when there is something to tell.
    [[nodiscard]] simulation::socket& socket() noexcept { return reports_; }

    /// What has happened next, or nothing if there is no more by now.
    [[nodiscard]] std::optional<connection_report> next() {
        if (!reports_.is_open()) return std::nullopt;
        socket_state& from = *reports_.state();
        if (from.next_report_ == from.reports_.size()) {
            from.reports_.clear();
            from.next_report_ = 0;
            return std::nullopt;
        }
        auto& one = from.reports_[from.next_report_++];
        endpoint_ = std::move(one.endpoint);
        return connection_report{one.what, endpoint_, one.reason};
    }

private:
    socket_state*      target_;
    std::uint32_t      target_epoch_;
    simulation::socket reports_;
    std::string        endpoint_;
};

}  // namespace tenon::transport::simulation
