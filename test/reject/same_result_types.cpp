// A result whose value and reason are of one type could not tell them apart.
#include <tenon/core/result.hpp>

#include <string>

#ifdef REJECT
// expect: tenon::result<T, E>: T and E must differ
// expect: result<tenon::failure, tenon::failure>|result<tenon::failure>
using outcome = tenon::result<tenon::failure>;
#else
using outcome = tenon::result<std::string>;
#endif

outcome make() {
    return tenon::failure{};
}
