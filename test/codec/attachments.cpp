// What the codecs make of attachments: in the body stands a size, and nothing else.
#include "bytes_support.hpp"
#include "catch.hpp"

#include <tenon/codec/binary.hpp>
#include <tenon/codec/json.hpp>
#include <tenon/codec/msgpack.hpp>
#include <tenon/message/attachment.hpp>
#include <tenon/message/id.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace codec_test;
using tenon::codec::binary;
using tenon::codec::msgpack;

namespace {

struct photo {
    std::uint8_t      number;
    tenon::attachment picture;
    bool              good;
};
struct picture { tenon::attachment bytes; };

photo const sample{7, std::string(300, 'x'), true};

constexpr std::uint32_t fnv1a(std::string_view text) {
    std::uint32_t hash = 2166136261u;
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}
static_assert(tenon::message_id<photo> == fnv1a("photo{number:u8;picture:attachment;good:bool;}"));
static_assert(tenon::kind_of<tenon::attachment> == tenon::field_kind::attachment);
static_assert(tenon::detail::attachment_count<photo> == 1);

template <class Codec, class M>
std::string text_of(M const& m) {
    tenon::buffer out;
    return Codec{}.write(m, out) ? "refused" : std::string{out.text()};
}

}  // namespace

TEST_CASE("an attachment is an integer of 64 bits in every body", "[attachment]") {
    CHECK(text_of<tenon::codec::json>(sample) == R"(["photo",{"number":7,"picture":300,"good":true}])");
    CHECK(text_of<tenon::codec::json>(picture{}) == R"(["picture",0])");
    CHECK(text_of<tenon::codec::json_triple>(sample) == R"(["photo",[7,300,true],{}])");
    CHECK(written<msgpack>(sample) == without_spaces("92 a570686f746f 83 a66e756d626572 07 a770696374757265 cd012c "
                                                     "a4676f6f64 c3"));
    CHECK(written<binary>(sample).substr(8) == without_spaces("07 2c01000000000000 01"));
    CHECK(binary{}.exact_size(sample) == 4 + 1 + 8 + 1);
}

TEMPLATE_TEST_CASE("a body that was read announces attachments, and has none of their bytes", "[attachment]", binary,
                   msgpack, tenon::codec::json, tenon::codec::json_triple) {
    tenon::buffer out;
    REQUIRE(!TestType{}.write(sample, out));
    photo back{};
    REQUIRE(!read<TestType>(out.view(), back));
    CHECK(back.number == 7);
    CHECK(back.good);
    CHECK(back.picture.empty());
    tenon::attachment right = std::string(300, 'y'), wrong = std::string(299, 'y');
    std::string       frame(300, 'y'), other(299, 'y');
    CHECK(!back.picture.accept(other));
    CHECK(other.size() == 299);
    CHECK(back.picture.accept(frame));
    CHECK(back.picture == right);
    CHECK(!(back.picture == wrong));
}

TEST_CASE("what is no size of an attachment is refused", "[attachment]") {
    auto const refused = [](std::string_view text) {
        photo m{};
        return read<tenon::codec::json>(tenon::as_bytes(text), m).code;
    };
    CHECK(refused(R"(["photo",{"number":7,"picture":-1,"good":true}])") == tenon::errc::out_of_range);
    CHECK(refused(R"(["photo",{"number":7,"picture":18446744073709551616,"good":true}])") == tenon::errc::out_of_range);
    CHECK(refused(R"(["photo",{"number":7,"picture":"xyz","good":true}])") == tenon::errc::wrong_type);
    CHECK(refused(R"(["photo",{"number":7,"picture":1.5,"good":true}])") == tenon::errc::wrong_type);
    CHECK(refused(R"(["photo",{"number":7,"good":true}])") == tenon::errc::missing_field);
    CHECK(refused(R"(["photo",{"number":7,"picture":18446744073709551615,"good":true}])") == tenon::errc::ok);
}
