// From a message to its handler: Tenon's dispatch beside a switch by hand, for 2, 8, 32 and 128 types of message in
// random order. benchmarks/instructions runs it.
#include "dispatch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace {

using namespace dispatching;

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
        std::fputs("usage: dispatch tenon|switch 2|8|32|128 COUNT\n", stderr);
        return 2;
    }
    std::string_view const kind = argv[1];
    int const              size = std::atoi(argv[2]);
    long const             count = std::atol(argv[3]);
    auto const             sum   = size == 2    ? run<2>(kind, count)
                                   : size == 8  ? run<8>(kind, count)
                                   : size == 32 ? run<32>(kind, count)
                                                : run<128>(kind, count);
    std::printf("%llu\n", static_cast<unsigned long long>(sum));
}
