// Buffers move, they are not copied: bytes are copied at most once in each direction.
#include <tenon/core/bytes.hpp>

#include <utility>

tenon::buffer take(tenon::buffer& from) {
#ifdef REJECT
    // expect: deleted (function|copy constructor)
    return tenon::buffer{from};
#else
    return tenon::buffer{std::move(from)};
#endif
}
