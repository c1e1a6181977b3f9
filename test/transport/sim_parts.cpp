#include "sim_support.hpp"

#include <tenon/transport/sim/event_queue.hpp>
#include <tenon/transport/sim/message.hpp>
#include <tenon/transport/sim/random.hpp>
#include <tenon/transport/sim/trace.hpp>

using namespace support;
using namespace tenon::transport::simulation;

TEST_CASE("the generator is SplitMix64, as its authors' code gives it for seed 1234567") {
    generator numbers{1234567};
    CHECK(numbers.next() == 6457827717110365317u);
    CHECK(numbers.next() == 3203168211198807973u);
    CHECK(numbers.next() == 9817491932198370423u);
    CHECK(generator{1}.below(0) == 0);
    CHECK(generator{1}.between(3ns, 3ns) == 3ns);
    for (int i = 0; i < 1000; ++i) {
        auto const time = numbers.between(5ns, 7ns);
        CHECK((time >= 5ns && time <= 7ns));
        CHECK_FALSE(numbers.chance(0));
        CHECK(numbers.chance(1'000'000));
    }
}

TEST_CASE("simulated frames own, move and replace their bytes, small ones in place") {
    sim::frame empty;
    CHECK(empty.size() == 0);
    CHECK(empty.view().empty());
    CHECK_FALSE(empty.more());
    for (std::size_t const size : {1u, 64u, 65u, 5000u}) {
        std::string const text(size, 'x');
        sim::frame        one{tenon::as_bytes(text)};
        sim::frame        moved{std::move(one)};
        CHECK(one.size() == 0);
        CHECK(tenon::as_text(moved.view()) == text);
        auto const* const inside = reinterpret_cast<std::byte const*>(&moved);
        CHECK((moved.data() >= inside && moved.data() < inside + sizeof moved) == (size <= 64));
        auto& self = moved;
        moved      = std::move(self);
        CHECK(tenon::as_text(moved.view()) == text);
        empty = std::move(moved);
        CHECK(tenon::as_text(empty.view()) == text);
        empty.receive(tenon::as_bytes("y"), true);
        CHECK(tenon::as_text(empty.view()) == "y");
        CHECK(empty.more());
        empty.assign(tenon::as_bytes(text));
        CHECK_FALSE(empty.more());
        CHECK(tenon::as_text(empty.view()) == text);
    }
}

TEST_CASE("events come in the order of time, and of their making at the same time") {
    event_queue queue;
    generator   numbers{1};
    for (std::uint32_t i = 0; i < 1000; ++i)
        queue.push(time_point{std::chrono::nanoseconds{numbers.below(50)}}, event_kind::arrival, i);
    CHECK(queue.on_their_way() == 1000);
    queue.push(never, event_kind::wake, 0);
    CHECK(queue.on_their_way() == 1000);
    event before = queue.pop();
    for (int i = 1; i < 1000; ++i) {
        CHECK(queue.next() >= before.time);
        event const next = queue.pop();
        CHECK((before.time < next.time || (before.time == next.time && before.sequence < next.sequence)));
        before = next;
    }
    CHECK(queue.on_their_way() == 0);
    CHECK(queue.pop().time == never);
    CHECK(queue.empty());
    CHECK(queue.next() == never);
}

TEST_CASE("a queue of messages keeps its order while it turns, grows, is cut and repeats") {
    message_queue queue;
    auto const    text = [&](std::size_t i) { return std::string{tenon::as_text(queue[i].part(0))}; };
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 3 + round; ++i) queue.push().append(tenon::as_bytes(std::to_string(i)));
        queue.duplicate(1);
        CHECK(text(1) == text(2));
        CHECK(text(3) == "2");
        queue.cut(3);
        CHECK(queue.size() == 3);
        CHECK(text(0) == "0");
        queue.pop();
        CHECK(text(0) == "1");
        queue.clear();
        CHECK(queue.empty());
    }
}

TEST_CASE("a message knows its parts, its size and how to lose half of the last one") {
    message m;
    for (auto const* part : {"one", "", "four"}) m.append(tenon::as_bytes(part));
    CHECK(m.parts == 3);
    CHECK(m.payload() == 7);
    CHECK(m.largest_part() == 4);
    CHECK_FALSE(m.is_last(m.after(0)));
    m.truncate();
    CHECK(m.parts == 3);
    CHECK(tenon::as_text(m.part(m.after(m.after(0)))) == "fo");
}

TEST_CASE("the hash of a trace counts everything that an entry says") {
    auto const hash = [](trace_entry const& entry, std::string_view content = {}) {
        trace one;
        one.add(entry, tenon::as_bytes(content));
        CHECK(one.size() == 1);
        CHECK(one.entries().empty());
        return one.hash();
    };
    trace_entry const base{time_point{1ns}, incident_kind::sent, 0, 1, "port", "ping", 3};
    auto const        is = hash(base, "abc");
    auto const        differs = [&](auto change) {
        trace_entry other = base;
        change(other);
        return hash(other, "abc") != is;
    };
    CHECK(hash(base, "abc") == is);
    CHECK(hash(base, "abd") != is);
    CHECK(hash(base, "ab") != is);
    CHECK(differs([](trace_entry& e) { e.time = time_point{2ns}; }));
    CHECK(differs([](trace_entry& e) { e.what = incident_kind::lost; }));
    CHECK(differs([](trace_entry& e) { e.node = 2; }));
    CHECK(differs([](trace_entry& e) { e.peer = 2; }));
    CHECK(differs([](trace_entry& e) { e.port = "por"; }));
    CHECK(differs([](trace_entry& e) { e.message = "pong"; }));
    CHECK(differs([](trace_entry& e) { e.bytes = 4; }));
}
