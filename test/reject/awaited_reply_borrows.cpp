// An awaited reply would refer to a frame that is gone when the coroutine waits again.
#include <tenon/process/task.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};

#ifdef REJECT
// expect: this reply borrows from the received frame, which is gone when the coroutine waits again
// expect: \border\b
struct receipt {
    std::string_view text;
};
#else
struct receipt {
    std::string text;
};
#endif

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct buyer_app {
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);

    static tenon::task<void> buy(auto& process) {
        auto const got = co_await process[out].request(order{1}, std::chrono::seconds{1});
        process.stop(got ? 0 : 1);
    }
    void on(tenon::started const&, auto& process) { process.start(buy(process)); }
};

int main() { return tenon::run<tenon::process<buyer_app>>(tenon::connect(buyer_app::out, "127.0.0.1:5678")); }
