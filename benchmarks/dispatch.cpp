// From a message to its handler: Tenon's dispatch beside a switch by hand, for 8, 32 and 128 types of message in random
// order. benchmarks/instructions runs it.
#include <tenon/dispatch/dispatch.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

template <std::size_t I>
struct message {
    std::uint32_t value;
};

struct app {
    std::uint64_t sum = 0;

    template <std::size_t I>
    [[gnu::noinline]] void on(message<I> const& m) {
        sum += m.value * (I + 1);
    }
};

template <class>
struct over;
template <std::size_t... I>
struct over<std::index_sequence<I...>> {
    using variant = std::variant<message<I>...>;

    /// Random, but the same each time.
    static std::vector<variant> some() {
        constexpr variant    each[] = {variant{message<I>{I}}...};
        std::vector<variant> all;
        std::uint32_t        state = 1;
        for (int i = 0; i < 4096; ++i) {
            state = state * 1664525U + 1013904223U;
            all.push_back(each[(state >> 16) % sizeof...(I)]);
        }
        return all;
    }
};

[[gnu::noinline]] void dispatch(app& to, auto const& message) {
    tenon::visit_message(message, [&](auto const& m) { to.on(m); });
}

#define CASE(n) \
    case n: return to.on(*std::get_if<n>(&message));
#define CASES_8(n) \
    CASE(n) CASE(n + 1) CASE(n + 2) CASE(n + 3) CASE(n + 4) CASE(n + 5) CASE(n + 6) CASE(n + 7)
#define CASES_32(n) CASES_8(n) CASES_8(n + 8) CASES_8(n + 16) CASES_8(n + 24)

[[gnu::noinline]] void by_hand(app& to, over<std::make_index_sequence<8>>::variant const& message) {
    switch (message.index()) { CASES_8(0) }
}
[[gnu::noinline]] void by_hand(app& to, over<std::make_index_sequence<32>>::variant const& message) {
    switch (message.index()) { CASES_32(0) }
}
[[gnu::noinline]] void by_hand(app& to, over<std::make_index_sequence<128>>::variant const& message) {
    switch (message.index()) { CASES_32(0) CASES_32(32) CASES_32(64) CASES_32(96) }
}

template <std::size_t N>
std::uint64_t run(std::string_view kind, long count) {
    auto const messages = over<std::make_index_sequence<N>>::some();
    app        to;
    if (kind == "tenon")
        for (long i = 0; i < count; ++i) dispatch(to, messages[static_cast<std::size_t>(i) % messages.size()]);
    else
        for (long i = 0; i < count; ++i) by_hand(to, messages[static_cast<std::size_t>(i) % messages.size()]);
    return to.sum;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: dispatch tenon|switch 8|32|128 COUNT\n", stderr);
        return 2;
    }
    std::string_view const kind = argv[1];
    int const              size = std::atoi(argv[2]);
    long const             count = std::atol(argv[3]);
    auto const sum = size == 8 ? run<8>(kind, count) : size == 32 ? run<32>(kind, count) : run<128>(kind, count);
    std::printf("%llu\n", static_cast<unsigned long long>(sum));
}
