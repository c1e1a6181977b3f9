// Where a message may go either way, a step says which.
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

using talk = tenon::protocol<tenon::request<order, receipt>, tenon::command<price>, tenon::event<price>>;

constexpr auto buyer  = tenon::outsider<"buyer">;
constexpr auto shop   = tenon::outsider<"shop">;
constexpr auto buying = buyer[tenon::dealer<"order_desk", talk>] >> shop[tenon::router<"front_desk", talk>];

constexpr auto chain = tenon::chain("Buying", tenon::notes(), tenon::step<order>(buying),
#ifdef REJECT
                                    // expect: a step of this chain sends a message that may go either way
                                    // expect: \bprice\b
                                    // expect: front_desk
                                    tenon::step<price>(buying));
#else
                                    tenon::step_to_client<price>(buying));
#endif
