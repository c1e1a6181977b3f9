// The child's side of a start: what the body of a process tells whoever started it.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>

#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

namespace tenon::launch {

/// How somebody else asks a running entry to stop: a function and its argument.
///
/// It is called from any thread, perhaps more than once, perhaps before the entry's loop has begun to run
/// (the wish has to be remembered then). It returns at once, throws nothing and calls nothing of `readiness`.
struct stop_callback {
    void (*function)(void*) = nullptr;
    void* argument          = nullptr;

    explicit operator bool() const noexcept { return function != nullptr; }
    void operator()() const { function(argument); }
};

/// What a launch policy does with the words of its child. For authors of launch policies.
class readiness_sink {
public:
    virtual void ready(bytes_view payload, stop_callback stop) = 0;
    virtual void failed(errc code, std::string_view text)      = 0;
    /// After this has returned the stop callback is not called any more.
    virtual void withdraw() noexcept           = 0;
    virtual int  lifeline() noexcept           = 0;
    virtual bool owns_process() const noexcept = 0;

protected:
    ~readiness_sink() = default;
};

/// Handed to an entry when it runs: the way to say "ready" or why not.
///
/// Threading: used by the thread that runs the entry only.
class readiness {
public:
    /// For authors of launch policies; `sink` has to outlive this object.
    explicit readiness(readiness_sink& sink) noexcept : sink_{&sink} {}
    readiness(readiness const&)            = delete;
    readiness& operator=(readiness const&) = delete;

    /// Keeps a stop callback in force; its end withdraws it, and waits for a call that is under way.
    /// Declare it after whatever the callback refers to.
    class [[nodiscard]] stop_scope {
    public:
        explicit stop_scope(readiness_sink* sink) noexcept : sink_{sink} {}
        stop_scope(stop_scope const&)            = delete;
        stop_scope& operator=(stop_scope const&) = delete;
        ~stop_scope() { sink_->withdraw(); }

    private:
        readiness_sink* sink_;
    };

    /// The entry is up. `payload` travels to the parent as it is (addresses bound, for instance), and the
    /// parent's `start` returns. `stop` is in force until the returned scope ends.
    ///
    /// A child that is a process of its own is stopped by SIGTERM instead: see to the signal before you call
    /// this.
    /// Errors: `errc::launch_failed` if called twice or after `failed`, or if the parent cannot be told; a parent that
    /// has ended is none: the entry will be asked to stop.
    stop_scope ready(bytes_view payload, stop_callback stop) {
        announce(payload, stop);
        return stop_scope{sink_};
    }

    /// The same for an entry that cannot be stopped from another thread.
    void ready(bytes_view payload = {}) { announce(payload, {}); }

    /// The entry gives up: before `ready`, the parent's `start` throws with this code and text. Leaving the
    /// entry with an exception does the same. Once the child is ready, or has failed already, the text goes to
    /// stderr.
    [[gnu::cold]] void failed(errc code, std::string_view text) {
        if (!std::exchange(spoken_, true)) return sink_->failed(code, text);
        std::fprintf(stderr, "tenon: a process failed: %.*s\n", static_cast<int>(text.size()), text.data());
    }
    void failed(std::string_view text) { failed(errc::launch_failed, text); }

    /// A descriptor that becomes readable (at its end) when the parent is gone, or −1 if there is none.
    ///
    /// Whoever asks for it has to watch it, and to stop the entry then; otherwise the child is sent SIGTERM
    /// instead. In both cases it is ended by force `start_options::grace` later. Do not read from it, do not
    /// close it.
    [[nodiscard]] int lifeline() noexcept { return sink_->lifeline(); }

    /// False if the entry is a guest in somebody else's process, so that signals and other things of the
    /// whole process are none of its business.
    [[nodiscard]] bool owns_process() const noexcept { return sink_->owns_process(); }

private:
    [[gnu::cold]] void announce(bytes_view payload, stop_callback stop) {
        if (std::exchange(spoken_, true))
            tenon::detail::throw_error(errc::launch_failed, {"readiness::ready() was called twice, or after failed()"});
        sink_->ready(payload, stop);
    }

    readiness_sink* sink_;
    bool            spoken_ = false;
};

namespace detail {

/// Runs an entry to its end; an exception becomes the parent's error, or a line on stderr and code 1.
/// Returns the exit code as a process has it: the low eight bits.
/// Who calls it is cold code, compiled for size; the entry is not ours to slow down. `hot` keeps g++ from taking for
/// cold what is called from cold code only.
template <class Body>
[[gnu::hot, gnu::noinline]] int run_entry(Body&& body, readiness& ready) noexcept {
    auto const fail = [&](errc code, char const* text) {
        try {
            ready.failed(code, text);
        } catch (...) {  // the parent is gone or memory is: stderr is all that is left
            std::fprintf(stderr, "tenon: a process failed: %s\n", text);
        }
        return 1;
    };
    try {
        return static_cast<int>(body(ready)) & 0xff;
    } catch (error const& e) {
        return fail(e.code(), e.what());
    } catch (std::exception const& e) {
        return fail(errc::launch_failed, e.what());
    } catch (...) {
        return fail(errc::launch_failed, "an exception that is no std::exception");
    }
}

}  // namespace detail
}  // namespace tenon::launch
