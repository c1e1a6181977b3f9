// What every message and every kind of field looks like on the wire: docs/wire-formats.md shows what this prints.
#include <tenon/codec/binary.hpp>
#include <tenon/codec/json.hpp>
#include <tenon/codec/msgpack.hpp>
#include <tenon/dispatch/sequence.hpp>
#include <tenon/protocol/fingerprint.hpp>
#include <tenon/protocol/protocol.hpp>
#include <tenon/protocol/topic.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

using std::string, std::vector, std::optional, std::array, std::map, std::variant, std::byte;
using std::int32_t, std::int64_t, std::uint16_t, std::uint64_t, std::uint8_t;
namespace codec = tenon::codec;

// [messages]
struct plzdiekthxbye {};
struct ping { int count; };
struct item { string sku; uint16_t count; };
struct order { uint64_t id; vector<item> items; optional<string> note; };
// [/messages]

// [events]
struct price { string symbol; double value; };
struct fill { uint64_t account; string symbol; bool last; };
struct closing {};
using market = tenon::protocol<
    tenon::event<price, &price::symbol>,
    tenon::event<fill, &fill::account, &fill::symbol, &fill::last>,
    tenon::event<closing>>;
// [/events]

// [ids]
constexpr std::uint32_t fnv1a(std::string_view text) {
    std::uint32_t hash = 2166136261u;
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}
static_assert(tenon::message_id<plzdiekthxbye> == fnv1a("plzdiekthxbye{}"));
static_assert(tenon::message_id<ping> == fnv1a("ping{count:i32;}"));
static_assert(tenon::message_id<order> == fnv1a("order{id:u64;items:[{sku:str;count:u16;}];note:str?;}"));
static_assert(tenon::message_id<tenon::failure> == fnv1a("failure{code:u16;text:str;}"));
static_assert(tenon::message_id<ping> == 0x5e4c4fad);
// [/ids]

enum class color : uint8_t { red = 1, green = 2 };

// A message of one field, by which the kinds of fields are shown: in the layout `pair` the field travels bare.
template <class T>
struct m {
    T value;
};

string hex(std::string_view bytes) {
    if (bytes.empty()) return "(nothing)";
    string text;
    for (char const c : bytes) {
        char two[4];
        std::snprintf(two, sizeof two, "%02x ", static_cast<unsigned>(static_cast<unsigned char>(c)));
        text += two;
    }
    text.pop_back();
    return text;
}

template <class Codec, class M>
string frame_of(M const& message) {
    tenon::buffer out;
    if (Codec{}.write(message, out)) return "refused";
    return string{out.text()};
}

template <class M>
void show_message(char const* what, M const& message) {
    std::printf("%s\n", what);
    std::printf("    json            %s\n", frame_of<codec::json>(message).c_str());
    std::printf("    json_triple     %s\n", frame_of<codec::json_triple>(message).c_str());
    std::printf("    msgpack         %s\n", hex(frame_of<codec::msgpack>(message)).c_str());
    std::printf("    msgpack_triple  %s\n", hex(frame_of<codec::msgpack_triple>(message)).c_str());
    std::printf("    binary          %s\n", hex(frame_of<codec::binary>(message)).c_str());
}

template <class T>
void show_field(char const* what, T const& value) {
    auto const message = m<T>{value};
    auto       json    = frame_of<codec::json>(message);
    auto       msgpack = frame_of<codec::msgpack>(message);
    auto       binary  = frame_of<codec::binary>(message);
    if (json.front() == '[') json = json.substr(5, json.size() - 6);  // without ["m", and ]
    std::printf("%s\n    json %-26s msgpack %-30s binary %s\n", what, json.c_str(), hex(msgpack.substr(3)).c_str(),
                hex(binary.substr(4)).c_str());
}

// The text beside a frame is the expression that made it.
#define MESSAGE(...) show_message(#__VA_ARGS__, __VA_ARGS__)
#define FIELD(...) show_field(#__VA_ARGS__, __VA_ARGS__)

void show_messages() {
    MESSAGE(plzdiekthxbye{});
    MESSAGE(ping{3});
    MESSAGE(order{7, {{"nail", 300}}, {}});
    MESSAGE(tenon::failure{tenon::errc::out_of_range, "no"});
}

void show_fields() {
    FIELD(true);
    FIELD(int32_t{-2});
    FIELD(uint16_t{300});
    FIELD(uint64_t{18446744073709551615u});
    FIELD(char{'a'});
    FIELD(double{0.5});
    FIELD(float{0.5f});
    FIELD(double{NAN});
    FIELD(color{color::green});
    FIELD(string{"hé\n"});
    FIELD(std::string_view{"hi"});
    FIELD(vector<byte>{byte{0xff}, byte{0x00}});
    FIELD(array<byte, 2>{byte{0xff}, byte{0x00}});
    FIELD(vector<uint16_t>{1, 300});
    FIELD(array<uint16_t, 2>{1, 300});
    FIELD(optional<uint8_t>{});
    FIELD(optional<uint8_t>{7});
    FIELD(map<string, uint8_t>{{"a", 1}});
    FIELD(map<uint16_t, uint8_t>{{300, 1}});
    FIELD(variant<bool, string>{"hi"});
    FIELD(std::pair<uint8_t, bool>{7, true});
    FIELD(std::tuple<uint8_t, string>{7, "hi"});
    FIELD(std::chrono::milliseconds{1500});
    FIELD(std::monostate{});
    FIELD(item{"ab", 2});
    FIELD(ping{3});
}

