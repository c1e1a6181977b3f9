#include "support.hpp"

#include <netdb.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

using namespace support;
using tenon::address;
using std::chrono::steady_clock;

namespace {

/// A Unix domain socket that listens, as a program without Tenon has it.
struct foreign_listener {
    explicit foreign_listener(std::string const& path) : fd{::socket(AF_UNIX, SOCK_STREAM, 0)} {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        path.copy(where.sun_path, sizeof where.sun_path - 1);
        REQUIRE(::bind(fd, reinterpret_cast<sockaddr const*>(&where), sizeof where) == 0);
        REQUIRE(::listen(fd, 5) == 0);
    }
    foreign_listener(foreign_listener const&)            = delete;
    foreign_listener& operator=(foreign_listener const&) = delete;
    ~foreign_listener() { ::close(fd); }
    int fd;
};

/// Signal handlers that run in this thread all the time.
struct signal_storm {
    signal_storm() {
        struct sigaction quiet {};
        quiet.sa_handler = [](int) {};
        ::sigaction(SIGUSR1, &quiet, &before);
        sender = std::thread{[this, target = ::pthread_self()] {
            while (!over) ::pthread_kill(target, SIGUSR1), std::this_thread::yield();
        }};
    }
    signal_storm(signal_storm const&)            = delete;
    signal_storm& operator=(signal_storm const&) = delete;
    ~signal_storm() {
        over = true;
        sender.join();
        ::sigaction(SIGUSR1, &before, nullptr);
    }
    struct sigaction  before {};
    std::atomic<bool> over{false};
    std::thread       sender;
};

/// Runs it in a forked child, which a hang kills, and returns the child's exit code or minus its signal.
int in_child(auto&& body) {
    pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(20);
        ::_exit(body());
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("sockets have safe options by default") {
    zmq::context context;
    auto const   p = GENERATE(pattern::req, pattern::rep, pattern::dealer, pattern::router, pattern::pub,
                              pattern::sub, pattern::push, pattern::pull, pattern::pair);
    INFO(name_of(p));
    zmq::socket  s{context, p};
    std::int64_t most = 0;
    std::size_t  size = sizeof most;
    REQUIRE(zmq_getsockopt(s.native_handle(), ZMQ_MAXMSGSIZE, &most, &size) == 0);
    CHECK(most == 64 << 20);
    CHECK(option(s, ZMQ_LINGER) == 1000);
    CHECK(option(s, ZMQ_HANDSHAKE_IVL) == 5000);
    CHECK(option(s, ZMQ_RECONNECT_IVL) == 100);
    CHECK(option(s, ZMQ_RECONNECT_IVL_MAX) == 5000);
    CHECK(option(s, ZMQ_IMMEDIATE) == 0);
    CHECK(option(s, ZMQ_SNDHWM) == 1000);
    bool const dialogue =
        p == pattern::req || p == pattern::rep || p == pattern::dealer || p == pattern::router;
    CHECK(option(s, ZMQ_HEARTBEAT_IVL) == (dialogue ? 2000 : 0));
    if (dialogue) CHECK(option(s, ZMQ_HEARTBEAT_TIMEOUT) == 6000);
    CHECK(option(s, ZMQ_TCP_KEEPALIVE) == (dialogue ? -1 : 1));
}

TEST_CASE("options that are given are applied") {
    socket_options given;
    given.linger             = 7ms;
    given.send_hwm           = 8;
    given.receive_hwm        = 9;
    given.heartbeat_interval = 11ms;
    given.immediate          = true;
    zmq::context context;
    zmq::socket  s{context, pattern::push, given};
    CHECK(option(s, ZMQ_LINGER) == 7);
    CHECK(option(s, ZMQ_SNDHWM) == 8);
    CHECK(option(s, ZMQ_RCVHWM) == 9);
    CHECK(option(s, ZMQ_HEARTBEAT_IVL) == 11);
    CHECK(option(s, ZMQ_HEARTBEAT_TIMEOUT) == 33);
    CHECK(option(s, ZMQ_IMMEDIATE) == 1);
    given.send_hwm = -1;
    CHECK(mentions(refusal(errc::transport_error, [&] { zmq::socket{context, pattern::push, given}; }),
                   "cannot set the send_hwm of a PUSH socket"));
}

TEST_CASE("a frame above max_message_size is refused") {
    socket_options small;
    small.max_message_size = 1000;
    zmq::context context;
    zmq::socket  pull{context, pattern::pull, small};
    zmq::socket  push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    must_send(push, std::string(1001, 'x'));
    std::string got;
    for (auto const end = steady_clock::now() + patience; got.empty() && steady_clock::now() < end;) {
        send(push, "small");  // may be lost with the connection that the huge one broke
        if (zmq::wait(pull, POLLIN, 20ms)) got = receive(pull);
    }
    CHECK(got == "small");
}

TEST_CASE("ending a context does not hang on unsent messages") {
    temporary_directory here;
    socket_options      brief;
    brief.linger     = 20ms;
    auto const start = steady_clock::now();
    {
        zmq::context context;
        zmq::socket  push{context, pattern::push, brief};
        push.connect("ipc://" + here.path + "/nobody");
        for (int i = 0; i < 10; ++i) REQUIRE(send(push, "lost") == io::done);
    }
    CHECK(steady_clock::now() - start < patience);
}

TEST_CASE("a context may be destroyed before its sockets") {
    auto        context = std::make_unique<zmq::context>();
    zmq::socket pull{*context, pattern::pull};
    zmq::frame  part;
    CHECK(pull.receive(part) == io::again);
    context.reset();
    CHECK(pull.receive(part) == io::terminated);
    pull.close();
    pull.close();
    CHECK(!pull.is_open());
    CHECK(pull.receive(part) == io::failed);
}

TEST_CASE("destroying a context ends a wait in another thread") {
    auto              context = std::make_unique<zmq::context>();
    zmq::socket       pull{*context, pattern::pull};
    std::atomic<int>  code{0};
    std::atomic<bool> started{false};
    std::thread       waiting{[&] {
        zmq::socket mine{std::move(pull)};
        started = true;
        try {
            zmq::wait(mine, POLLIN, tenon::transport::forever);
        } catch (tenon::error const& e) {
            code = static_cast<int>(e.code());
        }
    }};
    while (!started) std::this_thread::yield();
    context.reset();
    waiting.join();
    CHECK(code == static_cast<int>(errc::terminated));
}

TEST_CASE("a socket that is used from two threads says so") {
    zmq::context context;
    zmq::socket  pull{context, pattern::pull};
    zmq::socket  push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    int         refused = 0;
    std::string text;
    std::thread{[&] {
        zmq::frame part;
        auto const attempt = [&](auto&& call) {
            try {
                call();
            } catch (tenon::error const& e) {
                refused += e.code() == errc::wrong_thread ? 1 : 0;
                text = e.what();
            }
        };
        attempt([&] { (void)pull.receive(part); });
        attempt([&] { (void)pull.send(part); });
        attempt([&] { (void)pull.bind("127.0.0.1"); });
        attempt([&] { pull.connect("127.0.0.1:1"); });
        attempt([&] { pull.close(); });
        attempt([&] { pull.disown(); });
        attempt([&] { zmq::poll_item{pull}; });
    }}.join();
    CHECK(refused == 7);
    CHECK(mentions(text, "PULL"));
    CHECK(mentions(text, "disown()"));
    must_send(push, "still works");
    CHECK(receive(pull) == "still works");
}

TEST_CASE("a socket may be handed to another thread") {
    zmq::context context;
    zmq::socket  pull{context, pattern::pull};
    zmq::socket  push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    must_send(push, "for the thread");
    pull.disown();
    std::string got;
    std::thread{[&, mine = std::move(pull)]() mutable {
        zmq::frame part;
        while (mine.receive(part) == io::again) {}
        got = tenon::as_text(part.view());
    }}.join();
    CHECK(got == "for the thread");
    CHECK(!pull.is_open());
}

TEST_CASE("a forked child leaves what it inherits alone") {
    temporary_directory here;
    auto                context = std::make_unique<zmq::context>();
    auto                pull    = std::make_unique<zmq::socket>(*context, pattern::pull);
    auto                push    = std::make_unique<zmq::socket>(*context, pattern::push);
    auto                large   = std::make_unique<zmq::frame>(std::size_t{100'000});
    auto const          where   = pull->bind("ipc://" + here.path + "/socket");
    push->connect(where);
    must_send(*push, "before");
    CHECK(receive(*pull) == "before");
    for (int round = 0; round < 10; ++round) {
        int const code = in_child([&] {
            large.reset();
            if (round % 2 == 0) context.reset();
            pull->close();
            push.reset();
            pull.reset();
            context.reset();
            return 42;
        });
        CHECK(code == 42);
        must_send(*push, "after");
        CHECK(receive(*pull) == "after");
        CHECK(std::filesystem::exists(where.host() + ".lock"));
    }
}

TEST_CASE("a forked child cannot open a socket in an inherited context") {
    zmq::context context;
    CHECK(in_child([&] {
              try {
                  zmq::socket s{context, pattern::pull};
              } catch (tenon::error const& e) {
                  return e.code() == errc::terminated ? 42 : 2;
              }
              return 1;
          }) == 42);
}

TEST_CASE("an ipc bind does not steal a live endpoint") {
    temporary_directory here;
    auto const          path = here.path + "/socket";
    zmq::context        context;
    SECTION("of the same program") {
        zmq::socket first{context, pattern::rep};
        zmq::socket second{context, pattern::rep};
        zmq::socket client{context, pattern::req};
        first.bind("ipc://" + path);
        CHECK(mentions(refusal(errc::address_in_use, [&] { second.bind("ipc://" + path); }), path));
        client.connect("ipc://" + path);
        must_send(client, "still there?");
        CHECK(receive(first) == "still there?");
        first.close();
        CHECK(second.bind("ipc://" + path) == address{"ipc://" + path});
    }
    SECTION("of a program that takes no lock") {
        foreign_listener const live{path};
        zmq::socket            s{context, pattern::rep};
        CHECK(mentions(refusal(errc::address_in_use, [&] { s.bind("ipc://" + path); }),
                       "a program listens there"));
        CHECK(std::filesystem::exists(path));
        CHECK(!std::filesystem::exists(path + ".lock"));
    }
}

TEST_CASE("an ipc bind deletes no file that is not a dead socket") {
    temporary_directory here;
    auto const          path = here.path + "/socket";
    zmq::context        context;
    zmq::socket         s{context, pattern::rep};
    SECTION("a regular file stays") {
        std::ofstream{path} << "content";
        CHECK(mentions(refusal(errc::bad_address, [&] { s.bind("ipc://" + path); }), "no socket stands"));
        std::stringstream left;
        left << std::ifstream{path}.rdbuf();
        CHECK(left.str() == "content");
    }
    SECTION("a symbolic link stays") {
        std::filesystem::create_symlink("/dev/null", path);
        CHECK(mentions(refusal(errc::bad_address, [&] { s.bind("ipc://" + path); }), "no socket stands"));
        CHECK(std::filesystem::is_symlink(path));
    }
    SECTION("what a crashed program left is replaced") {
        { foreign_listener const dead{path}; }
        REQUIRE(std::filesystem::exists(path));
        CHECK(s.bind("ipc://" + path).host() == path);
    }
    SECTION("a directory that does not exist is named") {
        CHECK(mentions(refusal(errc::bad_address, [&] { s.bind("ipc://" + path + "/x"); }), "directory"));
    }
}

TEST_CASE("an ipc path can be bound again as soon as it is closed") {
    temporary_directory here;
    auto const          path = here.path + "/socket";
    zmq::context        context;
    for (int i = 0; i < 50; ++i) {
        zmq::socket pull{context, pattern::pull};
        zmq::socket push{context, pattern::push};
        push.connect(pull.bind("ipc://" + path));
        must_send(push, "again");
        CHECK(receive(pull) == "again");
    }
    CHECK(!std::filesystem::exists(path));
    CHECK(!std::filesystem::exists(path + ".lock"));
}

TEST_CASE("abstract and temporary ipc addresses need no file of ours") {
    zmq::context context;
    zmq::socket  pull{context, pattern::pull};
    zmq::socket  push{context, pattern::push};
    zmq::socket  other{context, pattern::pull};
    auto const   name = "ipc://@tenon-test-" + std::to_string(::getpid());
    push.connect(pull.bind(name));
    must_send(push, "abstract");
    CHECK(receive(pull) == "abstract");
    CHECK(mentions(refusal(errc::address_in_use, [&] { other.bind(name); }), name));
    CHECK(!other.bind("ipc://*").is_wildcard());
}

TEST_CASE("an address in use is named") {
    zmq::context context;
    zmq::socket  first{context, pattern::rep};
    zmq::socket  second{context, pattern::rep};
    auto const   bound = first.bind("127.0.0.1");
    auto const   text  = refusal(errc::address_in_use, [&] { second.bind(bound); });
    CHECK(mentions(text, "cannot bind a REP socket to '" + bound.to_string() + "'"));
    CHECK(mentions(text, "random"));
}

TEST_CASE("a bind to the network wants an explicit word") {
    zmq::context context;
    zmq::socket  s{context, pattern::rep};
    for (auto const* open : {"*", "*:1", "0.0.0.0", "[::]:*", "192.0.2.1:1", "eth0"})
        CHECK(mentions(refusal(errc::bad_address, [&] { s.bind(open); }), "open_to_network"));
}

TEST_CASE("an interface that does not exist is named") {
    zmq::context   context;
    socket_options open;
    open.open_to_network = true;
    zmq::socket s{context, pattern::rep, open};
    CHECK(mentions(refusal(errc::bad_address, [&] { s.bind("nosuchif0"); }), "nosuchif0"));
    CHECK(mentions(refusal(errc::bad_address, [&] { s.bind("192.0.2.1"); }), "numeric address"));
    CHECK(mentions(refusal(errc::bad_address, [&] { s.connect("127.0.0.1"); }), "needs the peer's port"));
    CHECK(mentions(refusal(errc::bad_address, [&] { s.connect("*:1"); }), "wildcard"));
}

TEST_CASE("too many sockets are an error that names the limit") {
    SECTION("of the context") {
        tenon::transport::libzmq::context_options few;
        few.max_sockets = 2;
        zmq::context             context{few};
        std::vector<zmq::socket> open;
        auto const               text = refusal(errc::transport_error, [&] {
            for (int i = 0; i < 3; ++i) open.emplace_back(context, pattern::pair);
        });
        CHECK(mentions(text, "RLIMIT_NOFILE"));
        CHECK(mentions(text, "max_sockets"));
        CHECK(open.size() == 2);
    }
    SECTION("of the process") {
        CHECK(in_child([] {
                  zmq::context             context;
                  std::vector<zmq::socket> open;
                  open.emplace_back(context, pattern::pair);  // libzmq's threads need some of their own
                  rlimit const tight{40, 40};
                  ::setrlimit(RLIMIT_NOFILE, &tight);
                  try {
                      for (;;) open.emplace_back(context, pattern::pair);
                  } catch (tenon::error const& e) {
                      return mentions(e.what(), "RLIMIT_NOFILE") ? 42 : 2;
                  }
              }) == 42);
    }
}

TEST_CASE("a wait goes on for the time that is left when a signal handler runs") {
    signal_storm const storm;
    zmq::context       context;
    zmq::socket        pull{context, pattern::pull};
    auto const         start = steady_clock::now();
    CHECK(!zmq::wait(pull, POLLIN, 50ms));
    CHECK(steady_clock::now() - start >= 50ms);
}

TEST_CASE("signal handlers neither lose messages nor fail a bind or connect") {
    signal_storm const storm;
    zmq::context       context;
    for (int round = 0; round < 20; ++round) {
        zmq::socket pull{context, pattern::pull};
        zmq::socket push{context, pattern::push};
        auto const  where = pull.bind("127.0.0.1");
        push.connect(where);
        for (int i = 0; i < 100; ++i) {
            must_send(push, std::to_string(i));
            std::string const got = receive(pull);
            if (got != std::to_string(i)) FAIL("received " << got << " instead of " << i);
        }
        pull.unbind(where);
    }
}

TEST_CASE("waiting finds sockets and descriptors that are ready, and only those") {
    zmq::context context;
    zmq::socket  pull{context, pattern::pull};
    zmq::socket  push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    int pipe[2] = {-1, -1};
    REQUIRE(::pipe(pipe) == 0);
    std::vector<zmq::poll_item> items{zmq::poll_item{pull}, zmq::poll_item{pipe[0], POLLIN},
                                      zmq::poll_item{pipe[1], POLLOUT}};
    CHECK(context.wait({items.data(), 2}, 0ms) == 0);
    CHECK(items[1].ready() == 0);
    CHECK(context.wait(items, patience) == 1);
    CHECK(items[2].ready() == POLLOUT);
    REQUIRE(::write(pipe[1], "x", 1) == 1);
    for (int round = 0; round < 2; ++round) {  // level-triggered: again, until it is read
        CHECK(context.wait(items, patience) == 2);
        CHECK(items[1].ready() == POLLIN);
    }
    must_send(push, "x");
    CHECK(context.wait({items.data(), 1}, patience) == 1);
    CHECK(context.wait({items.data(), 1}, patience) == 1);
    CHECK(items[0].ready() == POLLIN);
    ::close(pipe[1]);
    char byte = 0;
    CHECK(::read(pipe[0], &byte, 1) == 1);
    CHECK(context.wait({items.data() + 1, 1}, patience) == 1);
    CHECK((items[1].ready() & POLLERR) != 0);
    ::close(pipe[0]);
}

TEST_CASE("a frozen peer is noticed by its heartbeats") {
    socket_options options;
    options.heartbeat_interval = 50ms;
    options.heartbeat_timeout  = 150ms;
    zmq::context  context;
    zmq::socket   router{context, pattern::router, options};
    address const where = router.bind("127.0.0.1");

    pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(60);
        zmq::context own;
        zmq::socket  dealer{own, pattern::dealer};
        dealer.connect(where);
        send(dealer, "hello");
        for (;;) ::pause();
    }
    auto const hello = receive_all(router);
    REQUIRE(hello.size() == 2);
    REQUIRE(send(router, hello[0], true) == io::done);
    REQUIRE(send(router, "still there") == io::done);

    // Its kernel still acknowledges what arrives: only the missing answers to pings tell.
    ::kill(child, SIGSTOP);
    io         sent     = io::done;
    auto const deadline = steady_clock::now() + patience;
    while (sent != io::unroutable && steady_clock::now() < deadline) {
        sent = send(router, hello[0], true);
        if (sent == io::done) send(router, "anybody?");
        zmq::wait(router, POLLIN, 10ms);
    }
    CHECK(sent == io::unroutable);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}

TEST_CASE("a DNS name is looked up when connecting") {
    char name[256] = {};
    REQUIRE(::gethostname(name, sizeof name - 1) == 0);
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = AF_INET;
    if (::getaddrinfo(name, nullptr, &hints, &found) != 0) return;  // this machine has no name that leads to it
    ::freeaddrinfo(found);

    socket_options open;
    open.open_to_network = true;
    zmq::context  context;
    zmq::socket   pull{context, pattern::pull, open}, push{context, pattern::push};
    address const where = pull.bind("*");
    push.connect(address{name, where.port().value()});
    must_send(push, "by name");
    CHECK(receive(pull) == "by name");
}
