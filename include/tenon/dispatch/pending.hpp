// Requests that wait for their reply, found by the correlation id that travels with them.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/detail/vector.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace tenon {

/// The correlation id of a request: a slot in the asker's table, and how often that slot has been used, so that a late
/// reply never meets a later request. Eight bytes on the wire, opaque to everybody else; the peer gives them back.
struct correlation_id {
    std::uint32_t slot       = 0;
    std::uint32_t generation = 0;

    static constexpr std::size_t wire_size = 8;

    void write(std::byte* to) const noexcept {
        std::memcpy(to, &slot, sizeof slot);
        std::memcpy(to + sizeof slot, &generation, sizeof generation);
    }
    static std::optional<correlation_id> read(bytes_view from) noexcept {
        if (from.size() != wire_size) return std::nullopt;
        correlation_id id;
        std::memcpy(&id.slot, from.data(), sizeof id.slot);
        std::memcpy(&id.generation, from.data() + sizeof id.slot, sizeof id.generation);
        return id;
    }
    /// True if `from` is this id as `write` writes it.
    [[nodiscard]] bool is_written_in(bytes_view from) const noexcept {
        std::byte own[wire_size];
        write(own);
        return from.size() == wire_size && std::memcmp(from.data(), own, wire_size) == 0;
    }
    friend bool operator==(correlation_id const&, correlation_id const&) = default;
};

/// A table of `T`s, one for each request under way. Adding, finding and taking cost a constant; slots are used again,
/// so the steady state allocates nothing.
template <class T>
class pending_table {
public:
    [[nodiscard]] std::size_t size() const noexcept { return used_; }
    [[nodiscard]] bool empty() const noexcept { return used_ == 0; }

    correlation_id add(T value) {
        if (free_.empty()) {
            slots_.push_back(entry{});
            free_.reserve(slots_.capacity());  // by factors too, or adding n would cost n moves of the list
            free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
        }
        std::uint32_t const index = free_.back();
        free_.pop_back();
        entry& place = slots_[index];
        place.value.emplace(std::move(value));
        ++used_;
        return {index, place.generation};
    }

    /// What waits under `id`; null if nothing does any more.
    T* find(correlation_id id) noexcept {
        if (id.slot >= slots_.size()) return nullptr;
        entry& place = slots_[id.slot];
        return place.generation == id.generation && place.value ? &*place.value : nullptr;
    }

    /// Takes what waits under `id` out of the table.
    std::optional<T> take(correlation_id id) noexcept {
        if (find(id) == nullptr) return std::nullopt;
        return empty_slot(id.slot);
    }

    /// Takes any one out; nothing if the table is empty.
    std::optional<T> take_any() noexcept {
        for (std::uint32_t i = 0; used_ != 0 && i < slots_.size(); ++i)
            if (slots_[i].value) return empty_slot(i);
        return std::nullopt;
    }

private:
    struct entry {
        std::optional<T> value;
        std::uint32_t    generation = 1;
    };

    std::optional<T> empty_slot(std::uint32_t index) noexcept {
        entry&           place = slots_[index];
        std::optional<T> taken = std::move(place.value);
        place.value.reset();
        ++place.generation;
        free_.push_back(index);  // never allocates: capacity was made when the slot was
        --used_;
        return taken;
    }

    detail::vector<entry>         slots_;
    detail::vector<std::uint32_t> free_;
    std::size_t                   used_ = 0;
};

}  // namespace tenon
