// The conformance suite on the json codecs.
#include <tenon/codec/json.hpp>
#include <tenon/testing/codec_laws.hpp>

#include "catch.hpp"

TEMPLATE_TEST_CASE("codecs for text keep the laws", "", tenon::codec::json, tenon::codec::json_triple,
                   tenon::codec::json_lenient) {
    CHECK(tenon::testing::check_codec<TestType>() == std::vector<std::string>{});
}
