// A field whose bytes travel in a frame of their own, so that they are not copied.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/fwd.hpp>

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

namespace tenon {

namespace detail {

/// Something that owns bytes and can be moved, and has them in one place until it is: a vector, a string, a frame.
/// Views do not own, and arrays are as trivial to copy as they are.
template <class C>
concept owns_bytes =
    std::is_class_v<C> && !std::is_trivially_copyable_v<C> && std::is_nothrow_move_constructible_v<C> &&
    requires(C& c) {
        { c.size() } -> std::convertible_to<std::size_t>;
        requires std::is_pointer_v<decltype(c.data())>;
        requires std::is_trivially_copyable_v<std::remove_pointer_t<decltype(c.data())>>;
    };

/// Bytes that attachments and frames share, in any threads.
struct shared_bytes {
    bytes_view               bytes{};
    std::atomic<std::size_t> users{1};
    void                     (*end)(shared_bytes*) noexcept;  ///< What the last of them calls.

    void use() noexcept { users.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept {
        if (users.fetch_sub(1, std::memory_order_acq_rel) == 1) end(this);
    }
};

/// The same with what owns them.
template <class Owner>
struct owned_bytes : shared_bytes {
    Owner owner;

    explicit owned_bytes(Owner&& from) noexcept : shared_bytes{.end = &discard}, owner{std::move(from)} { look(); }

    /// Takes note of where the owner has its bytes now.
    void look() noexcept { bytes = std::as_bytes(std::span{owner.data(), static_cast<std::size_t>(owner.size())}); }

    static void discard(shared_bytes* self) noexcept { delete static_cast<owned_bytes*>(self); }
};

/// The owner of bytes that somebody else wants to have back.
class borrowed_bytes {
public:
    borrowed_bytes(void* data, std::size_t size, void (*release)(void*, void*), void* hint) noexcept
        : data_{data}, size_{size}, release_{release}, hint_{hint} {}
    borrowed_bytes(borrowed_bytes&& other) noexcept
        : data_{other.data_},
          size_{other.size_},
          release_{std::exchange(other.release_, nullptr)},
          hint_{other.hint_} {}
    ~borrowed_bytes() {
        if (release_ != nullptr) release_(data_, hint_);
    }
    borrowed_bytes& operator=(borrowed_bytes&&) = delete;

    [[nodiscard]] std::byte const* data() const noexcept { return static_cast<std::byte const*>(data_); }
    [[nodiscard]] std::size_t      size() const noexcept { return size_; }

private:
    void*       data_;
    std::size_t size_;
    void        (*release_)(void* data, void* hint);
    void*       hint_;
};

}  // namespace detail

/// A field of a message whose bytes are not copied: neither when it is sent, nor when it is received, nor when what was
/// received is kept or sent on.
///
///     struct photo { std::string name; tenon::attachment picture; };
///     process[out].send(photo{"cat", std::move(pixels)});
///
/// The bytes travel as a frame of their own behind the body, `[body, bytes]`, several in the order of the fields. In
/// the body stands their number, for every codec an unsigned integer of 64 bits. Only a field of the message itself can
/// be an attachment, not one of a struct or list in it.
///
/// Copies share the bytes, which nobody changes any more; a handler keeps what it has received by copying the field.
/// The last of them gives the bytes back: an attachment, a message that waits to be sent, or the transport, also where
/// a message could not be sent. That is once for each buffer, and may be in any thread: libzmq sends in one of its own,
/// and over `inproc` the receiver may be the last.
///
/// Cost: one allocation for each buffer that is handed over, and libzmq's own for each time that it is sent. A small
/// one (`attachment::worth_lending`) is copied when it is sent, since that is cheaper.
/// Threading: as an ordinary value; copies of one may be in different threads.
class attachment {
public:
    /// Gives bytes back: `data` is where they are, `hint` what was given with them. Must not throw.
    using release_function = void(void* data, void* hint);

    /// From how many bytes on a frame refers to them instead of copying them: libzmq has up to 33 in the frame itself,
    /// and allocates for more in any case (docs/decisions/0055-attachments-are-frames-behind-the-body.md).
    static constexpr std::size_t worth_lending = 34;

    /// No bytes.
    attachment() noexcept = default;

