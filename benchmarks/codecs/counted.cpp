// Counts the instructions of Tenon's codecs and of the same by hand. Run by `instructions`.
//
// usage: counted [small]
#include "count.hpp"
#include "subjects.hpp"

using namespace benchmark;

int main(int argc, char** argv) {
    // `i` and `ii` take no time; `iii` is for who wants to see all.
    bool const all = argc < 2 || std::string_view{argv[1]} != "small";
    count_all<ours<tenon::codec::binary>>(all);
    count_all<ours<tenon::codec::msgpack>>(all);
    count_all<ours<tenon::codec::json>>(all);
    count_message<hand<by_hand::binary>, ping>();
    count_message<hand<by_hand::msgpack>, ping>();
    count_message<hand<by_hand::json>, ping>();
    return all_good ? 0 : 1;
}
