// A step of a chain goes the way that the protocol declares.
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
                                    // expect: does not declare in that direction
                                    // expect: \breceipt\b
                                    // expect: front_desk
                                    tenon::step_to_server<receipt>(buying));
#else
                                    tenon::step_to_client<receipt>(buying));
#endif
