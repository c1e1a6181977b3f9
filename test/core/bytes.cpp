// buffer: bytes that grow and keep their capacity.
#include "catch.hpp"

#include <tenon/core/bytes.hpp>

#include <cstddef>
#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <utility>

namespace {

using tenon::buffer;

TEST_CASE("a new buffer is empty and owns nothing") {
    buffer const b;
    CHECK(b.empty());
    CHECK(b.size() == 0);
    CHECK(b.capacity() == 0);
    CHECK(b.view().empty());
    CHECK(b.text().empty());
}

TEST_CASE("a buffer holds what was appended, in order") {
    buffer b;
    b.append("pi");
    b.push_back('n');
    b.append(tenon::as_bytes("g"));
    b.append("");
    CHECK(b.text() == "ping");
    CHECK(b.size() == 4);
    CHECK(b.view()[3] == std::byte{'g'});
}

TEST_CASE("a buffer keeps its content while it grows") {
    buffer      b;
    std::string model;
    for (int i = 0; i < 5000; ++i) {
        char const c = static_cast<char>('a' + i % 26);
        b.push_back(c);
        model += c;
        if (i % 97 == 0) {
            b.append(model);
            model += std::string{model};
        }
        if (model.size() > 100'000) break;
    }
    CHECK(b.text() == model);
    CHECK(b.capacity() >= b.size());
}

TEST_CASE("a buffer grows by factors: appending is linear in total") {
    buffer      b;
    int         moves = 0;
    std::size_t last  = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        b.push_back('x');
        if (b.capacity() != last) ++moves;
        last = b.capacity();
    }
    CHECK(moves < 30);
}

TEST_CASE("a buffer that is cleared and filled again keeps capacity and place") {
    buffer b;
    b.append(std::string(1000, 'x'));
    auto const  capacity = b.capacity();
    auto const* place    = b.data();
    b.clear();
    CHECK(b.empty());
    b.append(std::string(1000, 'y'));
    CHECK(b.capacity() == capacity);
    CHECK(b.data() == place);
    CHECK(b.text() == std::string(1000, 'y'));
}

TEST_CASE("prepare makes room behind the content and only advance counts it") {
    buffer b;
    b.append("ab");
    std::byte* const place = b.prepare(1000);
    CHECK(b.text() == "ab");
    CHECK(b.capacity() >= 1002);
    CHECK(place == b.data() + 2);
    std::memcpy(place, "cd", 2);
    b.advance(2);
    CHECK(b.text() == "abcd");
}

TEST_CASE("a request for more memory than there is leaves the content as it was") {
    buffer b;
    b.append("kept");
    // volatile: g++ warns of what it can see.
    std::size_t volatile everything = std::numeric_limits<std::size_t>::max();
    CHECK_THROWS_AS(b.prepare(everything), std::bad_alloc);
    CHECK_THROWS_AS(b.prepare(everything / 2), std::bad_alloc);
    CHECK(b.text() == "kept");
}

TEST_CASE("a moved buffer takes content and place along") {
    buffer from;
    from.append("ping");
    auto const* place = from.data();

    buffer to{std::move(from)};
    CHECK(to.text() == "ping");
    CHECK(to.data() == place);
    CHECK(from.empty());

    buffer other;
    other.append("pong");
    other = std::move(to);
    CHECK(other.text() == "ping");
    CHECK(other.data() == place);
}

TEST_CASE("swapping buffers exchanges their content") {
    buffer a, b;
    a.append("ping");
    a.swap(b);
    CHECK(a.empty());
    CHECK(b.text() == "ping");
}

TEST_CASE("text and bytes view the same memory") {
    std::string const text  = {'p', '\0', 'n', 'g'};
    auto const        bytes = tenon::as_bytes(text);
    CHECK(bytes.size() == text.size());
    CHECK(tenon::as_text(bytes) == text);
    CHECK(static_cast<void const*>(bytes.data()) == text.data());
}

}  // namespace
