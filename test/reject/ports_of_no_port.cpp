// `ports` takes ports.
#include <tenon/protocol/check.hpp>

struct order {};
using talk = tenon::protocol<tenon::command<order>>;

#ifdef REJECT
// expect: tenon::ports\(\.\.\.\) takes ports
constexpr auto ports = tenon::ports(talk{});
#else
constexpr auto ports = tenon::ports(tenon::rep<"front_desk", talk>);
#endif

std::size_t const count = ports.size;
