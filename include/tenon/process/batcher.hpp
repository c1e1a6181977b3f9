// Packing what a port sends into one message, by number, size and time, and when the loop has nothing else to do.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/dispatch/batch.hpp>
#include <tenon/dispatch/sequence.hpp>
#include <tenon/message/id.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/batch_queue.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/overload.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <new>
#include <string_view>
#include <utility>

namespace tenon::detail {

/// The part of a port with `tenon::batched` that packs. `End` is its `port_end`; the end that derives from it has
/// `transmit_batch(frame& body, packed_batch const&)`, which puts the frames of its pattern around the body.
///
/// A message that was accepted is not lost because the transport takes no more just then: its batch waits, and the
/// port's overload option decides about the messages that come after it.
template <class End>
class batcher {
    using batching = typename End::batching_type;
    using overload = typename End::overload_type;

public:
    [[nodiscard]] std::size_t size() const noexcept { return queue_.messages(); }

    /// Packs `m`. Returns `errc::ok` if it was accepted, else the reason: then it is gone, counted and told.
    template <class M>
    errc send(End& end, M const& m, std::string_view topic = {}, event_number const& number = {}) {
        static_assert(message_id<M> != batch_format::reserved_id,
                      "tenon: the id of this message is the one that batches begin with (see M in the lines around); "
                      "rename the message or one of its fields");
        if (queue_.empty() || !fits(topic, number)) [[unlikely]]
            if (!make_room(end, topic, number)) return refuse(end, message_name<M>);
        codec_error const failed = queue_.append(message_name<M>, end.codec_, m);
        if (failed) [[unlikely]] {
            end.undeliverable(failed.code, message_name<M>);
            return failed.code;
        }
        if (is_full(queue_.back())) [[unlikely]] flush(end);
        return errc::ok;
    }

    /// Lets go what is packed, as far as there is room; true if all of it has left. What has not leaves later.
    bool flush(End& end) {
        if constexpr (overload::queue > 0)
            if (!end.outbox_.empty()) return queue_.empty();  // its own flush comes back here
        while (!queue_.empty()) {
            packed_batch const& next = queue_.front();
            auto const          sent = transmit(end, next);
            if (sent == transport::io::again) {
                end.flush_later();
                return false;
            }
            tell(end, sent, next);
            queue_.pop();
        }
        return true;
    }

    /// Lets all go that is packed, so that what comes now does not overtake it; waits if the overload option does.
    bool make_way(End& end) {
        if (flush(end)) return true;
        if constexpr (blocks<overload>) return end.within_limit([&] { return flush(end); });
        else return false;
    }

    /// The last part of a stop: what does not leave now is lost.
    void end_waiting(End& end) {
        if (flush(end)) return;
        for (; !queue_.empty(); queue_.pop())
            queue_.front().each([&](std::string_view name, bytes_view) { end.undeliverable(errc::stopped, name); });
    }

private:
    static constexpr std::size_t most_waiting = batching::max_messages + overload::queue;

    static bool is_full(packed_batch const& batch) noexcept {
        return batch.appended() >= batching::max_messages || batch.wire_size() >= batching::max_bytes;
    }
    [[nodiscard]] bool fits(std::string_view topic, event_number const& number) noexcept {
        if (queue_.messages() >= most_waiting || is_full(queue_.back())) return false;
        return !End::is_publisher || queue_.back().is_followed_by(topic, number);
    }

    /// Opens a batch for one more message. False if nothing leaves, and the overload option has no place for it.
    bool make_room(End& end, std::string_view topic, event_number const& number) {
        if (!make_way(end) && (overload::queue == 0 || !find_place(end))) return false;
        if (!queue_.empty() && fits(topic, number)) return true;
        if (!scheduled_)
            end.process_.loop().when_idle(
                [this, &end] {
                    scheduled_ = false;
                    flush(end);
                },
                batching::max_delay);
        scheduled_ = true;
        queue_.open(topic, number, batching::max_messages);
        return true;
    }
    bool find_place(End& end) {
        if (queue_.messages() < most_waiting) return true;
        if constexpr (drops_newest<overload>) return false;
        end.dropped(queue_.front().first_name());
        queue_.drop_oldest();
        return true;
    }

    /// Without memory for its frames a batch waits, as if there were no room: its messages have been accepted.
    static transport::io transmit(End& end, packed_batch const& batch) {
        try {
            typename End::frame body{batch.wire_size()};
            batch.write(body.data());
            end.label(batch.first_name());
            return end.derived().transmit_batch(body, batch);
        } catch (std::bad_alloc const&) {
            return transport::io::again;
        }
    }

    errc refuse(End& end, std::string_view name) {
        if constexpr (drops_newest<overload>) end.dropped(name);
        else end.undeliverable(errc::would_block, name);
        return errc::would_block;
    }

    static void tell(End& end, transport::io sent, packed_batch const& batch) {
        if (sent != transport::io::done)
            batch.each([&](std::string_view name, bytes_view) { end.undeliverable(reason_of(sent), name); });
        else if constexpr (sees_sent<typename End::observer_type>)
            batch.each([&](std::string_view name, bytes_view body) {
                end.process_.observer().sent({End::port_name, name, body});
            });
    }

    batch_queue queue_;
    bool        scheduled_ = false;  ///< The loop knows that there is something to flush.
};

}  // namespace tenon::detail
