// Counts the instructions of the libraries beside Tenon, as far as they are installed. Run by `instructions`.
#include "count.hpp"
#include "peers.hpp"

using namespace benchmark;

int main() {
#if TENON_HAS_MSGPACK_CXX
    count_all<msgpack_cxx>(true);
#endif
#if TENON_HAS_NLOHMANN
    count_all<nlohmann_json>(true);
#endif
    return all_good ? 0 : 1;
}
