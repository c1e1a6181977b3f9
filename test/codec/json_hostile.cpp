// What comes from a peer that is broken or hostile: cut, changed and greedy messages.
#include "catch.hpp"
#include "json_helper.hpp"

#include <random>

using namespace json_test;

namespace {

struct borrowing {
    std::string_view           text;
    std::span<double const>    numbers;
    std::span<std::byte const> bytes;
    std::vector<std::string>   words;
};

std::vector<std::string> rich_texts() {
    return {"[\"rich\"," + rich_data + "]", write<json>(rich{}),
            " [ \"rich\" , {\"text\" : \"\\ud83d\\ude00\\u00e4\", \"hue\": 1, \"nothing\": { } , "
            "\"root\":{\"value\":1,"
            "\"children\":[ ] }, \"points\" : [ { \"y\" : 1 , \"x\" : -0 } ] , \"flags\" : [ ], "
            "\"pair\":[1e5,2.5E-3],"
            "\"by_name\":{\"\\u0061\":1},\"by_number\":{\"1\":\"x\"},\"either\":[2,\"s\"],\"three\":[1,\"\","
            "false],"
            "\"two\":[1,0],\"blob\":\"\",\"rgb\":\"\\/\\/\\/\\/\",\"delay\":0,\"seconds\":0.5 } ] "};
}

// Reads `text`; if that works, what was read must come back the same from what it is written as.
template <class Codec, class M>
bool consistent(std::string const& text) {
    M message{};
    if (read<Codec>(text, message)) return true;
    M again{};
    return !read<Codec>(write<Codec>(message), again) && again == message;
}

template <class Codec>
std::size_t accepted_prefixes(std::string const& text) {
    std::size_t accepted = 0;
    std::size_t last     = text.find_last_of(']');
    for (std::size_t size = 0; size <= last; ++size) {
        rich       message{};
        auto const error = read<Codec>(text.substr(0, size), message);
        accepted += !error || error.offset > size;
    }
    return accepted;
}

}  // namespace

TEST_CASE("every message that is cut short is refused") {
    for (std::string const& text : rich_texts()) {
        CHECK(outcome<json, rich>(text) == "ok");
        CHECK(accepted_prefixes<json>(text) == 0);
        CHECK(accepted_prefixes<json_lenient>(text) == 0);
    }
    std::string const triple = write<json_triple>(rich_example());
    CHECK(outcome<json_triple, rich>(triple) == "ok");
    CHECK(accepted_prefixes<json_triple>(triple) == 0);
}

TEST_CASE("a message with any one byte changed is refused or read as what it then says") {
    std::string const replacements =
        std::string("\"\\{}[],:0-9.eEtfnN+/=u \n", 24) + '\0' + "\x1f\x7f\x80\xc3\xe2\xf0\xff";
    std::size_t wrong = 0;
    for (std::string const& text : rich_texts()) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (char const c : replacements) {
                std::string changed = text;
                changed[at]         = c;
                wrong += !consistent<json, rich>(changed);
            }
            std::string without = text, doubled = text;
            without.erase(at, 1);
            doubled.insert(at, 1, text[at]);
            wrong += !consistent<json_lenient, rich>(without) + !consistent<json_lenient, rich>(doubled);
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("messages with many random changes are refused or read as what they then say") {
    std::mt19937                   random{20240217};
    std::vector<std::string> const texts = {write<json_triple>(rich_example()), write<json_triple>(numbers{}),
                                            R"(["rich",[],)" + rich_data + "]"};
    std::size_t                    wrong = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string       text    = texts[random() % texts.size()];
        std::size_t const changes = 1 + random() % 4;
        for (std::size_t i = 0; i < changes; ++i) {
            std::size_t const at = random() % text.size();
            switch (random() % 3) {
                case 0:
                    text[at] = static_cast<char>(random());
                    break;
                case 1:
                    text.erase(at, random() % 4);
                    break;
                default:
                    text.insert(at, text.substr(random() % text.size(), random() % 8));
                    break;
            }
        }
        wrong += !consistent<json_triple, rich>(text) + !consistent<json_triple, numbers>(text);
    }
    CHECK(wrong == 0);
}