template <class M, class Codec = codec::json>
void try_to_read(std::string_view frame) {
    Codec      reader;
    M          message{};
    auto const opened = reader.template open<tenon::message_set<M>>(tenon::as_bytes(frame));
    auto const error  = opened.error ? opened.error : reader.read(opened, message);
    std::printf("%-36.*s ", static_cast<int>(frame.size()), frame.data());
    if (error)
        std::printf("%d %s, at byte %zu\n", static_cast<int>(error.code), describe(error.code).data(), error.offset);
    else
        std::printf("accepted\n");
}

void show_strictness() {
    try_to_read<ping>(R"( [ "ping" , 3 ] )");
    try_to_read<ping>(R"(["\u0070ing",3])");
    try_to_read<ping>(R"(["ping",3.0])");
    try_to_read<ping>(R"(["ping",03])");
    try_to_read<ping>(R"(["ping","3"])");
    try_to_read<ping>(R"(["ping",2147483648])");
    try_to_read<ping>(R"(["ping",NaN])");
    try_to_read<ping>(R"(["ping",{"count":3}])");
    try_to_read<ping>(R"(["ping"])");
    try_to_read<ping>(R"(["ping",3,4])");
    try_to_read<ping>(R"(["ping",3]])");
    try_to_read<ping>(R"(["ping",3)");
    try_to_read<ping>(R"(["pong",3])");
    try_to_read<plzdiekthxbye>(R"(["plzdiekthxbye",null])");
    try_to_read<plzdiekthxbye>(R"(["plzdiekthxbye",{}])");
    try_to_read<item>(R"(["item",{"count":2,"sku":"ab"}])");
    try_to_read<item>(R"(["item",{"sku":"ab"}])");
    try_to_read<item>(R"(["item",{"sku":"a","sku":"b"}])");
    try_to_read<item>(R"(["item",{"sku":"a","hue":1}])");
    try_to_read<item>(R"(["item",{"sku":"\ud800"}])");
    try_to_read<order>(R"(["order",{"id":7,"items":[]}])");
}

void show_triples() {
    try_to_read<item, codec::json_triple>(R"(["item",["ab",2],{}])");
    try_to_read<item, codec::json_triple>(R"(["item",["ab"],{"count":2}])");
    try_to_read<item, codec::json_triple>(R"(["item",[],{"count":2,"sku":"ab"}])");
    try_to_read<item, codec::json_triple>(R"(["item",["ab",2],{"count":2}])");
    try_to_read<item, codec::json_triple>(R"(["item",["ab",2,3],{}])");
    try_to_read<item, codec::json_triple>(R"(["item",["ab"],{}])");
}

// The topic under which an event is published, and what a subscriber asks for.
#define TOPIC(...) show_topic(#__VA_ARGS__, tenon::topic_of<market>(__VA_ARGS__))
#define PREFIX(event, ...) \
    show_topic("subscribe<" #event ">(" #__VA_ARGS__ ")", tenon::topic_prefix<market, event>(__VA_ARGS__))

void show_topic(char const* what, tenon::topic const& topic) {
    auto const text = topic.text();
    std::printf("%-30s %.*s\n", what, static_cast<int>(text.size()), text.data());
}

void show_topics() {
    TOPIC(price{"AAPL", 101.5});
    TOPIC(price{"BRK/B", 303.0});
    TOPIC(price{"100%", 1.0});
    TOPIC(fill{7, "AAPL", true});
    TOPIC(closing{});
    PREFIX(price, "AAPL");
    PREFIX(price);
    PREFIX(fill, 7, "AAPL");
    PREFIX(fill, 7);
}

void show_number() {
    std::array<byte, tenon::event_number::wire_size> frame{};
    tenon::event_number{0x0123456789abcdef, 3}.write(frame.data());
    std::printf("publisher 0x0123456789abcdef, its third event of a topic\n    %s\n",
                hex(tenon::as_text(frame)).c_str());
}

void show_definition() {
    using shop      = tenon::protocol<tenon::request<order, item>, tenon::command<plzdiekthxbye>,
                                      tenon::event<price, &price::symbol>>;
    auto const ours = tenon::definition_of<shop>();
    std::printf("%sfingerprint %llu\n", ours.text.c_str(), static_cast<unsigned long long>(ours.fingerprint()));
}

void section(char const* name, void (*show)()) {
    std::printf("# [%s]\n", name);
    show();
    std::printf("# [/%s]\n", name);
}

int main() {
    section("sample-messages", show_messages);
    section("fields", show_fields);
    section("strictness", show_strictness);
    section("triples", show_triples);
    section("topics", show_topics);
    section("number", show_number);
    section("definition", show_definition);
}
