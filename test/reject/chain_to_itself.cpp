// A step of a chain goes from one participant to another.
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
constexpr auto circle = shop[tenon::dealer<"back_door", talk>] >> shop[tenon::router<"front_desk", talk>];
constexpr auto chain = tenon::chain("Buying", tenon::notes(), tenon::step<order>(buying),
#ifdef REJECT
                                    // expect: goes from a participant to itself
                                    // expect: back_door
                                    tenon::step<receipt>(circle));
#else
                                    tenon::step<receipt>(buying));
#endif
