// Traits that rename fields name all of them.
#include <tenon/protocol/check.hpp>

#include <array>
#include <string_view>

struct order {
    int id, amount;
};
struct reply {};
using talk = tenon::protocol<tenon::request<order, reply>>;

#ifdef REJECT
// expect: tenon::traits<M>::fields must name every field of M, in declared order
// expect: \border\b
template <>
struct tenon::traits<order> {
    static constexpr std::array<std::string_view, 1> fields{"order-id"};
};
#else
template <>
struct tenon::traits<order> {
    static constexpr std::array<std::string_view, 2> fields{"order-id", "amount"};
};
#endif

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);
