// A protocol is a list of statements, not of messages.
#include <tenon/protocol/check.hpp>

struct order {};
struct reply {};

#ifdef REJECT
// expect: tenon::protocol<\.\.\.> is a list of request<Question, Reply>, command<C> and event<E>
using talk = tenon::protocol<order>;
#else
using talk = tenon::protocol<tenon::command<order>>;
#endif

talk make();
std::size_t const size = talk::size;
