// A result that nobody looks at is a failure that nobody sees.
#pragma GCC diagnostic error "-Wunused-result"

#include <tenon/core/result.hpp>

tenon::result<void> attempt();

void run() {
#ifdef REJECT
    // expect: ignoring return(ed)? value
    attempt();
#else
    attempt().value();
#endif
}
