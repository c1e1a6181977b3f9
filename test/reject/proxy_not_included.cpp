// The proxies are apps that are declared everywhere, and defined in a header of their own.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#ifdef REJECT
// expect: this app is declared but not defined .*<tenon/process/proxy.hpp>
// expect: \btenon::broker\b
// nothing more is included
#else
#include <tenon/process/proxy.hpp>
#endif

static_assert(sizeof(tenon::process<tenon::broker>) > 0);
