// A received message that outlives its turn, for handlers that are coroutines.
#pragma once

namespace tenon::detail {

/// A message with everything that its fields may borrow from: the received bytes, and the codec with its memory for
/// text that had to be unescaped. Not to be moved: the fields may point into it.
template <class Codec, class Frame, class M>
struct held_message {
    Codec codec;
    Frame bytes;
    M     message{};

    held_message()                               = default;
    held_message(held_message const&)            = delete;
    held_message& operator=(held_message const&) = delete;
};

/// Finds `start_handler_task` of <tenon/process/task.hpp> by argument-dependent lookup: whoever has a handler that is a
/// coroutine has included it.
struct task_start {};

/// In place of a promise, where nobody waits for an answer.
struct no_promise {};

}  // namespace tenon::detail
