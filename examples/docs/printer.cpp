// A server that answers later and says how far it is meanwhile: ROUTER and DEALER, promises, events to one peer.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdio>
#include <deque>
#include <string>
#include <utility>

using namespace std::chrono_literals;

// [protocol]
struct print { std::string document; int pages; };
struct printed { int sheets; };
struct progress { std::string document; int page; };

using printing = tenon::protocol<
    tenon::request<print, printed>,  // answered when the last page is out
    tenon::event<progress>>;         // the server tells the one whose document it is
// [/protocol]

// [server]
struct printer_app {
    static constexpr auto clients = tenon::router<"clients", printing>;
    static constexpr auto ports   = tenon::ports(clients);

    struct job {
        print                   what;
        tenon::peer             owner;
        tenon::promise<printed> done;  // the duty to answer, once
        int                     page = 0;
    };
    std::deque<job> jobs;

    tenon::deferred<printed> on(print const& p, auto& process) {
        auto const owner = process[clients].peer();  // while its message is handled: before the answer is put off
        return process[clients].defer(p, [&](tenon::promise<printed> done) {
            jobs.push_back({p, owner, std::move(done)});
            if (jobs.size() == 1) next_page(process);
        });
    }

    void next_page(auto& process) {
        process.after(5ms, [this, &process] {
            job& first = jobs.front();
            process[clients].send(progress{first.what.document, ++first.page}, first.owner);
            if (first.page == first.what.pages) {
                first.done.answer(printed{(first.page + 1) / 2});
                jobs.pop_front();
            }
            if (!jobs.empty()) next_page(process);
        });
    }
};
// [/server]

// [client]
struct office_app {
    static constexpr auto printer = tenon::dealer<"printer", printing>;
    static constexpr auto ports   = tenon::ports(printer);

    int outcomes = 0;

    void on(tenon::started const&, auto& process) {
        for (auto const& document : {print{"letter", 2}, print{"poster", 1}})  // both under way at once
            process[printer].request(document, 10s, [&](tenon::result<printed> outcome) {
                if (outcome) std::printf("  printed on %d sheet\n", outcome->sheets);
                else std::printf("  not printed: %s\n", outcome.error().text.c_str());
                if (++outcomes == 2) process.stop();
            });
    }
    void on(progress const& p) { std::printf("%s: page %d\n", p.document.c_str(), p.page); }
};
// [/client]

using printer_process = tenon::process<printer_app, tenon::launch::fork>;
using office_process  = tenon::process<office_app>;

int main() {
    auto const child = tenon::start<printer_process>(tenon::bind(printer_app::clients, "127.0.0.1"));
    return tenon::run<office_process>(tenon::connect(office_app::printer, child.address(printer_app::clients)));
}
