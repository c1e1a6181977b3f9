// A chain is made of steps.
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

constexpr auto buyer  = tenon::outsider<"buyer">;
constexpr auto shop   = tenon::outsider<"shop">;
constexpr auto buying = buyer[tenon::dealer<"order_desk", talk>] >> shop[tenon::router<"front_desk", talk>];

constexpr auto chain = tenon::chain("Buying", tenon::notes(), tenon::step<order>(buying),
#ifdef REJECT
                                    // expect: the steps are made with tenon::step<message>
                                    buying);
#else
                                    tenon::step<receipt>(buying));
#endif