    /// Takes over a container that owns its bytes, such as a `std::vector<std::byte>` or a `std::string`, or a received
    /// frame. Elements of several bytes travel as they are in memory. Errors: `std::bad_alloc`; it is untouched then.
    template <class Container>
        requires(!std::is_same_v<Container, attachment> && !std::is_const_v<Container> && detail::owns_bytes<Container>)
    attachment(Container&& bytes) : shared_{new detail::owned_bytes<Container>{std::move(bytes)}} {}

    /// Refers to bytes of somebody else until `release(data, hint)` is called, as zmq_msg_init_data(3) does:
    /// in whatever thread, perhaps in the middle of a call of libzmq, so it frees or counts, and opens or closes no
    /// sockets.
    /// Errors: `std::bad_alloc`; then `release` is not called.
    attachment(void* data, std::size_t size, release_function* release, void* hint = nullptr)
        : shared_{new detail::owned_bytes<detail::borrowed_bytes>{detail::borrowed_bytes{data, size, release, hint}}} {}

    attachment(attachment const& other) noexcept : shared_{other.shared_}, announced_{other.announced_} {
        if (shared_ != nullptr) shared_->use();
    }
    attachment(attachment&& other) noexcept
        : shared_{std::exchange(other.shared_, nullptr)}, announced_{std::exchange(other.announced_, 0)} {}
    attachment& operator=(attachment other) noexcept {
        std::swap(shared_, other.shared_);
        std::swap(announced_, other.announced_);
        return *this;
    }
    ~attachment() { leave(); }

    /// The bytes; valid as long as this attachment or a copy of it has them.
    [[nodiscard]] bytes_view       view() const noexcept { return shared_ == nullptr ? bytes_view{} : shared_->bytes; }
    [[nodiscard]] std::byte const* data() const noexcept { return view().data(); }
    [[nodiscard]] std::size_t      size() const noexcept { return view().size(); }
    [[nodiscard]] bool             empty() const noexcept { return size() == 0; }

    /// True if the bytes are the same, wherever they are.
    friend bool operator==(attachment const& a, attachment const& b) noexcept {
        return a.size() == b.size() && (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size()) == 0);
    }

    // ---- For authors of codecs ----

    /// What a codec calls that has read the number of bytes; they come afterwards.
    void announce(std::uint64_t size) noexcept { announced_ = size; }

    // ---- For authors of ports ----

    /// Takes the received `frame` over if it has as many bytes as were announced; false if not. Then it is untouched.
    template <class Frame>
    bool accept(Frame& frame) {
        if (frame.size() != announced_) return false;
        if (auto* const reused = alone_with<Frame>()) {
            reused->owner = std::move(frame);
            reused->look();
        } else {
            *this = attachment{std::move(frame)};
        }
        return true;
    }

    /// Lets go of the bytes of a received `Frame`. Keeps the memory around them for the next one if nobody shares it.
    template <class Frame>
    void let_go() noexcept {
        if (auto* const kept = alone_with<Frame>()) {
            kept->owner = Frame{};
            kept->bytes = {};
        } else {
            *this = attachment{};
        }
    }

    /// Makes `frame` one of these bytes, without copying them where that is worth it and the transport is able to.
    template <class Frame>
    void lend_to(Frame& frame) const {
        if constexpr (std::constructible_from<Frame, bytes_view, release_function*, void*>)
            if (size() >= worth_lending) {
                frame = Frame(view(), &give_back, shared_);
                return shared_->use();
            }
        frame = Frame(view());
    }

private:
    // Not inline: g++ 12 believes that it reads uninitialised memory if it sees it in the destructor of a variant.
    [[gnu::noinline]] void leave() noexcept {
        if (shared_ != nullptr) shared_->leave();
    }

    static void give_back(void*, void* shared) { static_cast<detail::shared_bytes*>(shared)->leave(); }

    /// What holds the frame of an attachment that was received, if it is this one's alone.
    template <class Frame>
    [[nodiscard]] detail::owned_bytes<Frame>* alone_with() const noexcept {
        using owned = detail::owned_bytes<Frame>;
        if (shared_ == nullptr || shared_->end != &owned::discard) return nullptr;
        return shared_->users.load(std::memory_order_acquire) == 1 ? static_cast<owned*>(shared_) : nullptr;
    }

    detail::shared_bytes* shared_    = nullptr;
    std::uint64_t         announced_ = 0;
};

}  // namespace tenon
