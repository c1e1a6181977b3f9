// The laws of a transport's own types: frames, sockets and contexts as C++ objects.
#pragma once

#include <tenon/testing/transport_laws/bench.hpp>
#include <tenon/testing/transport_laws/stage.hpp>

#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace tenon::testing::transport_laws {

/// A law that needs the transport's own types.
template <class Bench>
struct typed_law {
    std::string_view name;
    void (*run)(stage&, Bench&);
    bool transport_abilities::* needs = nullptr;
};

template <class Bench>
void frames_own_their_bytes(stage& s, Bench&) {
    using frame = typename Bench::transport::frame;
    frame const empty;
    s.expect(empty.size() == 0 && empty.view().empty() && !empty.more(), "a new frame is not empty");
    for (std::size_t const size : {0u, 1u, 33u, 34u, 64u, 65u, 100'000u}) {
        std::string const text(size, 'x');
        frame             sized{size};
        s.expect(sized.size() == size && sized.view().size() == size, "a frame has another size than it was given");
        if (size != 0) std::memcpy(sized.data(), text.data(), size);
        s.expect(as_text(sized.view()) == text, "a frame does not hold what was written to it");
        std::string original = text;
        frame       copy{as_bytes(original)};
        original.assign(size, 'y');
        s.expect(as_text(copy.view()) == text, "a frame does not hold a copy of the bytes that it was made from");
        s.expect(!copy.more(), "a frame that was not received says that another follows");
    }
}

template <class Bench>
void frames_move(stage& s, Bench&) {
    using frame = typename Bench::transport::frame;
    for (std::size_t const size : {0u, 5u, 33u, 34u, 64u, 65u, 5000u}) {
        std::string const text(size, 'x');
        frame             first{as_bytes(text)};
        frame             second{std::move(first)};
        s.expect(as_text(second.view()) == text, "a frame loses its bytes when it is moved");
        s.expect(first.size() == 0 && first.view().empty(), "a frame that was moved from is not empty");
        frame third{as_bytes(std::string_view{"something else"})};
        third = std::move(second);
        s.expect(as_text(third.view()) == text, "a frame loses its bytes when it is moved into another");
        s.expect(second.size() == 0, "a frame that was moved into another is not empty");
        first = frame{as_bytes(text)};
        s.expect(as_text(first.view()) == text, "a frame that was moved from cannot be used again");
    }
}

template <class Bench>
void frames_are_used_again(stage& s, Bench& bench) {
    using transport = typename Bench::transport;
    auto const                where = bench.address();
    typename transport::socket pull{bench.context(0), pattern::pull, brisk()};
    typename transport::socket push{bench.context(1), pattern::push, brisk()};
    typename transport::frame  part, sent;
    pull.bind(where);
    push.connect(where);
    for (std::size_t const size : {5u, 500u, 0u, 40u, 5u}) {
        std::string const text(size, 'x');
        sent = typename transport::frame{as_bytes(text)};
        s.expect(s.until([&] { return push.send(sent, true) == io::done; }), "a part cannot be sent");
        s.expect(push.send(sent, false), io::done, "a frame that was sent is sent again, empty");
        s.expect(s.until([&] { return pull.receive(part) == io::done; }), "the message does not arrive");
        s.expect(as_text(part.view()) == text && part.more(), "a frame that held another part receives wrongly");
        s.expect(pull.receive(part), io::done, "receiving the second part");
        s.expect(part.size() == 0 && !part.more(), "a frame that held another part receives wrongly");
    }
}

template <class Bench>
void socket_assignment_closes(stage& s, Bench& bench) {
    using transport  = typename Bench::transport;
    auto const where = bench.address();
    typename transport::socket first{bench.context(0), pattern::pull, brisk()};
    first.bind(where);
    first = typename transport::socket{bench.context(0), pattern::push, brisk()};
    s.expect(first.pattern() == pattern::push && first.is_open(), "a socket is not what was moved into it");
    auto const second = s.open(pattern::pull);
    s.bind_again(*second, where);
}

template <class Bench>
void context_may_end_first(stage& s, Bench& bench) {
    using transport = typename Bench::transport;
    auto                       context = bench.make_context();
    typename transport::socket pull{*context, pattern::pull, brisk()};
    typename transport::socket unused{*context, pattern::push};
    typename transport::frame  part{as_bytes(std::string_view{"part"})};
    s.expect(pull.receive(part), io::again, "receiving before the context ends");
    context.reset();
    s.expect(pull.receive(part), io::terminated, "receiving after the context has ended");
    s.expect(unused.send(part, false), io::terminated, "sending after the context has ended");
    pull.close();
    s.expect(!pull.is_open(), "a socket cannot be closed after its context has ended");
}

template <class Bench>
void unsent_messages_hang_no_context(stage& s, Bench& bench) {
    using transport         = typename Bench::transport;
    socket_options options  = brisk();
    options.linger          = 20ms;
    auto const start        = s.now();
    {
        auto                       context = bench.make_context();
        typename transport::socket push{*context, pattern::push, options};
        push.connect(bench.address());
        for (int i = 0; i < 10; ++i) {
            typename transport::frame part{as_bytes(std::string_view{"nobody reads this"})};
            s.expect(push.send(part, false), io::done, "sending to a peer that never comes");
        }
    }
    s.expect(s.now() - start < s.patience(), "the end of a context waits longer than its sockets linger");
}

template <class Bench>
void threads_are_told_apart(stage& s, Bench& bench) {
    using transport = typename Bench::transport;
    typename transport::socket one{bench.context(0), pattern::sub, brisk()};
    auto const                 where = bench.address();
    one.subscribe({});
    int         refused = 0;
    int         allowed = 0;
    std::thread{[&] {
        auto const attempt = [&](auto const& call) {
            try {
                call();
                ++allowed;
            } catch (error const& e) {
                if (e.code() == errc::wrong_thread) ++refused;
            }
        };
        typename transport::frame part;
        attempt([&] { static_cast<void>(one.receive(part)); });
        attempt([&] { static_cast<void>(one.send(part, false)); });
        attempt([&] { static_cast<void>(one.bind(where)); });
        attempt([&] { one.connect(where); });
        attempt([&] { one.unbind(where); });
        attempt([&] { one.disconnect(where); });
        attempt([&] { one.subscribe({}); });
        attempt([&] { one.unsubscribe({}); });
        attempt([&] { one.disown(); });
        attempt([&] { one.close(); });
    }}.join();
    s.expect(allowed == 0, "another thread may use a socket");
    s.expect(refused == 10, "a socket that another thread uses says something else than wrong_thread");
    typename transport::frame part;
    s.expect(one.receive(part), io::again, "its own thread uses it after that");
}

template <class Bench>
void disowned_sockets_change_threads(stage& s, Bench& bench) {
    using transport = typename Bench::transport;
    typename transport::socket one{bench.context(0), pattern::pull, brisk()};
    typename transport::frame  part;
    s.expect(one.receive(part), io::again, "the first thread uses it");
    one.disown();
    io   there    = io::failed;
    bool refused  = false;
    std::thread{[&] {
        typename transport::frame mine;
        there = one.receive(mine);
    }}.join();
    s.expect(there, io::again, "the second thread uses it after disown");
    try {
        static_cast<void>(one.receive(part));
    } catch (error const& e) {
        refused = e.code() == errc::wrong_thread;
    }
    s.expect(refused, "the first thread may use it although it belongs to the second");
}

template <class Bench>
void descriptors_are_waited_for(stage& s, Bench& bench) {
    using poll_item = typename Bench::transport::poll_item;
    int ends[2];
    s.expect(::pipe(ends) == 0, "this machine has no pipe to try it with");
    poll_item items[] = {poll_item{ends[0], POLLIN}};
    int const before  = static_cast<int>(bench.wait(items, 0ns));
    bool const wrote  = ::write(ends[1], "x", 1) == 1;
    int const after   = static_cast<int>(bench.wait(items, bench.patience()));
    ::close(ends[0]);
    ::close(ends[1]);
    s.expect(before == 0, "a descriptor with nothing to read is ready");
    s.expect(wrote && after == 1 && items[0].ready() == POLLIN, "a descriptor with something to read is not ready");
}

template <class Bench>
inline constexpr typed_law<Bench> typed_laws[] = {
    {"a frame owns its bytes", frames_own_their_bytes<Bench>},
    {"a frame that was moved from is empty", frames_move<Bench>},
    {"a frame can be used again and again", frames_are_used_again<Bench>},
    {"a socket that another is moved into is closed", socket_assignment_closes<Bench>},
    {"a context may end before its sockets, which say so", context_may_end_first<Bench>},
    {"unsent messages do not hang the end of a context", unsent_messages_hang_no_context<Bench>},
    {"a socket refuses threads that do not own it", threads_are_told_apart<Bench>, &transport_abilities::threads},
    {"a socket changes its thread after disown", disowned_sockets_change_threads<Bench>,
     &transport_abilities::threads},
    {"file descriptors are waited for too", descriptors_are_waited_for<Bench>, &transport_abilities::descriptors},
};

}  // namespace tenon::testing::transport_laws