TEST_CASE("borrowed fields survive every cut and change") {
    std::string const text =
        R"(["borrowing",{"text":"\u00e4b","numbers":[1,2.5,-3],"bytes":"Zm9v","words":["a","\n"]}])";
    CHECK(outcome<json, borrowing>(text) == "ok");
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string changed = text;
            changed[at]         = static_cast<char>(c);
            exact_frame const frame{changed};
            json              codec;
            borrowing         message{};
            if (read(codec, frame.view(), message)) continue;
            // Touch all that was borrowed.
            for (char const letter : message.text) bytes += letter != 0;
            for (double const number : message.numbers) bytes += number != 0;
            for (std::byte const byte : message.bytes) bytes += byte != std::byte{0};
        }
        CHECK(outcome<json, borrowing>(text.substr(0, at)) != "ok");
    }
    CHECK(bytes > 0);
}

TEST_CASE("what a message may allocate is bounded in total, whatever it consists of") {
    auto const outcome_within = []<class M>(std::size_t limit, std::string const& text, M message) {
        json codec;
        codec.limits.max_allocation = limit;
        exact_frame const frame{text};
        return told(read(codec, frame.view(), message));
    };
    auto const list = [](std::string const& element, std::size_t count) {
        std::string text = "[\"m\",[";
        for (std::size_t i = 0; i < count; ++i) text += i == 0 ? element : "," + element;
        return text + "]]";
    };
    struct large {
        std::optional<std::array<double, 100>> a;
        std::optional<int>                     b;
    };
    using tenon::describe;
    std::string const refused = "larger than the limit";
    // Exactly what is needed suffices, and one byte less does not.
    CHECK(outcome_within(40, list("1", 10), holder<std::vector<int>>{}) == "ok");
    CHECK(outcome_within(39, list("1", 10), holder<std::vector<int>>{}) == refused + " at 24");
    CHECK(outcome_within(100, "[\"m\",\"" + std::string(100, 'x') + "\"]", holder<std::string>{}) == "ok");
    CHECK(outcome_within(99, "[\"m\",\"" + std::string(100, 'x') + "\"]", holder<std::string>{}) ==
          refused + " at 5");
    CHECK(outcome_within(3, R"(["m","Zm9v"])", holder<std::vector<std::byte>>{}) == "ok");
    CHECK(outcome_within(2, R"(["m","Zm9v"])", holder<std::vector<std::byte>>{}) == refused + " at 5");
    CHECK(outcome_within(2, R"(["m","Zm9v"])", holder<std::span<std::byte const>>{}) == refused + " at 5");
    CHECK(outcome_within(24, list("1", 3), holder<std::span<double const>>{}) == "ok");
    CHECK(outcome_within(23, list("1", 3), holder<std::span<double const>>{}) == refused + " at 5");
    CHECK(outcome_within(0, R"(["m","plain"])", holder<std::string_view>{}) == "ok");
    CHECK(outcome_within(0, R"(["m","\n"])", holder<std::string_view>{}) == refused + " at 5");
    // Small elements that take much memory.
    CHECK(outcome_within(100'000, list("{}", 1'000), holder<std::vector<large>>{}).starts_with(refused));
    CHECK(outcome_within(100'000, list("[]", 10'000), holder<std::vector<std::vector<int>>>{})
              .starts_with(refused));
    CHECK(outcome_within(100'000, list("[[]]", 5'000), holder<std::vector<std::vector<std::vector<int>>>>{})
              .starts_with(refused));
    CHECK(outcome_within(1'000, list("{}", 10'000), holder<std::vector<none>>{}).starts_with(refused));
    std::string map = "[\"m\",{\"0\":1";
    for (int i = 1; i < 1'000; ++i) map += ",\"" + std::to_string(i) + "\":1";
    CHECK(outcome_within(10'000, map + "}]", holder<std::map<int, int>>{}).starts_with(refused));
    CHECK(outcome_within(200'000, map + "}]", holder<std::map<int, int>>{}) == "ok");
    // Many strings that are each within the limit.
    CHECK(outcome_within(100'000, list('"' + std::string(900, 'x') + '"', 200),
                         holder<std::vector<std::string>>{})
              .starts_with(refused));
}

TEST_CASE("the default limit stops a list of tiny elements that would take gigabytes") {
    struct huge {
        std::optional<std::array<double, 4'000>> a, b;
    };
    std::string text = "[\"m\",[{}";
    for (int i = 0; i < 100'000; ++i) text += ",{}";
    holder<std::vector<huge>> message{};
    CHECK(told(read<json>(text + "]]", message)).starts_with("larger than the limit"));
    CHECK(message.value.capacity() * sizeof(huge) <= tenon::codec::limits{}.max_allocation);
}
