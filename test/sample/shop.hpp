// The conversations of the sample application, an order desk: buyers ask the desk, the desk asks the stock, and the
// stock publishes how much is left. And the disk, which survives when a process does not.
#pragma once

#include <tenon/protocol/protocol.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace shop {

using namespace std::chrono_literals;

// The number says which order of its buyer it is. However often the two arrive, they are one order.
struct order { std::uint32_t buyer, number, article, count; };
struct receipt { std::uint32_t buyer, number, article, count, left, version; };
using ordering = tenon::protocol<tenon::request<order, receipt>>;

struct take { std::uint32_t buyer, number, article, count; };
struct taken { std::uint32_t left, version; };
using supplying = tenon::protocol<tenon::request<take, taken>>;

// The higher the version, the newer.
struct level { std::uint32_t article, left, version; };
using levels = tenon::protocol<tenon::event<level, &level::article>>;

inline constexpr std::uint32_t articles = 2, initially = 1000, orders_each = 16;

// How long a buyer waits for an answer of the desk. The desk's patience with the stock has to be less.
inline constexpr std::chrono::milliseconds buyer_patience{500};

struct diary {
    std::vector<order>   placed;
    std::vector<receipt> received;

    [[nodiscard]] bool is_open(std::uint32_t number) const noexcept {
        return number == placed.size() && received.size() < placed.size();
    }
};

// Stands for the files of all processes. A scenario starts with an empty one.
struct disk {
    std::array<diary, 3> diaries{};
    std::vector<take>    sold{};
};
inline thread_local disk files;

}  // namespace shop
