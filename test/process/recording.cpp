// Recordings: what is written, that it is read back exactly, and that it can be played to a live process.
#include "catch.hpp"
#include "replay/player.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/process/observer/recording.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

using tenon::errc;
using tenon::recording::entry;
using tenon::recording::happening;
using zmq = tenon::transport::zmq;

namespace {

/// A directory that goes with the test.
struct temporary_directory {
    temporary_directory() {
        std::string name = (std::filesystem::temp_directory_path() / "tenon-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    temporary_directory(temporary_directory const&)            = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    ~temporary_directory() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::string file(char const* name) const { return path + "/" + name; }
    std::string path;
};

std::string write(std::string const& path, std::string_view text) {
    std::FILE* const to = std::fopen(path.c_str(), "wb");
    REQUIRE(to != nullptr);
    REQUIRE(std::fwrite(text.data(), 1, text.size(), to) == text.size());
    std::fclose(to);
    return path;
}

std::string text_of(std::string const& path) {
    std::string      text(std::filesystem::file_size(path), '\0');
    std::FILE* const from = std::fopen(path.c_str(), "rb");
    REQUIRE(from != nullptr);
    REQUIRE(std::fread(text.data(), 1, text.size(), from) == text.size());
    std::fclose(from);
    return text;
}

/// Code and text of the error that reading gives.
std::string refusal(std::string const& path, errc code) {
    try {
        static_cast<void>(tenon::recording::read(path));
    } catch (tenon::error const& e) {
        CHECK(e.code() == code);
        return e.what();
    }
    return "accepted";
}

/// A context whose time the test sets.
struct set_clock {
    std::chrono::nanoseconds time{0};
    auto now() const noexcept { return std::chrono::sys_time<std::chrono::nanoseconds>{time}; }
};

std::string_view const all_bytes = [] {
    static char bytes[256];
    for (int i = 0; i < 256; ++i) bytes[i] = static_cast<char>(static_cast<unsigned char>(i));
    return std::string_view{bytes, sizeof bytes};
}();

struct ping { int count; };
struct pong { int count; };
struct plzdiekthxbye {};
using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<plzdiekthxbye>>;

template <int Error>
struct server {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    struct config {
        std::string record_to;
    };
    config given;

    pong on(ping const& p) {
        if (p.count == 3) throw std::runtime_error{"I do not like 3"};
        return {p.count + (p.count == 4 ? Error : 0)};
    }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
    void on(tenon::started const&, auto& process) {
        if (!given.record_to.empty()) process.observer().open(given.record_to);
    }
};
using right = server<0>;
using wrong = server<1>;

template <class App, class Codec, class Launch = tenon::launch::thread>
using recorded = tenon::process<App, Codec, Launch, zmq, tenon::observer::recording>;

/// Talks to a process that records itself into `path`.
template <class Codec, class Launch = tenon::launch::thread>
void converse(std::string const& path, int rounds = 5) {
    auto child = tenon::start<recorded<right, Codec, Launch>>(typename right::config{path},
                                                              tenon::bind(right::requests, "127.0.0.1"));
    tenon::client<ping_pong, Codec, zmq> peer{child.address(right::requests)};
    for (int i = 0; i < rounds; ++i) {
        try {
            int const count = peer.request(ping{i}).count;
            CHECK(count == i);
        } catch (tenon::error const& e) {
            CHECK(e.code() == errc::handler_failed);
        }
    }
    peer.send(plzdiekthxbye{});
    CHECK(child.join() == 0);
}

template <class App, class Codec>
replay::outcome play(std::string const& path, std::vector<std::string>& told) {
    auto child = tenon::start<recorded<App, Codec>>(typename App::config{}, tenon::bind(App::requests, "127.0.0.1"));
    auto const     file = tenon::recording::read(path);
    replay::player player{file, "requests", child.address(App::requests)};
    return player.play([&](std::string const& line) { told.push_back(line); });
}

}  // namespace

TEST_CASE("a recording is lines that people can read", "[recording]") {
    temporary_directory const folder;
    set_clock                 clock{std::chrono::hours{5}};
    {
        tenon::observer::recording  observer;
        tenon::observed_port const ports[] = {{"requests", tenon::pattern::rep}, {"two words", tenon::pattern::pub}};
        observer.attached({"shop", "json", ports, tenon::process_clock{clock}});
        CHECK(!observer.is_open());
        observer.sent({"requests", "lost", {}});
        observer.open(folder.file("a.recording"));
        clock.time += std::chrono::nanoseconds{1'234'567'890};
        observer.received({"requests", "ping", tenon::as_bytes("[\"ping\",3]")});
        observer.sent({"two words", "", tenon::as_bytes(std::string_view{"\x03\0\xff", 3})});
        observer.dropped({"requests", "ping", errc::handler_failed, "a \\ in\ntwo lines"});
        observer.dropped({"requests", "", errc::late, {}});
        observer.connection({"requests", tenon::connection_change::handshake_failed, "tcp://127.0.0.1:5555", -7});
    }
    std::string const text = text_of(folder.file("a.recording"));
    auto const        pid  = std::to_string(::getpid());
    CHECK(text == "tenon-recording 1 shop json " + pid +
                      "\n"
                      "port requests REP\n"
                      "port \"two words\" PUB\n"
                      "1.234567890 received requests ping \"[\\\"ping\\\",3]\"\n"
                      "1.234567890 sent \"two words\" \"\" hex:0300ff\n"
                      "1.234567890 dropped requests ping 100 \"a \\\\ in\\ntwo lines\"\n"
                      "1.234567890 dropped requests \"\" 105 \"reply came too late\"\n"
                      "1.234567890 connection requests handshake_failed -7 \"tcp://127.0.0.1:5555\"\n");
    struct stat found {};
    REQUIRE(::stat(folder.file("a.recording").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);

    auto const file = tenon::recording::read(folder.file("a.recording"));
    CHECK(file.app == "shop");
    CHECK(file.codec == "json");
    CHECK(file.process_id == ::getpid());
    CHECK(!file.cut_off);
    REQUIRE(file.ports.size() == 2);
    CHECK(file.ports[1].name == "two words");
    CHECK(file.ports[1].pattern == tenon::pattern::pub);
    REQUIRE(file.entries.size() == 5);
    CHECK(file.entries[0].time == std::chrono::nanoseconds{1'234'567'890});
    CHECK(file.entries[0].what == happening::received);
    CHECK(file.entries[0].body == "[\"ping\",3]");
    CHECK(file.entries[1].port == "two words");
    CHECK(file.entries[1].body == std::string_view{"\x03\0\xff", 3});
    CHECK(file.entries[2].reason == errc::handler_failed);
    CHECK(file.entries[2].text == "a \\ in\ntwo lines");
    CHECK(file.entries[4].change == tenon::connection_change::handshake_failed);
    CHECK(file.entries[4].change_reason == -7);
    CHECK(replay::to_string(file.entries[0]) == "   1.234567890  requests  <-- ping  [\"ping\",3]");
    CHECK(replay::to_string(file.entries[4]).find("... handshake_failed  tcp://127.0.0.1:5555") != std::string::npos);
}

TEST_CASE("whatever is in a body or a name is read back exactly", "[recording]") {
    temporary_directory const folder;
    std::vector<std::string>  bodies{"", "\"", "\\", "\\n", "\n", "hex:00", " ", "gr\xc3\xbc\xc3\x9f", "\xc3", "\x7f",
                                    std::string{all_bytes}, std::string(100'000, '"')};
    for (char const c : all_bytes) bodies.emplace_back(1, c);
    for (std::size_t i = 0; i < 256; ++i) bodies.emplace_back(all_bytes.substr(i, 7));
    set_clock clock;
    {
        tenon::observer::recording observer;
        observer.attached({"hex:app", "j\"son", {}, tenon::process_clock{clock}});
        observer.open(folder.file("a"));
        for (std::string const& body : bodies) observer.sent({body, body, tenon::as_bytes(body)});
    }
    auto const file = tenon::recording::read(folder.file("a"));
    CHECK(file.app == "hex:app");
    CHECK(file.codec == "j\"son");
    REQUIRE(file.entries.size() == bodies.size());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < bodies.size(); ++i)
        wrong += file.entries[i].body != bodies[i] || file.entries[i].port != bodies[i] ||
                 file.entries[i].message != bodies[i];
    CHECK(wrong == 0);
}

TEST_CASE("a file that is no recording is refused with file, line and what was expected", "[recording]") {
    temporary_directory const folder;
    std::string const         path = folder.file("x");
    std::string const         head = "tenon-recording 1 shop json 1\nport requests REP\n";
    auto const said = [&](std::string const& text) { return refusal(write(path, text), errc::malformed); };
    auto const line_3 = [&](std::string const& line) {
        std::string const text  = said(head + line + "\n");
        std::string const start = "recording '" + path + "', line 3: expected ";
        return text.starts_with(start) ? text.substr(start.size()) : text;
    };
    CHECK(refusal(folder.file("none"), errc::bad_address) ==
          "cannot read the recording '" + folder.file("none") + "': No such file or directory");
    CHECK(said("").find("is no recording") != std::string::npos);
    CHECK(said("hello\n").find("is no recording") != std::string::npos);
    CHECK(said("tenon-recording 2 shop json 1\n").find("line 1: expected version 1") != std::string::npos);
    CHECK(said("tenon-recording 1 shop json\n").find("line 1: expected a process id") != std::string::npos);
    CHECK(said("tenon-recording 1 shop json 1 x\n").find("line 1: expected nothing more") != std::string::npos);
    CHECK(line_3("port a REPP") == "a pattern such as REP");
    CHECK(line_3("") == "a time in seconds such as 0.000120000");
    CHECK(line_3("1.5 sent a b \"\"") == "a time in seconds such as 0.000120000");
    CHECK(line_3("99999999999.000000000 sent a b \"\"") == "a time in seconds such as 0.000120000");
    CHECK(line_3("1.000000000 lost a b \"\"") == "received, sent, dropped or connection");
    CHECK(line_3("1.000000000 sent  b \"\"") == "the name of a port");
    CHECK(line_3("1.000000000 sent a") == "the name of a message");
    CHECK(line_3("1.000000000 sent a b") == "the body of the message");
    CHECK(line_3("1.000000000 sent a b \"x") == "the body of the message");
    CHECK(line_3("1.000000000 sent a b \"x\\q\"") == "the body of the message");
    CHECK(line_3("1.000000000 sent a b \"x\"y") == "the body of the message");
    CHECK(line_3("1.000000000 sent a b hex:0") == "the body of the message");
    CHECK(line_3("1.000000000 sent a b hex:0g") == "the body of the message");
    CHECK(line_3("1.000000000 sent a b \"\" c") == "nothing more");
    CHECK(line_3("1.000000000 dropped a b c \"\"") == "a number as the reason");
    CHECK(line_3("1.000000000 dropped a b 100") == "a text in quotation marks");
    CHECK(line_3("1.000000000 connection a born 0 \"\"") == "what happened to the connection, such as accepted");
    CHECK(line_3("1.000000000 connection a accepted 0") == "the endpoint of the connection");

    // A crash may cut the last line off, and nothing else.
    auto const file = tenon::recording::read(write(path, head + "1.000000000 sent a b \"\"\n2.000000000 sent a b \""));
    CHECK(file.entries.size() == 1);
    CHECK(file.cut_off);
}

TEST_CASE("a recording that cannot be created is an error that says why", "[recording]") {
    temporary_directory const folder;
    set_clock                 clock;
    tenon::observer::recording observer;
    observer.attached({"shop", "json", {}, tenon::process_clock{clock}});
    REQUIRE_THROWS_AS(observer.open(folder.file("no/such/folder")), tenon::error);
    CHECK(!observer.is_open());
    observer.open(folder.file("a"));
    observer.sent({"p", "first", {}});
    observer.open(folder.file("b"));  // from now on into another file
    observer.sent({"p", "second", {}});
    observer.close();
    observer.sent({"p", "third", {}});
    CHECK(tenon::recording::read(folder.file("a")).entries.at(0).message == "first");
    auto const second = tenon::recording::read(observer.path());
    REQUIRE(second.entries.size() == 1);
    CHECK(second.entries[0].message == "second");
}

TEST_CASE("the environment tells children where to record, each into a file of its own", "[recording]") {
    temporary_directory const folder;
    ::setenv("TENON_RECORDING", folder.path.c_str(), 1);
    converse<tenon::codec::json, tenon::launch::fork>({});
    converse<tenon::codec::json, tenon::launch::thread>({});
    converse<tenon::codec::json, tenon::launch::thread>({});
    ::setenv("TENON_RECORDING", folder.file("no-such-folder").c_str(), 1);
    REQUIRE_THROWS_AS(converse<tenon::codec::json>({}), tenon::error);
    ::unsetenv("TENON_RECORDING");

    std::vector<std::string> names;
    for (auto const& each : std::filesystem::directory_iterator{folder.path}) {
        names.push_back(each.path().filename().string());
        auto const file = tenon::recording::read(each.path().string());
        CHECK(file.app == "server");
        CHECK(names.back().starts_with("server." + std::to_string(file.process_id)));
        CHECK(std::count_if(file.entries.begin(), file.entries.end(),
                            [](entry const& one) { return one.what == happening::received; }) == 6);
        CHECK(std::any_of(file.entries.begin(), file.entries.end(), [](entry const& one) {
            return one.what == happening::connection && one.change == tenon::connection_change::accepted;
        }));
        CHECK(std::any_of(file.entries.begin(), file.entries.end(), [](entry const& one) {
            return one.what == happening::dropped && one.reason == errc::handler_failed && one.message == "ping";
        }));
    }
    CHECK(names.size() == 3);
    auto const mine = "server." + std::to_string(::getpid());
    CHECK(std::count(names.begin(), names.end(), mine + ".recording") == 1);
    CHECK(std::count(names.begin(), names.end(), mine + "-2.recording") == 1);
}

TEMPLATE_TEST_CASE("a recording played to a fresh server gives the same replies, and others to one that has changed",
                   "[recording]", tenon::codec::json, tenon::codec::binary) {
    temporary_directory const folder;
    auto const                path = folder.file("a.recording");
    converse<TestType, tenon::launch::fork>(path, 10);

    std::vector<std::string> told;
    auto const               same = play<right, TestType>(path, told);
    CHECK(same.as_recorded());
    CHECK(same.sent == 11);
    CHECK(same.same == 10);
    CHECK(told.size() == 10);

    told.clear();
    auto const other = play<wrong, TestType>(path, told);
    CHECK(!other.as_recorded());
    CHECK(other.same == 9);
    CHECK(other.different == 1);
    CHECK(other.missing == 0);
    REQUIRE(told.size() == 11);
    CHECK(told[4].starts_with("different:  "));
    CHECK(told[5].starts_with("  recorded: "));
    if (std::is_same_v<TestType, tenon::codec::json>) {
        CHECK(told[4] == "different:  [\"pong\",5]");
        CHECK(told[5] == "  recorded: [\"pong\",4]");
    }
}

TEST_CASE("a player says what is missing, what came on top, and what it cannot play", "[recording]") {
    temporary_directory const folder;
    auto const                path = folder.file("a");
    auto       child = tenon::start<recorded<right, tenon::codec::json>>(right::config{},
                                                                         tenon::bind(right::requests, "127.0.0.1"));
    auto const to = child.address(right::requests);
    auto const file_of = [&](std::string const& lines) {
        return tenon::recording::read(
            write(path, "tenon-recording 1 server json 1\nport requests REP\nport news SUB\n" + lines));
    };
    auto const nobody_asked = file_of("1.000000000 sent requests pong \"[\\\"pong\\\",1]\"\n");
    auto const on_top       = file_of("1.000000000 received requests ping \"[\\\"ping\\\",1]\"\n");
    auto const ignore       = [](std::string const&) {};
    using namespace std::chrono_literals;
    auto const missing = replay::player{nobody_asked, "requests", to, 20ms}.play(ignore);
    CHECK(missing.missing == 1);
    CHECK(!missing.as_recorded());
    auto const surplus = replay::player{on_top, "requests", to}.play(ignore);
    CHECK(surplus.unexpected == 1);
    CHECK(!surplus.as_recorded());
    REQUIRE_THROWS_AS((replay::player{on_top, "news", to}), tenon::error);
    REQUIRE_THROWS_AS((replay::player{on_top, "no such port", to}), tenon::error);
}
