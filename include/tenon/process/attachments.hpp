// Attachments between messages and frames: lent to those that leave, taken from those that arrived.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/reflect.hpp>
#include <tenon/message/set.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/transport/concept.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// The most attachments that a message of the set has.
template <class Set>
inline constexpr std::size_t most_attachments = 0;
template <class... Ms>
inline constexpr std::size_t most_attachments<message_set<Ms...>> = [] {
    std::size_t most = 0;
    ((most = attachment_count<Ms> > most ? attachment_count<Ms> : most), ...);
    return most;
}();

/// How many each of them has.
template <class Set>
inline constexpr std::array<std::size_t, 0> attachment_counts{};
template <class... Ms>
inline constexpr std::array<std::size_t, sizeof...(Ms)> attachment_counts<message_set<Ms...>>{attachment_count<Ms>...};

/// The most that a message has which arrives at `Port`.
template <class Port>
inline constexpr std::size_t most_attached_at = [] {
    constexpr std::size_t handled = most_attachments<typename Port::incoming>;
    constexpr std::size_t awaited = Port::is_server ? 0 : most_attachments<typename Port::protocol_type::replies>;
    return handled > awaited ? handled : awaited;
}();

/// Calls `f(attachment, index)` for the attachments of `m`, in order, as long as it returns true.
template <class M, class F>
bool each_attachment(M& m, F const& f) {
    return apply_fields(m, [&](auto&... fields) {
        std::size_t index = 0;
        auto const  visit = [&](auto& field) {
            using type = std::remove_cvref_t<decltype(field)>;
            if constexpr (kind_of<type> == field_kind::attachment) return f(field, index++);
            else return true;
        };
        return (visit(fields) && ...);
    });
}

/// Makes `frames` those of the attachments of `m`, which has as many.
template <class M, class Frame>
void lend_attachments(M const& m, std::span<Frame> frames) {
    if constexpr (attachment_count<M> > 0)
        each_attachment(m, [&](auto const& each, std::size_t i) {
            each.lend_to(frames[i]);
            return true;
        });
}

/// Encodes `m` into `frames`: the body, and its attachments behind it.
template <class Codec, class Frame, class M>
codec_error encode_frames(Codec& codec, buffer& scratch, std::span<Frame> frames, M const& m) {
    codec_error const error = encode_frame(codec, scratch, frames.front(), m);
    if (!error) lend_attachments(m, frames.subspan(1));
    return error;
}

/// At its end, what has not left these frames is given back.
template <class Frame>
struct emptied {
    std::span<Frame> frames;

    ~emptied() {
        for (Frame& each : frames) each = Frame{};
    }
};

/// The frames of the attachments of a message that is about to leave.
template <class Frame, std::size_t Most>
class leaving_attachments {
public:
    template <class M>
    void lend(M const& m) {
        count_ = attachment_count<M>;
        lend_attachments(m, frames());
    }
    [[nodiscard]] std::span<Frame> frames() noexcept { return {frames_.data(), count_}; }
    void clear() noexcept { static_cast<void>(emptied<Frame>{frames()}); }

private:
    std::array<Frame, Most> frames_;
    std::size_t             count_ = 0;
};
template <class Frame>
class leaving_attachments<Frame, 0> {
public:
    template <class M>
    void lend(M const&) noexcept {}
    [[nodiscard]] static constexpr std::span<Frame> frames() noexcept { return {}; }
    void clear() noexcept {}
};

/// The frames that came behind a body, to become the attachments of the message in it.
template <class Frame, std::size_t Most>
class arrived_attachments {
public:
    static constexpr bool expects_any = true;

    /// The place for the next frame. Of those that are too many none is kept.
    Frame& next() noexcept { return frames_[count_ < Most ? count_ : Most]; }
    /// Counts the frame that is there now. Together they may be as large as libzmq lets each of them be.
    void keep() noexcept {
        bytes_ += next().size();
        if (count_ >= Most || too_large()) next() = Frame{};
        ++count_;
    }
    void keep(Frame&& one) noexcept {
        next() = std::move(one);
        keep();
    }

    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] bool        too_large() const noexcept { return bytes_ > largest_; }

    /// Gives them to the attachments of `m`; false if these are not as many, or not as large as the body says.
    template <class M>
    bool give_to(M& m) {
        if (count_ != attachment_count<M> || too_large()) return false;
        if constexpr (attachment_count<M> > 0)
            return each_attachment(m, [this](auto& each, std::size_t i) { return each.accept(frames_[i]); });
        return true;
    }
    /// What is wrong if that is false.
    [[nodiscard]] failure complaint() const {
        if (too_large()) return {errc::too_large, "the attachments together are larger than a message may be"};
        return {errc::wrong_frames,
                "behind the body stands one frame for each attachment, as long as the body says, and nothing else"};
    }

    void clear() noexcept {
        for (std::size_t i = 0; i < count_ && i < Most; ++i) frames_[i] = Frame{};
        count_ = bytes_ = 0;
    }

private:
    std::array<Frame, Most + 1> frames_;
    std::size_t                 count_   = 0;
    std::size_t                 bytes_   = 0;
    std::size_t                 largest_ = transport::socket_options{}.max_message_size;
};

/// Where no message has any, what stands behind the body is seen to by the end.
template <class Frame>
class arrived_attachments<Frame, 0> {
public:
    static constexpr bool expects_any = false;
    void clear() noexcept {}
};

/// A message that is kept for its memory lets go of its attachments when its handler has returned.
template <class Frame, class M>
struct attachments_let_go {
    M* message;

    ~attachments_let_go() {
        each_attachment(*message, [](auto& each, std::size_t) {
            each.template let_go<Frame>();
            return true;
        });
    }
};
struct nothing_to_let_go {
    void const* message;
};
template <class Frame, class M>
using attachments_guard = typename std::conditional_t<(attachment_count<M> > 0), type_tag<attachments_let_go<Frame, M>>,
                                                      type_tag<nothing_to_let_go>>::type;

}  // namespace tenon::detail
