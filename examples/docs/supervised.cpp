// A server that is started again when it crashes, and a client that asks again when it gets no reply.
#include <tenon/launch/spawn.hpp>
#include <tenon/launch/spawned.hpp>
#include <tenon/launch/supervised.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <string>

using namespace std::chrono_literals;
namespace launch = tenon::launch;

struct learn { std::string word; std::string meaning; };
struct look_up { std::string word; };
struct found { std::string meaning; };
struct close_book {};
using dictionary = tenon::protocol<tenon::command<learn>, tenon::request<look_up, found>, tenon::command<close_book>>;

struct dictionary_app {
    static constexpr auto requests = tenon::rep<"requests", dictionary>;
    static constexpr auto ports    = tenon::ports(requests);

    std::map<std::string, std::string> known;

    void  on(learn const& l) { known[l.word] = l.meaning; }
    found on(look_up const& l) { return {known.count(l.word) != 0 ? known[l.word] : "(unknown)"}; }
    void  on(close_book const&, auto& process) { process.stop(); }
};

// [process]
// Told by the thread that supervises, in the program that has started the child.
struct notes {
    void crashed(launch::restart_report const& r) {
        std::printf("the dictionary %s\n", std::string{r.text}.c_str());
        std::fflush(stdout);
    }
    void restarted(launch::restart_report const&) {}
    void gave_up(launch::restart_report const&) { std::puts("it crashes too often"); }
};

using supervised =
    launch::supervised<launch::spawn, launch::restart{.times = 3, .within = 10s, .backoff = 50ms}, notes>;
using dictionary_process = tenon::process<dictionary_app, supervised>;
// [/process]

// [client]
// Up to 20 more attempts, with a pause of 50 ms before the first of them, doubled up to 200 ms.
using patient_client = tenon::client<dictionary, tenon::retry::times<20, 50ms, 200ms>>;
// [/client]

// [main]
int main() {
    if (auto const code = launch::spawned()) return *code;  // first: a spawned child runs this main too

    auto child = tenon::start<dictionary_process>(tenon::bind(dictionary_app::requests, "127.0.0.1"));
    patient_client client{child.address(dictionary_app::requests)};
    client.send(learn{"tenon", "half of a joint"});
    std::printf("tenon: %s\n", client.request(look_up{"tenon"}).meaning.c_str());
    std::fflush(stdout);

    ::kill(child.pid(), SIGKILL);
    // The same address, another process: it knows nothing of what the first one had in its memory.
    std::printf("tenon: %s\n", client.request(look_up{"tenon"}, 200ms).meaning.c_str());

    client.send(close_book{});
    auto const end = child.join();  // an end of its own will, with code 0, is none to be undone
    std::printf("restarts: %u\n", child.restarts());
    return end;
}
// [/main]
