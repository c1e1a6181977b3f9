// A hash table from short texts to values, with a bound: for names that peers choose.
#pragma once

#include <tenon/detail/vector.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::detail {

/// Values by text; at most `limit` of them. Finding costs a hash over the text and, as a rule, one comparison; it
/// allocates nothing. The seed keeps peers from choosing texts that collide.
template <class T>
class text_table {
public:
    text_table(std::size_t limit, std::uint64_t seed) : limit_{limit}, seed_{seed} { make_slots(16); }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

    /// The value of `text`, or null.
    [[nodiscard]] T const* find(std::string_view text) const noexcept {
        std::uint32_t const found = slots_[slot_of(text, hash_of(text))];
        return found == 0 ? nullptr : &entries_[found - 1].value;
    }

    /// The value of `text`, which is `T{}` if there was none. Null if the table is full.
    T* find_or_add(std::string_view text) {
        std::uint64_t const hash = hash_of(text);
        std::size_t         slot = slot_of(text, hash);
        if (slots_[slot] == 0) {
            if (entries_.size() == limit_) return nullptr;
            if (entries_.size() * 2 == slots_.size()) {
                grow();
                slot = slot_of(text, hash);
            }
            entries_.push_back({hash, std::string{text}, T{}});
            slots_[slot] = static_cast<std::uint32_t>(entries_.size());
        }
        return &entries_[slots_[slot] - 1].value;
    }

    void erase(std::string_view text) noexcept {
        std::size_t const slot = slot_of(text, hash_of(text));
        if (slots_[slot] != 0) erase_at(slot);
    }

    /// Takes all values away for which `f(text)` is true.
    template <class F>
    void erase_if(F const& f) {
        // From the end, since the last one takes the place of one that goes.
        for (std::size_t i = entries_.size(); i > 0; --i)
            if (f(std::string_view{entries_[i - 1].text})) erase_at(slot_of_entry(i - 1));
    }

    void clear() noexcept {
        entries_.clear();
        for (std::uint32_t& slot : slots_) slot = 0;
    }

private:
    struct entry {
        std::uint64_t hash;
        std::string   text;
        T             value;
    };

    [[nodiscard]] std::uint64_t hash_of(std::string_view text) const noexcept {  // FNV-1a
        std::uint64_t hash = seed_;
        for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        return hash ^ (hash >> 32);
    }

    // At most half of the slots are taken, so that a search ends soon.
    [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }

    /// The slot of `text`, or the empty one where it would stand.
    [[nodiscard]] std::size_t slot_of(std::string_view text, std::uint64_t hash) const noexcept {
        std::size_t slot = hash & mask();
        for (; slots_[slot] != 0; slot = (slot + 1) & mask())
            if (entry const& one = entries_[slots_[slot] - 1]; one.hash == hash && one.text == text) break;
        return slot;
    }
    [[nodiscard]] std::size_t slot_of_entry(std::size_t index) const noexcept {
        std::size_t slot = entries_[index].hash & mask();
        while (slots_[slot] != index + 1) slot = (slot + 1) & mask();
        return slot;
    }

    void make_slots(std::size_t count) {
        vector<std::uint32_t> made;
        made.reserve(count);
        while (made.size() < count) made.push_back(0);
        slots_.swap(made);
    }
    void grow() {
        make_slots(slots_.size() * 2);
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            std::size_t slot = entries_[i].hash & mask();
            while (slots_[slot] != 0) slot = (slot + 1) & mask();
            slots_[slot] = static_cast<std::uint32_t>(i + 1);
        }
    }

    void erase_at(std::size_t slot) noexcept {
        std::size_t const gone = slots_[slot] - 1;
        if (gone + 1 != entries_.size()) {
            slots_[slot_of_entry(entries_.size() - 1)] = static_cast<std::uint32_t>(gone + 1);
            std::swap(entries_[gone], entries_.back());
        }
        entries_.pop_back();
        // Those behind it move up, unless that would put them before the place where their search begins.
        for (std::size_t next = (slot + 1) & mask(); slots_[next] != 0; next = (next + 1) & mask()) {
            std::size_t const home = entries_[slots_[next] - 1].hash & mask();
            if (((next - home) & mask()) < ((next - slot) & mask())) continue;
            slots_[slot] = slots_[next];
            slot         = next;
        }
        slots_[slot] = 0;
    }

    vector<entry>         entries_;
    vector<std::uint32_t> slots_;  // the position of an entry plus one, or 0
    std::size_t           limit_;
    std::uint64_t         seed_;
};

}  // namespace tenon::detail
