// The queue of batches when memory runs out: nothing of a message that was not packed is left.
#include <tenon/process/batch_queue.hpp>

#include "catch.hpp"
#include "failing_new.hpp"

#include <new>
#include <string>
#include <string_view>

namespace {

/// Writes a text as it is, and then finds that there is no memory, if told so.
struct text_codec {
    bool fails = false;

    tenon::codec_error write(std::string_view text, tenon::buffer& out) const {
        out.append(text);
        if (fails) throw std::bad_alloc{};
        return {};
    }
};

/// The messages of all batches, each batch with a bar behind it.
std::string content(tenon::detail::batch_queue& queue) {
    std::string all;
    for (; !queue.empty(); queue.pop()) {
        queue.front().each([&](std::string_view, tenon::bytes_view bytes) { (all += tenon::as_text(bytes)) += ' '; });
        all += '|';
    }
    return all;
}

}  // namespace

TEST_CASE("a message that runs out of memory while it is packed leaves no bytes and no empty batch", "[batched]") {
    tenon::detail::batch_queue queue;
    text_codec                 good, bad{true};
    queue.open({}, {}, 4);
    REQUIRE_THROWS_AS(queue.append("name", bad, std::string_view{"lost"}), std::bad_alloc);
    CHECK(queue.empty());
    queue.open({}, {}, 4);
    CHECK(!queue.append("name", good, std::string_view{"one"}));
    REQUIRE_THROWS_AS(queue.append("name", bad, std::string_view{"lost"}), std::bad_alloc);
    CHECK(!queue.append("name", good, std::string_view{"two"}));
    CHECK(queue.messages() == 2);
    CHECK(content(queue) == "one two |");
}

TEST_CASE("a batch that there is no memory for is not opened, and the one before goes on", "[batched]") {
    tenon::detail::batch_queue queue;
    text_codec                 codec;
    std::string const          topic(100, 't');
    queue.open({}, {}, 4);
    CHECK(!queue.append("name", codec, std::string_view{"one"}));
    int failed = 0;
    for (bool opened = false; !opened; ++failed) {
        memory::fail_at(static_cast<std::uint64_t>(failed) + 1);
        try {
            queue.open(topic, {}, 4);
            opened = true;
        } catch (std::bad_alloc const&) {
        }
        memory::fail_at(0);
        if (!opened) CHECK(!queue.append("name", codec, std::string_view{"more"}));
    }
    CHECK(failed > 2);
    CHECK(!queue.append("name", codec, std::string_view{"last"}));
    CHECK(content(queue) == [&] {
        std::string expected = "one ";
        for (int i = 1; i < failed; ++i) expected += "more ";
        return expected + "|last |";
    }());
}
