// The conformance suite on the codecs for bytes; laws_json.cpp has those for text.
#include <tenon/codec/binary.hpp>
#include <tenon/codec/msgpack.hpp>
#include <tenon/testing/codec_laws.hpp>

#include "catch.hpp"

static_assert(tenon::codec::sized_codec<tenon::codec::binary> && tenon::codec::sized_codec<tenon::codec::msgpack>);

TEMPLATE_TEST_CASE("codecs for bytes keep the laws", "", tenon::codec::binary, tenon::codec::msgpack,
                   tenon::codec::msgpack_triple, tenon::codec::msgpack_lenient) {
    CHECK(tenon::testing::check_codec<TestType>() == std::vector<std::string>{});
}

TEST_CASE("a codec that leaves something out is tried without it") {
    using tenon::testing::codec_abilities;
    namespace laws = tenon::testing::laws;
    using all      = laws::set_for<codec_abilities{}>;
    using fewer    = laws::set_for<codec_abilities{.blobs = false, .variants = false}>;
    CHECK(all::contains<laws::law_variants>);
    CHECK(all::contains<laws::law_blobs>);
    CHECK_FALSE(fewer::contains<laws::law_variants>);
    CHECK_FALSE(fewer::contains<laws::law_blobs>);
    CHECK(fewer::contains<laws::law_tuples>);
}
