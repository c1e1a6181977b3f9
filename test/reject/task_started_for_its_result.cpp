// Nobody would get what a background task returns.
#include <tenon/process/task.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};

using talk = tenon::protocol<tenon::command<order>>;

struct buyer_app {
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);

#ifdef REJECT
    // expect: process.start\(task\) takes a tenon::task<void>
    static tenon::task<int> work() { co_return 1; }
#else
    static tenon::task<void> work() { co_return; }
#endif

    void on(tenon::started const&, auto& process) { process.start(work()); }
};

int main() { return tenon::run<tenon::process<buyer_app>>(tenon::connect(buyer_app::out, "127.0.0.1:5678")); }
