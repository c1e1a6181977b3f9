// The running end of `push` ports: sends commands, each to one of its peers.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/attachments.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/port_end.hpp>
#include <tenon/protocol/sendable.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace tenon::detail {

/// A message is the body, and its attachments behind it: PUSH and PULL have no envelope.
template <class Process, class Port>
class push_end : public port_end<Process, Port> {
    using base  = port_end<Process, Port>;
    using frame = typename base::frame;
    using app   = typename Process::app_type;
    friend base;

public:
    static constexpr bool only_sends = true;

    push_end(Process& process, plan const& from) : base{process, pattern::push, from} {}

    /// Hands `command` to the next peer that takes it. False if it cannot be encoded, or if it cannot be sent and the
    /// port's overload option says that this is the sender's business: then it is counted as undeliverable.
    template <class Command>
    bool send(Command const& command) {
        if constexpr (command_of_port<app, Port, Command>::value) {
            if constexpr (base::packs) return this->is_success(this->pack(command));
            if constexpr (attachment_count<Command> > 0) {
                std::array<frame, 1 + attachment_count<Command>> parts;
                return send_parts(command, std::span<frame>{parts});
            } else {
                return send_parts(command, std::span<frame>{&body_, 1});
            }
        }
        return false;
    }

    /// Nothing arrives at a PUSH socket.
    bool drain(std::size_t) noexcept { return false; }

private:
    friend class batcher<base>;

    template <class Command>
    bool send_parts(Command const& command, std::span<frame> parts) {
        if (codec_error const failed = encode_frames(this->codec_, this->scratch_, parts, command)) {
            this->undeliverable(failed.code, message_name<Command>);
            return false;
        }
        return this->is_success(this->hand_over({parts, 0, message_name<Command>}));
    }
    transport::io transmit_batch(frame& body, packed_batch const&) { return this->transmit({&body, 1}); }

    frame body_;  ///< Empty again when it has left.
};

}  // namespace tenon::detail
