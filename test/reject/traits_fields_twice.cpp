// Two fields of one name cannot be told apart.
#include <tenon/protocol/check.hpp>

#include <array>
#include <string_view>

struct reply {};
struct order {
    int id;
    int count;
};

template <>
struct tenon::traits<order> {
#ifdef REJECT
    // expect: gives two fields of this struct the same name
    // expect: \bshop_app\b
    // expect: \border\b
    static constexpr std::array fields = {std::string_view{"id"}, std::string_view{"id"}};
#else
    static constexpr std::array fields = {std::string_view{"id"}, std::string_view{"ID"}};
#endif
};

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);
