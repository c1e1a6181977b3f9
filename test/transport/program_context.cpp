// The context that all of a program share: who meets in it, how it ends, and what a fork makes of it.
#include "support.hpp"

#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace support;

TEST_CASE("sockets of the program's context meet, whoever has asked for it, in any thread") {
    auto const  first = zmq::context::of_program();
    auto        again = zmq::context::of_program();
    CHECK(first.native_handle() == again.native_handle());
    zmq::socket pull{again, pattern::pull};
    auto const  where = pull.bind("inproc://*");
    std::thread other{[&] {
        auto        mine = zmq::context::of_program();
        zmq::socket push{mine, pattern::push};
        push.connect(where);
        static_cast<void>(send(push, "from there"));
    }};
    other.join();
    CHECK(receive(pull) == "from there");
}

TEST_CASE("the program's context lives as long as somebody refers to it, a socket for one") {
    auto context = std::make_unique<zmq::context>(zmq::context::of_program());
    zmq::socket pull{*context, pattern::pull};
    auto const  where = pull.bind("inproc://*");
    { auto const passing = zmq::context::of_program(); }
    zmq::frame part;
    CHECK(pull.receive(part) == io::again);  // not io::terminated
    context.reset();
    auto        later = zmq::context::of_program();
    zmq::socket push{later, pattern::push};
    push.connect(where);
    must_send(push, "still there");
    CHECK(receive(pull) == "still there");
}

TEST_CASE("other contexts keep their inproc names") {
    zmq::context own;
    auto         shared = zmq::context::of_program();
    zmq::socket  apart{shared, pattern::pull};
    apart.bind("inproc://name");
    zmq::socket push{own, pattern::push}, pull{own, pattern::pull};
    push.connect("inproc://name");
    pull.bind("inproc://name");
    must_send(push, "at home");
    CHECK(receive(pull) == "at home");
    zmq::frame part;
    CHECK(apart.receive(part) == io::again);
}

TEST_CASE("a forked child has a program's context of its own, and leaves the parent's alone") {
    auto        context = zmq::context::of_program();
    zmq::socket pull{context, pattern::pull};
    auto const  where = pull.bind("inproc://here");
    pid_t const child = ::fork();
    if (child == 0) {
        ::alarm(30);
        bool good = false;
        {
            auto const  inherited = std::move(context);
            auto        mine      = zmq::context::of_program();
            zmq::socket taken{mine, pattern::pull};
            good = mine.native_handle() != inherited.native_handle() && taken.bind(where) == where;
        }
        ::_exit(good ? 0 : 1);
    }
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    zmq::socket push{context, pattern::push};
    push.connect(where);
    must_send(push, "unharmed");
    CHECK(receive(pull) == "unharmed");
}
