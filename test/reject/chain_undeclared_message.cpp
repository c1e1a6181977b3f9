// A step of a chain sends what the link's protocol declares.
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
                                    // expect: sends a message that the link's protocol does not declare
                                    // expect: \bprice\b
                                    // expect: front_desk
                                    tenon::step<price>(buying));
#else
                                    tenon::step<receipt>(buying));
#endif
