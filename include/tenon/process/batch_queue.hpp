// Messages that are being packed, and whole batches that wait until the transport takes them.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/vector.hpp>
#include <tenon/dispatch/batch.hpp>
#include <tenon/dispatch/sequence.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::detail {

/// Messages that leave together, encoded, in the order in which they were sent. With events: all of one topic.
class packed_batch {
public:
    [[nodiscard]] std::size_t         size() const noexcept { return count_ - gone_; }
    /// How many were appended, those that were dropped since included: for so many there is room.
    [[nodiscard]] std::size_t         appended() const noexcept { return count_; }
    [[nodiscard]] std::string_view    topic() const noexcept { return topic_; }
    [[nodiscard]] event_number const& number() const noexcept { return number_; }
    [[nodiscard]] std::string_view    first_name() const noexcept { return names_[gone_]; }

    /// How long the batch is on the wire.
    [[nodiscard]] std::size_t wire_size() const noexcept {
        return batch_format::head_size + bytes_.size() - gone_bytes_;
    }
    void write(std::byte* to) const noexcept {
        batch_format::put(to, batch_format::reserved_id);
        std::memcpy(to + batch_format::head_size, bytes_.data() + gone_bytes_, bytes_.size() - gone_bytes_);
    }

    /// True if an event of this topic and number comes right after those that are in it.
    [[nodiscard]] bool is_followed_by(std::string_view topic, event_number const& number) const noexcept {
        return topic_ == topic && number_.publisher == number.publisher &&
               (number.publisher == 0 || number_.number + size() == number.number);
    }

    /// Begins with an empty batch, that has room for `most` messages.
    void open(std::string_view topic, event_number const& number, std::size_t most) {
        topic_.assign(topic);
        number_ = number;
        names_.reserve(most);
        while (names_.size() < most) names_.push_back({});
    }
    /// Appends a message encoded by `codec`. After an error, or when memory runs out, nothing has changed. Only if
    /// there is room.
    template <class Codec, class M>
    codec_error append(std::string_view name, Codec& codec, M const& m) {
        struct cut {
            buffer&     bytes;
            std::size_t start = bytes.size();
            bool        over  = false;
            ~cut() {
                if (over) return;
                bytes.clear();
                bytes.advance(start);
            }
        } unless_whole{bytes_};
        std::size_t const start  = unless_whole.start;
        codec_error const failed = write(codec, m);
        if (failed) [[unlikely]] return failed;
        unless_whole.over = true;
        std::size_t const length = bytes_.size() - start - batch_format::length_size;
        batch_format::put(bytes_.data() + start, static_cast<std::uint32_t>(length));
        names_[count_++] = name;
        return failed;
    }

    /// Takes the first message out.
    void drop_first() noexcept {
        gone_bytes_ += batch_format::length_size + batch_format::get(bytes_.data() + gone_bytes_);
        ++gone_;
        ++number_.number;
    }

    /// Calls `f(name, bytes)` for each message.
    template <class F>
    void each(F&& f) const {
        std::byte const* at = bytes_.data() + gone_bytes_;
        for (std::size_t i = gone_; i < count_; ++i) {
            std::size_t const length = batch_format::get(at);
            f(names_[i], bytes_view{at + batch_format::length_size, length});
            at += batch_format::length_size + length;
        }
    }

    /// Empty again, with the memory it has.
    void clear() noexcept {
        bytes_.clear();
        count_ = gone_ = gone_bytes_ = 0;
    }

private:
    /// Appends the message after room for its length.
    template <class Codec, class M>
    codec_error write(Codec& codec, M const& m) {
        constexpr std::size_t before = batch_format::length_size;
        if constexpr (codec::sized_codec<Codec>) {
            std::size_t const size   = codec.exact_size(m);
            std::byte* const  to     = bytes_.prepare(before + size) + before;
            codec_error const failed = codec.write_exact(m, std::span<std::byte>{to, size});
            bytes_.advance(before + size);
            return failed;
        } else {
            bytes_.prepare(before);
            bytes_.advance(before);
            return codec.write(m, bytes_);
        }
    }

    buffer                   bytes_;
    vector<std::string_view> names_;           ///< Wire names, for the observer.
    std::size_t              count_      = 0;  ///< How many messages were appended.
    std::size_t              gone_       = 0;  ///< So many messages were dropped from the front,
    std::size_t              gone_bytes_ = 0;  ///< and they took so many bytes.
    std::string              topic_;
    event_number             number_;  ///< Of the first event.
};

/// Batches in order: only the last one is still open. Memory grows with the longest queue seen.
class batch_queue {
public:
    [[nodiscard]] bool        empty() const noexcept { return size_ == 0; }
    /// How many messages are in all batches together.
    [[nodiscard]] std::size_t messages() const noexcept { return messages_; }

    /// The oldest and the newest batch; only if not empty.
    packed_batch& front() noexcept { return ring_[first_]; }
    packed_batch& back() noexcept { return *back_; }

    /// A new batch at the end, for at most `most` messages.
    void open(std::string_view topic, event_number const& number, std::size_t most) {
        if (size_ == ring_.size()) grow();
        packed_batch& added = ring_[(first_ + size_) % ring_.size()];
        added.open(topic, number, most);
        back_ = &added;
        ++size_;
    }
    /// Appends to the newest batch, as `packed_batch::append`.
    template <class Codec, class M>
    codec_error append(std::string_view name, Codec& codec, M const& m) {
        struct close {
            batch_queue& queue;
            ~close() {
                if (queue.back_->size() == 0) queue.close_empty_back();
            }
        } const if_empty{*this};
        codec_error const failed = back_->append(name, codec, m);
        if (!failed) [[likely]] ++messages_;
        return failed;
    }

    void pop() noexcept {
        messages_ -= front().size();
        front().clear();
        first_ = (first_ + 1) % ring_.size();
        --size_;
    }
    /// Takes the oldest message out.
    void drop_oldest() noexcept {
        front().drop_first();
        --messages_;
        if (front().size() == 0) pop();
    }

private:
    void close_empty_back() noexcept {
        back_->clear();
        if (--size_ > 0) back_ = &ring_[(first_ + size_ - 1) % ring_.size()];
    }
    void grow() {
        std::size_t const    room = ring_.size() * 2 + 1;
        vector<packed_batch> larger;
        larger.reserve(room);
        for (std::size_t i = 0; i < size_; ++i) larger.push_back(std::move(ring_[(first_ + i) % ring_.size()]));
        while (larger.size() < room) larger.push_back({});
        ring_.swap(larger);
        first_ = 0;
        if (size_ > 0) back_ = &ring_[size_ - 1];
    }

    vector<packed_batch> ring_;
    packed_batch*        back_  = nullptr;
    std::size_t          first_ = 0, size_ = 0, messages_ = 0;
};

}  // namespace tenon::detail
