// The corners of RFC 8259: texts that every JSON reader must accept and texts that none may.
#include "catch.hpp"
#include "json_helper.hpp"

using namespace json_test;

namespace {

// `value` as the value of a key that the struct does not have, so that any JSON is well-typed there.
std::string skipped(std::string const& value) {
    std::string const outcome_of = outcome<json_lenient, holder<none>>("[\"m\",{\"q\":" + value + "}]");
    // In a message that lacks its bracket it goes through the other reader, which looks for the end at every
    // byte.
    std::string const diagnosed = outcome<json, ping>("[\"ping\"," + value + ",");
    bool const        good = diagnosed == "message ends too early at " + std::to_string(9 + value.size());
    return good == (outcome_of == "ok") ? outcome_of : outcome_of + ", but " + diagnosed;
}

std::string nested(std::size_t depth, std::string const& open, std::string const& close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
}

}  // namespace

TEST_CASE("every text that RFC 8259 allows is accepted") {
    for (std::string const text :
         {"[]",
          "[ ]",
          "[[] ]",
          "[\"\"]",
          "[\"a\"]",
          "[null, 1, \"1\", {}]",
          "[1\n]",
          " [1]",
          "[1,null,null,null,2]",
          "[2] ",
          "[0e1]",
          "[0e+1]",
          "[123e65]",
          "[ 4]",
          "[-0]",
          "[-123]",
          "[-1]",
          "[1E22]",
          "[1E-2]",
          "[1E+2]",
          "[123e45]",
          "[123.456e78]",
          "[1e-2]",
          "[1e+2]",
          "[123]",
          "[123.456789]",
          "[-0.0]",
          "[0.5]",
          "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
          R"({"asd":"sdf","dfg":"fgh"})",
          R"({"asd":"sdf"})",
          "{}",
          R"({"":0})",
          R"({"foo\u0000bar": 42})",
          R"({ "min": -1.0e+28, "max": 1.0e+28 })",
          R"({"x":[{"id": "xxxxxxxxxxxxxxxx"}], "id": "x"})",
          R"({"a":[]})",
          "{\n\"a\": \"b\"\n}",
          R"(["\u0060\u012a\u12AB"])",
          R"(["\uD801\udc37"])",
          R"(["\ud83d\ude39\ud83d\udc8d"])",
          R"(["\"\\\/\b\f\n\r\t"])",
          R"(["\\u0000"])",
          R"(["\""])",
          R"(["a/*b*/c/*d//e"])",
          R"(["\\a"])",
          R"(["\\n"])",
          R"(["\u0012"])",
          R"(["\uFFFF"])",
          R"( [ "asd" ] )",
          R"(["\uDBFF\uDFFF"])",
          R"(["new\u00A0line"])",
          "[\"\xf4\x8f\xbf\xbf\"]",
          "[\"\xef\xbf\xbf\"]",
          R"(["\u0000"])",
          R"(["\u002c"])",
          "[\"\xcf\x80\"]",
          "[\"\xf0\x9b\xbf\xbf\"]",
          "[\"asd \"]",
          "\" \"",
          R"(["\uD834\uDd1e"])",
          R"(["\u0821"])",
          R"(["\u0123"])",
          "[\"\xe2\x80\xa8\"]",
          "[\"\xe2\x80\xa9\"]",
          R"(["\u0061\u30af\u30EA\u30b9"])",
          "[\"new\xc2\xa0line\"]",
          "[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]",
          R"(["\uA66D"])",
          R"(["\u005C"])",
          "[\"\xe2\x8d\x82\xe3\x88\xb4\"]",
          R"(["\u0022"])",
          R"(["\u200B"])",
          R"(["\u2064"])",
          R"(["\uFDD0"])",
          R"(["\uFFFE"])",
          R"(["\uDBFF\uDFFE"])",
          "[\"a\x7f"
          "a\"]",
          "false",
          "42",
          "-0.1",
          "null",
          "\"asd\"",
          "true",
          "\"\"",
          "[\"a\"]\n",
          "[true]",
          "\t[\r\n] "}) {
        INFO(text);
        CHECK(skipped(text) == "ok");
    }
}

TEST_CASE("no text that RFC 8259 does not allow is accepted") {
    for (std::string const text : {"[1 true]",
                                   "[a\xe5]",
                                   "[\"\": 1]",
                                   "[\"\"],",
                                   "[,1]",
                                   "[1,,2]",
                                   "[\"x\",,]",
                                   "[\"x\"]]",
                                   "[\"\",]",
                                   "[\"x\"",
                                   "[x",
                                   "[3[4]]",
                                   "[\xff]",
                                   "[1:2]",
                                   "[,]",
                                   "[-]",
                                   "[   , \"\"]",
                                   "[\"a\",\n4\n,1,",
                                   "[1,]",
                                   "[1,,]",
                                   "[\"\va\"\\f]",
                                   "[*]",
                                   "[\"\"",
                                   "[1,",
                                   "[1,\n1\n,1",
                                   "[{}",
                                   "[fals]",
                                   "[nul]",
                                   "[tru]",
                                   "[True]",
                                   "[NULL]",
                                   "[++1234]",
                                   "[+1]",
                                   "[+Inf]",
                                   "[-01]",
                                   "[-1.0.]",
                                   "[-2.]",
                                   "[-NaN]",
                                   "[.-1]",
                                   "[.2e-3]",
                                   "[0.1.2]",
                                   "[0.3e+]",
                                   "[0.3e]",
                                   "[0.e1]",
                                   "[0E+]",
                                   "[0E]",
                                   "[0e+]",
                                   "[0e]",
                                   "[1.0e+]",
                                   "[1.0e-]",
                                   "[1.0e]",
                                   "[1 000.0]",
                                   "[1eE2]",
                                   "[2.e+3]",
                                   "[2.e-3]",
                                   "[2.e3]",
                                   "[9.e+]",
                                   "[Inf]",
                                   "[NaN]",
                                   "[\xef\xbc\x91]",
                                   "[1+2]",
                                   "[0x1]",
                                   "[0x42]",
                                   "[Infinity]",
                                   "[-Infinity]",
                                   "[0e+-1]",
                                   "[-123.123foo]",
                                   "[123\xe5]",
                                   "[1e1\xe5]",
                                   "[0\xe5]",
                                   "[-Inf]",
                                   "[-foo]",
                                   "[- 1]",
                                   "[-012]",
                                   "[-.123]",
                                   "[-1x]",
                                   "[1ea]",
                                   "[1e\xe5]",
                                   "[1.]",
                                   "[.123]",
                                   "[1.2a-3]",
                                   "[1.8011670033376514H-308]",
                                   "[012]",
                                   "[\"x\", truth]",
                                   "{[: \"x\"}\n",
                                   R"({"x", null})",
                                   R"({"x"::"b"})",
                                   R"({"a":"a" 123})",
                                   "{key: 'value'}",
                                   R"({"a" b})",
                                   R"({:"b"})",
                                   R"({"a")",
                                   R"({"a":)",
                                   R"({"a")",
                                   "{1:1}",
                                   "{9999E9999:1}",
                                   "{null:null,null:null}",
                                   R"({"id":0,,,,,})",
                                   "{'a':0}",
                                   R"({"id":0,})",
                                   R"({"a":"b"}/**/)",
                                   R"({"a":"b"}#)",
                                   R"({"a":"b",,"c":"d"})",
                                   R"({a: "b"})",
                                   R"({"a":"a)",
                                   "{\"a\":\"b\"",
                                   R"({ "foo" : "bar", "a" })",
                                   "{\"a\":\"b\"}#",
                                   " ",
                                   R"(["\uD800\"])",
                                   R"(["\uD800\u"])",
                                   R"(["\uD800\u1"])",
                                   R"(["\uD800\u1x"])",
                                   R"([\u00e9])",
                                   R"(["\x00"])",
                                   R"(["\\\"])",
                                   "[\"\\\t\"]",
                                   "[\"\\\xf0\x9f\x8c\x80\"]",
                                   R"(["\"])",
                                   R"(["\u00A"])",
                                   R"(["\uD834\uDd"])",
                                   R"(["\uD800\uD800\x"])",
                                   "[\"\\\xe5\"]",
                                   R"(["\a"])",
                                   R"(["\uqqqq"])",
                                   "[\"\\u\xe5\"]",
                                   R"([\u0020"asd"])",
                                   "[\\n]",
                                   "\"",
                                   "['single quote']",
                                   "abc",
                                   "[\"\\",
                                   "[\"new\nline\"]",
                                   "[\"\t\"]",
                                   R"("\UA66D")",
                                   "\"\"x",
                                   "<.>",
                                   "[<null>]",
                                   "[1]x",
                                   "[1]]",
                                   "[\"asd]",
                                   "aaa",
                                   "[True]",
                                   "1]",
                                   "{\"x\": true,",
                                   "[][]",
                                   "]",
                                   "\xef\xbb{}",
                                   "\xe5",
                                   "[",
                                   "",
                                   "{\"\":",
                                   "2@",
                                   "{}}",
                                   "{\"a\":/*comment*/\"b\"}",
                                   "{\"a\": true} \"x\"",
                                   "['",
                                   "[,",
                                   "[{",
                                   "[\"a",
                                   "[\"a\"",
                                   "{",
                                   "{]",
                                   "{,",
                                   "{[",
                                   "{\"a",
                                   "{'a'",
                                   "[\"\\{[\"\\{[\"\\{[\"\\{",
                                   "\xe9",
                                   "*",
                                   "{\"a\":\"b\"}#{}",
                                   "[\\u000A\"\"]",
                                   "[1",
                                   "[ false, nul",
                                   "[ true, fals",
                                   "[ false, tru",
                                   "{\"asd\":\"asd\"",
                                   "\xc3\xa5",
                                   "\xe2\x81\xa0",
                                   "[\f]",
                                   "[\xe2\x81\xa0]",
                                   "[\xc2\xa0]",
                                   "[\"\xff\"]",
                                   "[\"\xc0\xaf\"]",
                                   "[\"\xed\xa0\x80\"]",
                                   "[\"\xf4\xbf\xbf\xbf\"]",
                                   "[\"\x81\"]",
                                   "[\"\xe6\x97\xa5\xd1\x88\xfa\"]",
                                   R"(["\uDADA"])",
                                   R"(["\uD888\u1234"])",
                                   R"(["\uD800\n"])",
                                   R"(["\uDd1ea"])",
                                   R"(["\uD800\uD800\n"])",
                                   R"(["\ud800"])",
                                   R"(["\ud800abc"])",
                                   R"(["\uDd1e\uD834"])",
                                   R"(["\uDFAA"])"}) {
        INFO(text);
        CHECK(skipped(text) != "ok");
    }
    CHECK(skipped(std::string("[1\0]", 4)) != "ok");
    CHECK(skipped(std::string("[\"a\0a\"]", 7)) != "ok");
    CHECK(skipped(std::string("123\0", 4)) != "ok");
    CHECK(skipped(std::string("\0", 1)) != "ok");
}

