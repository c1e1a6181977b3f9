// What the codecs carry in the benchmarks: a small message, a mixed one, and a thousand of those.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace benchmark {

/// `i`: one number.
struct ping {
    int count;
};

enum class side : std::uint8_t { buy, sell };

struct place {
    int row;
    int column;
};

/// `ii`: some of everything.
struct order {
    int                 id;
    int                 amount;
    int                 flags;
    double              price;
    double              weight;
    std::string         text;
    std::vector<double> samples;
    std::optional<int>  limit;
    place               shelf;
    side                direction;
};

/// `iii`: a thousand of `ii`.
struct orders {
    std::vector<order> list;
};

/// Numbers of 16 and 17 digits, as measurements are; the same ones in every run.
class numbers {
public:
    double next() noexcept {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state_ >> 11) * 0x1p-53 * 1000.0;
    }

private:
    std::uint64_t state_ = 1;
};

inline order make_order(numbers& from) {
    order made{4711, 250, 3, from.next(), from.next(), "a text of 24 characters.", {}, 99, {12, 34}, side::sell};
    for (int n = 0; n < 16; ++n) made.samples.push_back(from.next());
    return made;
}

inline std::pair<std::string_view, ping> sample(ping*) { return {"i", {42}}; }
inline std::pair<std::string_view, order> sample(order*) {
    numbers from;
    return {"ii", make_order(from)};
}
inline std::pair<std::string_view, orders> sample(orders*) {
    numbers from;
    orders  made;
    for (int n = 0; n < 1000; ++n) made.list.push_back(make_order(from));
    return {"iii", std::move(made)};
}

/// What stands in for the message in the tables, and a value of it.
template <class M>
auto sample() {
    return sample(static_cast<M*>(nullptr));
}

}  // namespace benchmark
