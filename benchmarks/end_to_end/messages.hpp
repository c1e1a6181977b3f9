// What the end-to-end benchmarks say to each other: the same bytes from Tenon and from the loops by hand.
#pragma once

#include <tenon/message/id.hpp>
#include <tenon/protocol/protocol.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

struct ping { std::int64_t count; };
struct pong { std::int64_t count; };
struct halt {};
using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<halt>>;

// One way: with its id a message is as long as its name says. `last` ends the run.
struct sample_32 { std::array<std::byte, 28> load; };
struct sample_256 { std::array<std::byte, 252> load; };
struct sample_4096 { std::array<std::byte, 4092> load; };
struct last {};
using samples = tenon::protocol<tenon::command<sample_32>, tenon::command<sample_256>, tenon::command<sample_4096>,
                                tenon::command<last>>;

namespace by_hand {

// codec::binary by hand: the id, then the fields.
constexpr std::size_t id_size = sizeof(std::uint32_t);

inline std::uint32_t id_of(void const* body) {
    std::uint32_t id;
    std::memcpy(&id, body, id_size);
    return id;
}
template <class M>
constexpr std::size_t size_of = id_size + (std::is_empty_v<M> ? 0 : sizeof(M));

template <class M>
void write(void* body, M const& m) {
    std::uint32_t const id = tenon::message_id<M>;
    std::memcpy(body, &id, id_size);
    if constexpr (!std::is_empty_v<M>) std::memcpy(static_cast<char*>(body) + id_size, &m, sizeof m);
}
/// False if the body is no `M`.
template <class M>
bool read(void const* body, std::size_t size, M& m) {
    if (size != size_of<M> || id_of(body) != tenon::message_id<M>) return false;
    if constexpr (!std::is_empty_v<M>) std::memcpy(&m, static_cast<char const*>(body) + id_size, sizeof m);
    return true;
}

}  // namespace by_hand
