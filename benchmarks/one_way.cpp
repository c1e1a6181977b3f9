// One way, PUSH to PULL: Tenon, and the same by hand. One end for each run of the program, so that each can be measured
// alone; benchmarks/instructions and benchmarks/side_by_side run it.
#include "end_to_end/measure.hpp"
#include "end_to_end/raw.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using by_hand::manner;
using end_to_end::counting_sink;

struct pulling_app {
    static constexpr auto in    = tenon::pull<"in", samples>;
    static constexpr auto ports = tenon::ports(in);

    counting_sink sink;

    void on(sample_32 const& m) { sink.on(m); }
    void on(sample_256 const& m) { sink.on(m); }
    void on(sample_4096 const& m) { sink.on(m); }
    void on(last const&, auto& process) { process.stop(sink.print()); }
    void on(tenon::started const&, auto& process) {
        std::printf("%s\n", process[in].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
};

struct push_plan {
    long count;
};

template <class M>
struct pushing_app {
    using config = push_plan;
    // Waits as zmq_send(3) does.
    static constexpr auto out   = tenon::push<"out", samples, tenon::overload::block<>>;
    static constexpr auto ports = tenon::ports(out);

    config plan;

    void on(tenon::started const&, auto& process) {
        M m{};
        for (long i = 0; i < plan.count; ++i) {
            std::memcpy(&m, &i, sizeof i);
            process[out].send(m);
        }
        process[out].send(last{});
        end_to_end::wait_for_end_of_input();
        process.stop();
    }
};

template <class Codec>
int pull(char const* where) {
    using process = tenon::process<pulling_app, tenon::launch::here, tenon::transport::zmq, Codec>;
    return tenon::run<process>(tenon::bind(pulling_app::in, tenon::address{where}));
}
template <class M, class Codec>
int push(char const* where, long count) {
    using app     = pushing_app<M>;
    using process = tenon::process<app, tenon::launch::here, tenon::transport::zmq, Codec>;
    return tenon::run<process>(push_plan{count}, tenon::connect(app::out, tenon::address{where}));
}

template <class M, class Format>
int push_by_hand(char const* where, long count) {
    by_hand::push<M, Format>(where, count, end_to_end::wait_for_end_of_input);
    return 0;
}

template <class M>
int push_as(std::string_view kind, char const* where, long count) {
    if (kind == "tenon") return push<M, tenon::codec::binary>(where, count);
    if (kind == "raw") return push_by_hand<M, by_hand::binary>(where, count);
    return 2;
}
/// The formats with names have one size.
int push_32(std::string_view kind, char const* where, long count) {
    if (kind == "tenon_json") return push<sample_32, tenon::codec::json>(where, count);
    if (kind == "tenon_msgpack") return push<sample_32, tenon::codec::msgpack>(where, count);
    if (kind == "raw_json") return push_by_hand<sample_32, by_hand::json>(where, count);
    if (kind == "raw_msgpack") return push_by_hand<sample_32, by_hand::msgpack>(where, count);
    return push_as<sample_32>(kind, where, count);
}

int pull_as(std::string_view kind, char const* where) {
    counting_sink sink;
    if (kind == "tenon") return pull<tenon::codec::binary>(where);
    if (kind == "tenon_json") return pull<tenon::codec::json>(where);
    if (kind == "tenon_msgpack") return pull<tenon::codec::msgpack>(where);
    if (kind == "raw_greedy") by_hand::pull_greedy<by_hand::binary>(where, sink);
    else if (kind == "raw_msgpack") by_hand::pull_greedy<by_hand::msgpack>(where, sink);
    else if (kind == "raw_json") by_hand::pull_greedy<by_hand::json>(where, sink);
    else if (kind == "raw") by_hand::pull_one_by_one(where, manner::blocking, sink);
    else if (kind == "raw_poll") by_hand::pull_one_by_one(where, manner::polling, sink);
    else return 2;
    return sink.print();
}

int push_size(std::string_view kind, char const* where, long count, std::string_view size) {
    if (size == "32") return push_32(kind, where, count);
    if (size == "256") return push_as<sample_256>(kind, where, count);
    if (size == "4096") return push_as<sample_4096>(kind, where, count);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view const role = argc > 3 ? argv[1] : "";
    int                    code = 2;
    if (role == "pull") code = pull_as(argv[2], argv[3]);
    if (role == "push" && argc > 5) code = push_size(argv[2], argv[3], std::atol(argv[4]), argv[5]);
    if (code == 2)
        std::fputs("usage: one_way pull KIND ADDRESS | one_way push KIND ADDRESS COUNT SIZE\n"
                   "KIND: tenon, raw; raw_poll and raw_greedy pull only;\n"
                   "tenon_json, tenon_msgpack, raw_json and raw_msgpack with SIZE 32. SIZE: 32, 256, 4096\n", stderr);
    return code;
}
