// Messages and their traits, and what they are on the wire.
#include <tenon/codec/json.hpp>
#include <tenon/message/set.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// [message]
enum class unit : std::uint8_t { piece = 1, metre = 2 };

struct article {
    std::string sku;
    unit        sold_by;
    double      price;
};

struct basket {
    std::uint64_t                        customer;
    std::vector<article>                 articles;  // nested structs and containers of them
    std::map<std::string, std::uint32_t> counts;    // keys are strings or integers
    std::optional<std::string>           note;      // the only field that a peer may leave out
    std::chrono::seconds                 age;       // a count; the unit is part of the type
};
// [/message]

// [traits]
struct plain_old_request { int i; int j; };

template <>
struct tenon::traits<plain_old_request> {
    static constexpr std::string_view name   = "sum";
    static constexpr std::array       fields = {std::string_view{"left"}, std::string_view{"right"}};
};
// [/traits]

// [enum]
template <>
struct tenon::traits<unit> {
    static constexpr std::array values = {unit::piece, unit::metre};  // any other number is refused
};
// [/enum]

// [borrowed]
struct log_line {
    std::string_view           text;   // refers to the received frame: valid while the handler runs
    std::span<std::byte const> bytes;  // so does this
};
// [/borrowed]

int main() {
    tenon::codec::json codec;
    auto const         show = [&](auto const& message) {
        tenon::buffer out;
        if (auto const error = codec.write(message, out)) std::printf("%s\n", describe(error).c_str());
        else std::printf("%.*s\n", static_cast<int>(out.size()), out.text().data());
    };
    show(basket{7, {{"nail", unit::piece, 0.02}}, {{"nail", 100}}, {}, std::chrono::minutes{2}});
    show(plain_old_request{1, 2});
    show(log_line{"hi", {}});

    article    received;
    auto const opened = codec.open<tenon::message_set<article>>(
        tenon::as_bytes(R"(["article",{"sku":"rope","sold_by":3,"price":1.5}])"));
    std::printf("%s\n", describe(codec.read(opened, received).code).data());
}
