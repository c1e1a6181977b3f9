// A group of processes: started in order, stopped together in the reverse order.
#pragma once

#include <tenon/core/duration.hpp>
#include <tenon/detail/owner.hpp>
#include <tenon/launch/exit_status.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/process/start.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon {

/// The processes of an application that belong together:
/// `auto& server = group.start<server_process>(tenon::bind(...));`, then
/// `group.start<worker_process>(tenon::connect(worker_app::jobs, server.address(server_app::jobs)))`.
///
/// Who was started later may count on those before: stopping goes in the reverse order, and each child has ended
/// before the next is asked. It can be moved, not copied; its destructor stops the children and leaves none behind.
/// Threading: one thread at a time.
class group {
public:
    group()                 = default;
    group(group&&) noexcept = default;
    /// The children held so far are stopped first.
    group& operator=(group&& other) noexcept {
        if (this != &other) {
            stop_all();
            members_ = std::move(other.members_);
        }
        return *this;
    }
    ~group() { stop_all(); }

    /// Starts one more process, with the arguments of `tenon::start`. The child belongs to the group; the reference is
    /// valid as long as the group, also after its end.
    ///
    /// Throws as `tenon::start` does. The processes started so far are stopped then, in the reverse order, and the
    /// group is empty, as if it had never been used.
    template <class Process, class... Arguments>
    child<Process>& start(launch::start_options const& options, Arguments const&... arguments) {
        try {
            auto* const started = new member_of<Process>{options, arguments...};
            detail::owner<member> owned{started};
            auto& held = started->held;
            members_.push_back(std::move(owned));
            return held;
        } catch (...) {
            stop_all();
            members_.clear();
            throw;
        }
    }
    template <class Process, class... Arguments>
        requires(!std::is_same_v<detail::type_at<0, Arguments..., void>, launch::start_options>)
    child<Process>& start(Arguments const&... arguments) {
        return start<Process>(launch::start_options{}, arguments...);
    }

    /// Stops the children one after the other, the last one first: each is asked (SIGTERM, for a process), killed
    /// after the `grace` of its options (SIGKILL), and waited for. A thread cannot be killed: it is waited for without
    /// end. Returns how they ended, in the order of their starts; a second call returns the same.
    std::vector<launch::exit_status> stop() {
        stop_all();
        return join();
    }

    /// Waits until all have ended by themselves; returns how, in the order of their starts.
    std::vector<launch::exit_status> join() {
        std::vector<launch::exit_status> ends;
        ends.reserve(members_.size());
        for (auto const& each : members_) ends.push_back(each->join());
        return ends;
    }

    /// True as long as one of them has not ended.
    [[nodiscard]] bool alive() const {
        for (auto const& each : members_)
            if (each->alive()) return true;
        return false;
    }
    /// How many were started, whether they have ended or not.
    [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }

private:
    /// A child whose type is known to its `start` only.
    struct member {
        virtual ~member()                          = default;
        virtual void                stop()         = 0;
        virtual launch::exit_status join()         = 0;
        [[nodiscard]] virtual bool  alive() const  = 0;
    };

    template <class Process>
    struct member_of final : member {
        template <class... Arguments>
        explicit member_of(launch::start_options const& options, Arguments const&... arguments)
            : held{tenon::start<Process>(options, arguments...)}, grace{options.grace} {}

        void stop() override {
            held.terminate();
            if (held.join(grace)) return;
            held.kill();
            held.join();
        }
        launch::exit_status join() override { return held.join(); }
        bool                alive() const override { return held.alive(); }

        child<Process>            held;
        time_limit grace;
    };

    void stop_all() noexcept {
        for (std::size_t i = members_.size(); i > 0; --i) members_[i - 1]->stop();
    }

    std::vector<detail::owner<member>> members_;
};

}  // namespace tenon
