// What msgpack_judge.py talks to: reads lines "codec message hexbytes", decodes, encodes again, and answers
// with the bytes, or with "error <sentence>".
#include <tenon/codec/json.hpp>
#include <tenon/codec/msgpack.hpp>

#include "bytes_support.hpp"

#include <cstdio>
#include <map>
#include <string>
#include <tuple>

namespace {

enum class color : std::uint8_t { red, green, blue };

struct nothing {};
struct ping {
    int count;
};
struct numbers {
    bool          flag;
    std::int8_t   i8;
    std::uint8_t  u8;
    std::int16_t  i16;
    std::uint16_t u16;
    std::int32_t  i32;
    std::uint32_t u32;
    std::int64_t  i64;
    std::uint64_t u64;
    double        real;
};
struct item {
    std::string           sku;
    std::optional<double> price;
};
struct order {
    std::uint64_t                                id;
    std::vector<item>                            items;
    std::map<std::string, std::vector<int>>      stock;
    std::array<std::int16_t, 2>                  box;
    std::tuple<bool, std::string>                pair;
    std::variant<std::monostate, int, std::string> choice;
    color                                        paint;
    std::optional<item>                          extra;
};
struct blobs {
    std::vector<std::byte>          bytes;
    std::map<int, std::string>      names;
    float                           real;
};

template <class M, class Codec>
std::string answer(tenon::bytes_view frame) {
    Codec      codec;
    M          m{};
    auto const opened = codec.template open<tenon::message_set<nothing, ping, numbers, order, blobs>>(frame);
    if (opened.error) return "error " + describe(opened.error);
    if (opened.index != tenon::message_set<nothing, ping, numbers, order, blobs>::template index_of<M>)
        return "error wrong index";
    tenon::codec_error error = codec.read(opened, m);
    tenon::buffer      out;
    if (!error) error = codec.write(m, out);
    return error ? "error " + describe(error) : codec_test::hex(out.view());
}

template <class Codec>
std::string answer(std::string const& name, tenon::bytes_view frame) {
    if (name == "nothing") return answer<nothing, Codec>(frame);
    if (name == "ping") return answer<ping, Codec>(frame);
    if (name == "numbers") return answer<numbers, Codec>(frame);
    if (name == "order") return answer<order, Codec>(frame);
    if (name == "blobs") return answer<blobs, Codec>(frame);
    return "error no such message: " + name;
}

std::string answer(std::string const& codec, std::string const& name, tenon::bytes_view frame) {
    if (codec == "msgpack") return answer<tenon::codec::msgpack>(name, frame);
    if (codec == "msgpack_triple") return answer<tenon::codec::msgpack_triple>(name, frame);
    if (codec == "json") return answer<tenon::codec::json>(name, frame);
    if (codec == "json_triple") return answer<tenon::codec::json_triple>(name, frame);
    return "error no such codec: " + codec;
}

bool read_word(std::string& word) {
    word.clear();
    int c = std::getchar();
    for (; c != EOF && c != ' ' && c != '\n'; c = std::getchar()) word += static_cast<char>(c);
    return c != EOF;
}

}  // namespace

int main() {
    std::string codec, name, digits;
    while (read_word(codec) && read_word(name) && read_word(digits)) {
        std::puts(answer(codec, name, codec_test::unhex(digits)).c_str());
        std::fflush(stdout);
    }
}
