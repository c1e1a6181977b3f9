// Processes that are started and stopped together, in order.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <tenon/launch/spawn.hpp>
#include <tenon/launch/supervised.hpp>
#include <tenon/process/group.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using app::client;
using app::server;
using app::server_process;
namespace launch = tenon::launch;
using launch::exit_status;

namespace {

/// A file to which processes append a letter each when they start and when they stop.
class diary {
public:
    diary() { ::close(::mkstemp(path_.data())); }
    diary(diary const&)            = delete;
    diary& operator=(diary const&) = delete;
    ~diary() { ::unlink(path_.c_str()); }

    [[nodiscard]] std::string const& path() const { return path_; }
    [[nodiscard]] std::string text() const {
        char          letters[100];
        int const     fd   = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
        ssize_t const size = ::read(fd, letters, sizeof letters);
        ::close(fd);
        return {letters, static_cast<std::size_t>(size)};
    }

private:
    std::string path_ = "/tmp/tenon-group-XXXXXX";
};

enum class manner { orderly, fails, deaf, ends };

/// Writes its letter into the diary when it starts, and as a capital when it stops.
struct diarist {
    struct config {
        std::string file;
        std::string letter;
        int         how;
    };
    config settings;

    void write(int change) const {
        int const  fd     = ::open(settings.file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
        char const letter = static_cast<char>(settings.letter.at(0) + change);
        if (::write(fd, &letter, 1) != 1) std::abort();
        ::close(fd);
    }
    void on(tenon::started const&, auto& process) {
        if (is(manner::fails)) throw tenon::error{tenon::errc::refused, "not today"};
        write(0);
        if (is(manner::ends)) process.stop(settings.letter.at(0) - 'a');
    }
    void on(tenon::stopping const&) {
        write('A' - 'a');
        // A handler that never returns: the process has heard SIGTERM and will not end by it.
        while (is(manner::deaf)) ::pause();
    }
    [[nodiscard]] bool is(manner what) const { return settings.how == static_cast<int>(what); }
};

template <class Launch>
using diarist_process = tenon::process<diarist, Launch, tenon::transport::zmq>;

diarist::config entry(diary const& book, char const* letter, manner how = manner::orderly) {
    return {book.path(), letter, static_cast<int>(how)};
}

bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

std::vector<exit_status> exits(std::initializer_list<int> codes) {
    std::vector<exit_status> all;
    for (int const code : codes) all.push_back({code, 0});
    return all;
}

}  // namespace

TEMPLATE_TEST_CASE("a group starts its processes in order and stops them in the reverse order", "[group]",
                   launch::thread, launch::fork, launch::spawn, launch::supervised<launch::fork>) {
    using process = diarist_process<TestType>;
    diary book;
    {
        tenon::group group;
        CHECK_FALSE(group.alive());
        for (auto const* letter : {"a", "b", "c", "d"}) group.template start<process>(entry(book, letter));
        CHECK(group.alive());
        CHECK(group.size() == 4);
        SECTION("by stop") {
            CHECK(group.stop() == exits({0, 0, 0, 0}));
            CHECK_FALSE(group.alive());
            CHECK(group.stop() == exits({0, 0, 0, 0}));
        }
        SECTION("by the destructor") {}
    }
    CHECK(book.text() == "abcdDCBA");
    CHECK(no_children());
}

TEST_CASE("children of a group are reached by references that stay valid", "[group]") {
    tenon::group group;
    auto& first = group.start<server_process<launch::fork>>(tenon::bind(server::requests, "127.0.0.1"));
    for (int i = 0; i < 3; ++i)
        group.start<server_process<launch::thread>>(tenon::bind(server::requests, "127.0.0.1"));
    auto& last = group.start<server_process<launch::fork>>(launch::start_options{.grace = 10s},
                                                           tenon::bind(server::requests, "127.0.0.1"));
    tenon::group moved{std::move(group)};
    CHECK(group.size() == 0);  // NOLINT: a group that was moved from is empty
    {
        client<> peer{first.address(server::requests)};
        CHECK(peer.request(app::ping{1}).count == 1);
        client<> other{last.address(server::requests)};
        CHECK(other.request(app::ping{2}).count == 2);
    }
    moved = tenon::group{};
    CHECK_FALSE(moved.alive());
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("a start that fails stops those before it, in the reverse order", "[group]", launch::thread,
                   launch::fork, launch::spawn) {
    using process = diarist_process<TestType>;
    diary        book;
    tenon::group group;
    group.template start<process>(entry(book, "a"));
    group.template start<process>(entry(book, "b"));
    try {
        group.template start<process>(entry(book, "c", manner::fails));
        FAIL("nothing was thrown");
    } catch (tenon::error const& e) {
        CHECK(e.code() == tenon::errc::refused);
        CHECK(std::string{e.what()} == "the child failed before it was ready: not today");
    }
    CHECK(book.text() == "abBA");
    CHECK(group.size() == 0);
    CHECK(no_children());

    group.template start<process>(entry(book, "d"));
    CHECK(group.stop() == exits({0}));
    CHECK(book.text() == "abBAdD");
}

TEMPLATE_TEST_CASE("a process of a group that does not heed SIGTERM is killed after its grace", "[group][hazard]",
                   launch::fork, launch::spawn, launch::supervised<launch::fork>) {
    using process = diarist_process<TestType>;
    diary        book;
    tenon::group group;
    group.template start<process>(entry(book, "a"));
    group.template start<process>(launch::start_options{.grace = 50ms}, entry(book, "b", manner::deaf));
    group.template start<process>(entry(book, "c"));
    auto const ends = group.stop();
    REQUIRE(ends.size() == 3);
    CHECK(ends[0] == exit_status{0, 0});
    CHECK(ends[1] == exit_status{0, SIGKILL});
    CHECK(ends[2] == exit_status{0, 0});
    CHECK(book.text() == "abcCBA");
    CHECK(no_children());
}

TEST_CASE("a group is waited for until all have ended by themselves", "[group]") {
    diary        book;
    tenon::group group;
    group.start<diarist_process<launch::fork>>(entry(book, "d", manner::ends));
    group.start<diarist_process<launch::thread>>(entry(book, "b", manner::ends));
    group.start<diarist_process<launch::here>>(entry(book, "c", manner::ends));
    CHECK(group.join() == exits({3, 1, 2}));
    CHECK_FALSE(group.alive());
    CHECK(group.stop() == exits({3, 1, 2}));
    CHECK(no_children());
}

TEST_CASE("a process of a group that has crashed does not hold up the others", "[group]") {
    tenon::group group;
    auto&        first = group.start<server_process<launch::fork>>(tenon::bind(server::requests, "127.0.0.1"));
    group.start<server_process<launch::fork>>(tenon::bind(server::requests, "127.0.0.1"));
    first.kill();
    CHECK(first.join() == 128 + SIGKILL);
    CHECK(group.alive());
    auto const ends = group.stop();
    REQUIRE(ends.size() == 2);
    CHECK(ends[0] == exit_status{0, SIGKILL});
    CHECK(ends[1].success());
}
