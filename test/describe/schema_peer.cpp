// For test_schema.py: prints the schema of a protocol with fields of every kind, the AsyncAPI document of a process
// that serves it, and frames that codec::json writes. A line each: `schema`, `asyncapi` or `frame`, a space, JSON.
#include <tenon/describe/async_api.hpp>
#include <tenon/describe/json_schema.hpp>
#include <tenon/message/attachment.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

enum class colour : std::uint8_t { red = 1, green = 2 };
enum class level : std::int16_t {};

namespace flat {
struct point { double x, y; };
}
namespace solid {
struct point { double x, y, z; };
}

struct empty {};
struct count { std::int32_t value; };
struct note { std::optional<std::string> text; };
struct numbers { bool flag; std::int8_t small; std::int64_t low; std::uint64_t high; float f; double d; };
struct texts { std::string plain; std::vector<std::byte> blob; std::array<std::byte, 4> tag; };
struct enums { colour c; level l; };
struct lists { std::vector<count> each; std::array<int, 3> three; std::vector<std::vector<bool>> bits; };
struct maybe { std::optional<int> a; std::optional<flat::point> b; };
struct maps { std::map<std::string, int> by_name; std::map<int, std::string> by_number; };
struct choice {
    std::variant<int, std::string, std::monostate> one;
    std::pair<int, std::string>                    two;
    std::tuple<>                                   none;
};
struct spans { std::chrono::milliseconds wait; flat::point from; solid::point to; };
struct tree { std::string name; std::vector<tree> below; };
struct photo { std::string name; tenon::attachment picture; };

using everything = tenon::protocol<
    tenon::request<empty, count>, tenon::request<note, numbers>, tenon::request<texts, enums>, tenon::command<lists>,
    tenon::command<maybe>, tenon::event<maps>, tenon::event<choice>, tenon::event<spans>, tenon::event<tree>,
    tenon::event<photo>>;

struct server_app {
    static constexpr auto everything_port = tenon::router<"everything", everything>;
    static constexpr auto trees           = tenon::pub<"trees", tenon::protocol<tenon::event<tree>>>;
    static constexpr auto ports           = tenon::ports(everything_port, trees);

    count   on(empty const&) { return {}; }
    numbers on(note const&) { return {}; }
    enums   on(texts const&) { return {}; }
    void    on(lists const&) {}
    void    on(maybe const&) {}
};

void show(std::string const& what, std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
    std::printf("%s %s\n", what.c_str(), text.c_str());
}

void frame(auto const& m) {
    tenon::codec::json codec;
    tenon::buffer      bytes;
    if (codec.write(m, bytes)) std::abort();
    show("frame", std::string{tenon::as_text(bytes.view())});
}

}  // namespace

namespace tenon {
template <>
struct traits<colour> {
    static constexpr std::array<colour, 2> values{colour::red, colour::green};
};
}  // namespace tenon

int main() {
    show("schema", tenon::description::json_schema<everything>());
    show("asyncapi", tenon::description::async_api(tenon::participant<tenon::process<server_app>>,
                                                   {"Everything \"at once\"", "2.1.0"}));
    frame(empty{});
    for (int const each : {0, -1, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) frame(count{each});
    frame(note{});
    frame(note{"caf\xc3\xa9 \" \\ \x01"});
    frame(numbers{true, -128, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max(), 0.5f,
                  1e300});
    frame(texts{"", {}, {}});
    frame(texts{"x", std::vector<std::byte>(5), {}});
    frame(enums{colour::green, level{-32768}});
    frame(lists{});
    frame(lists{{{1}, {2}}, {1, 2, 3}, {{true}, {}}});
    frame(maybe{});
    frame(maybe{3, flat::point{1, 2.5}});
    frame(maps{});
    frame(maps{{{"a", 1}, {"", 2}}, {{-3, "x"}, {0, "y"}}});
    frame(choice{3, {1, "x"}, {}});
    frame(choice{"text", {}, {}});
    frame(choice{std::monostate{}, {}, {}});
    frame(spans{std::chrono::milliseconds{1500}, {1, 2}, {1, 2, 3}});
    frame(tree{"root", {{"leaf", {}}, {"branch", {{"twig", {}}}}}});
    frame(photo{"cat", std::string{"bytes"}});
    frame(tenon::failure{tenon::errc::timed_out, "late"});
}
