// launch::here: the entry runs in the calling thread.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/fwd.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/launch/start_error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>
#include <unistd.h>

namespace tenon::launch {

/// Runs the entry in the calling thread, for programs that are one process: `start` returns when it has
/// ended.
struct here {
    using policy_kind = kind::launch;

    /// The handle of an entry that has ended already.
    class child {
    public:
        child(exit_status status, buffer payload) noexcept : status_{status}, payload_{std::move(payload)} {}

        [[nodiscard]] bytes_view ready_payload() const noexcept { return payload_.view(); }
        [[nodiscard]] bool alive() const noexcept { return false; }
        exit_status join() const noexcept { return status_; }
        [[nodiscard]] std::optional<exit_status> join(time_limit) const noexcept {
            return status_;
        }
        void terminate() const noexcept {}
        void kill() const noexcept {}
        [[nodiscard]] pid_t pid() const noexcept { return ::getpid(); }

    private:
        exit_status status_;
        buffer      payload_;
    };

    /// Runs the entry. The options have no meaning here: nobody is left to measure the time.
    ///
    /// Errors: the entry's own code and text if it failed, `errc::launch_failed` if it ended before it was ready.
    template <entry Entry>
    static child start(Entry body, start_options const& options = {}) {
        return start(std::move(body), options, [](bytes_view, stop_callback) {});
    }

    /// The same; `on_ready(payload, stop)` is called in the entry's thread when it becomes ready. `stop` may
    /// be used from any thread until the entry takes it back: `on_ready` has to see to it that it is not used
    /// later.
    template <entry Entry, std::invocable<bytes_view, stop_callback> OnReady>
    static child start(Entry body, start_options const&, OnReady on_ready) {
        sink<OnReady> told{on_ready};
        readiness     ready{told};
        exit_status   status{detail::run_entry(body, ready), 0};
        if (told.failed_with) detail::throw_failed(*told.failed_with);
        if (!told.is_ready) detail::throw_ended(status);
        return {status, std::move(told.payload)};
    }

private:
    template <class OnReady>
    struct sink final : readiness_sink {
        explicit sink(OnReady& callback) : on_ready{callback} {}

        void ready(bytes_view bytes, stop_callback stop) override {
            payload.append(bytes);
            is_ready = true;
            on_ready(payload.view(), stop);
        }
        void failed(errc code, std::string_view text) override {
            failed_with.emplace(failure{code, std::string{text}});
        }
        void withdraw() noexcept override {}
        int  lifeline() noexcept override { return -1; }
        bool owns_process() const noexcept override { return true; }

        OnReady&               on_ready;
        bool                   is_ready = false;
        buffer                 payload;
        std::optional<failure> failed_with;
    };
};

}  // namespace tenon::launch
