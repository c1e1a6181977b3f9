// What `client_end` asks and tells with: how requests and commands leave, and how a request leaves once more.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/attachments.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/receiving_end.hpp>
#include <tenon/process/waiting_request.hpp>
#include <tenon/transport/concept.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::detail {

/// The base of ends that ask. Each request is in the table `pending_` until it has its outcome, under the id that
/// travels in its envelope, `[id, '', body]`, and has a timer. The derived end has `give_up(id, reason)`.
template <class Process, class Port>
class asking_end : public receiving_end<Process, Port> {
    using base  = receiving_end<Process, Port>;
    using retry = typename Port::options::retry;

protected:
    using frame = typename base::frame;
    using base::base, base::codec_, base::counters_, base::process_, base::scratch_;

    ~asking_end() = default;

    static constexpr bool repeats          = retry::repeats > 0;
    static constexpr bool may_ask_attached = most_attachments<typename Port::protocol_type::to_server> > 0;

    using time_point      = typename Process::transport_type::clock::time_point;
    using waiting_request = detail::waiting_request<time_point, repetition_for<repeats, may_ask_attached>>;

    template <class M>
    errc encode(M const& m, frame& body) {
        codec_error const failed = encode_frame(codec_, scratch_, body, m);
        if (failed) this->undeliverable(failed.code, message_name<M>);
        return failed.code;
    }

    errc send_with(correlation_id id, frame& body, std::string_view name) {
        std::array<frame, 3> parts{frame(correlation_id::wire_size), frame{}, std::move(body)};
        id.write(parts[0].data());
        return this->hand_over({parts, 2, name});
    }

    /// The same with what `m` has attached.
    template <class M>
    errc send_attached(correlation_id id, frame& body, M const& m) {
        if constexpr (attachment_count<M> == 0) {
            return send_with(id, body, message_name<M>);
        } else {
            std::array<frame, 3 + attachment_count<M>> parts{frame(correlation_id::wire_size), frame{},
                                                             std::move(body)};
            id.write(parts[0].data());
            lend_attachments(m, std::span<frame>{parts}.subspan(3));
            return this->hand_over({parts, 2, message_name<M>});
        }
    }

    /// An id of its own, known to nobody: whatever a peer answers is late.
    correlation_id command_id() noexcept { return {~0u, ++commands_sent_}; }

    transport::io transmit_batch(frame& body, packed_batch const&) {
        std::array<frame, 3> parts{frame(correlation_id::wire_size), frame{}, std::move(body)};
        command_id().write(parts[0].data());
        return this->transmit(parts);
    }

    /// The outbox dropped this message: if it is a request, it ends now.
    void discarded(std::span<frame> parts) {
        auto const id      = correlation_id::read(parts[0].view());
        auto*      waiting = id ? pending_.find(*id) : nullptr;
        if (waiting == nullptr) return;
        process_.cancel(waiting->timer);
        wait_for_reply(*id, {}, errc::would_block);
    }

    /// Sets the timer that ends the request, or its attempt: at once if it `failed` already.
    void wait_for_reply(correlation_id id, std::chrono::nanoseconds timeout, errc failed) {
        pending_.find(id)->timer = process_.after(failed == errc::ok ? timeout : std::chrono::nanoseconds{0},
                                                  [this, id, failed] { no_reply(id, failed); });
    }

    template <class Question>
    void prepare_to_repeat(waiting_request& waiting, frame const& body, Question const& question,
                           std::chrono::nanoseconds timeout) {
        waiting.again.body.append(body.view());
        if constexpr (attachment_count<Question> > 0)
            each_attachment(question, [&](auto const& each, std::size_t) {
                waiting.again.attached.push_back(each);
                return true;
            });
        waiting.again.timeout = timeout;
        waiting.again.pause   = retry::backoff;
        waiting.again.left    = retry::repeats;
    }

    pending_table<waiting_request> pending_;

private:
    void no_reply(correlation_id id, errc failed) {
        if constexpr (repeats) {
            auto* const waiting = pending_.find(id);
            if (waiting != nullptr && waiting->again.left > 0) return repeat_later(id, waiting->again, *waiting);
        }
        this->derived().give_up(id, failed);
    }

    void repeat_later(correlation_id id, repetition& again, waiting_request& waiting) {
        --again.left;
        waiting.timer = process_.after(again.pause, [this, id] { repeat(id, *pending_.find(id)); });
        again.pause = again.pause * 2 < retry::backoff_max ? again.pause * 2 : retry::backoff_max;
    }

    void repeat(correlation_id id, waiting_request& waiting) {
        ++counters_.retried;
        errc failed = errc::would_block;
        try {
            frame body{waiting.again.body.view()};
            failed = send_again(id, body, waiting);
        } catch (std::bad_alloc const&) {  // as if there were no room: the request goes on
        }
        wait_for_reply(id, waiting.again.timeout, failed);
    }

    errc send_again(correlation_id id, frame& body, [[maybe_unused]] waiting_request& waiting) {
        if constexpr (may_ask_attached) {
            std::vector<frame> parts(3 + waiting.again.attached.size());
            parts[0] = frame(correlation_id::wire_size);
            parts[2] = std::move(body);
            id.write(parts[0].data());
            for (std::size_t i = 3; i < parts.size(); ++i) waiting.again.attached[i - 3].lend_to(parts[i]);
            return this->hand_over({parts, 2, waiting.name});
        } else {
            return send_with(id, body, waiting.name);
        }
    }

    std::uint32_t commands_sent_ = 0;
};

}  // namespace tenon::detail
