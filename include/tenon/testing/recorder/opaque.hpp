// The recorded end of opaque ports: whether they read. Frames need a transport.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/testing/recorder/port.hpp>

namespace tenon::testing::detail {

template <class Recorder, class Port>
class recorded_opaque : public recorded_port<Recorder, Port> {
public:
    using recorded_port<Recorder, Port>::recorded_port;

    // ---- As the port of a process -----------------------------------------------------------------------------------

    void pause() noexcept { paused_ = true; }
    void resume() noexcept { paused_ = false; }
    void retry() noexcept {}
    [[nodiscard]] bool is_paused() const noexcept { return paused_; }

    /// Refused while compiling: there are no frames.
    template <class Message>
    bool forward(Message&) {
        static_assert(tenon::detail::always_false<Message>,
                      "tenon: a recorder has no frames that an opaque port could forward (see Port in the lines "
                      "around): test this handler on a stage or in a world (docs/testing-process.md)");
        return false;
    }
    template <class Message>
    errc try_forward(Message& message) {
        return forward(message) ? errc::ok : errc::would_block;
    }
    template <class F>
    void when_room(F) {
        static_assert(tenon::detail::always_false<F>,
                      "tenon: at an opaque port of a recorder there is always room (see Port in the lines around): "
                      "test this handler on a stage or in a world (docs/testing-process.md)");
    }

private:
    bool paused_ = false;
};

}  // namespace tenon::testing::detail