TEST_CASE("nesting is refused at the limit, however deep it goes, and at once") {
    // The message itself is one level, its object the second.
    CHECK(skipped(nested(62, "[", "]")) == "ok");
    CHECK(outcome<json_lenient, holder<none>>("[\"m\",{\"q\":" + nested(63, "[", "]") + "}]") ==
          "nested too deeply at 72");
    CHECK(outcome<json_lenient, holder<none>>("[\"m\",{\"q\":" + nested(100'000, "[", "]") + "}]") ==
          "nested too deeply at 72");
    CHECK(outcome<json_lenient, holder<none>>("[\"m\",{\"q\":" + nested(100'000, "{\"a\":", "}") + "}]") ==
          "nested too deeply at 320");
    CHECK(outcome<json, ping>(std::string(100'000, '[')) == "nested too deeply at 64");
    CHECK(outcome<json, ping>("[\"ping\"," + std::string(100'000, '[')) == "nested too deeply at 71");
    CHECK(outcome<json, ping>("[\"ping\"," + std::string(100'000, '[') + "]") ==
          "value of the wrong type at 8");

    auto const tree_of = [](std::size_t depth) {
        std::string text = "[\"tree\",";
        for (std::size_t i = 0; i < depth; ++i) text += R"({"value":1,"children":[)";
        for (std::size_t i = 0; i < depth; ++i) text += "]}";
        return text + "]";
    };
    CHECK(outcome<json, tree>(tree_of(31)) == "ok");
    CHECK(outcome<json, tree>(tree_of(32)).starts_with("nested too deeply"));
    CHECK(outcome<json, tree>(tree_of(100'000)).starts_with("nested too deeply"));
}

TEST_CASE("the limit of depth can be set") {
    json codec;
    tree message{};
    codec.limits.max_depth = 3;
    CHECK_FALSE(read(codec, tenon::as_bytes(R"(["tree",{"value":1,"children":[]}])"), message));
    CHECK(told(read(codec, tenon::as_bytes(R"(["tree",{"value":1,"children":[{"value":1,"children":[]}]}])"),
                    message)) == "nested too deeply at 31");
    codec.limits.max_depth = 0;
    CHECK(told(read(codec, tenon::as_bytes(R"(["tree",{"value":1,"children":[]}])"), message)) ==
          "nested too deeply at 0");
}
