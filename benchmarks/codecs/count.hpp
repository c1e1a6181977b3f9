// Runs operations under valgrind's callgrind, which counts what happens in the functions of `measured` alone.
#pragma once

#include <tenon/core/bytes.hpp>

#include "messages.hpp"

#include <cstdio>
#include <string_view>

// Without valgrind the programs are built all the same, and count nothing.
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#endif

namespace measured {

template <class Subject, class M>
[[gnu::noinline]] tenon::bytes_view encode(Subject& by, M const& m) {
    return by.encode(m);
}
template <class Subject, class M>
[[gnu::noinline]] bool decode(Subject& by, tenon::bytes_view from, M& m) {
    return by.decode(from, m);
}
template <class Subject, class M>
[[gnu::noinline]] bool decode_fresh(Subject& by, tenon::bytes_view from) {
    M m{};
    return by.decode(from, m);
}

}  // namespace measured

namespace benchmark {

inline bool all_good = true;

/// Lets `operation` run twice, so that buffers have grown and functions are bound, and then counts one run.
/// Tells the name of what is counted; the dumps have the order of the names.
template <class Operation>
void count(std::string_view format, std::string_view subject, std::string_view message, char const* operation_name,
           Operation operation) {
    operation();
    operation();
#ifdef CALLGRIND_ZERO_STATS
    CALLGRIND_ZERO_STATS;
    operation();
    CALLGRIND_DUMP_STATS;
#endif
    std::printf("%s|%s|%s|%s\n", format.data(), subject.data(), message.data(), operation_name);
}

template <class Subject, class M>
void count_message() {
    auto const [name, message] = sample<M>();
    Subject by;
    tenon::buffer frame;
    frame.append(by.encode(message));
    M reused{};
    auto const check = [&](bool good) {
        if (!good) std::fprintf(stderr, "%s: %s does not come back\n", Subject::subject.data(), name.data());
        all_good = all_good && good;
    };
    auto const cell = [&, cell_of = name](char const* operation_name, auto operation) {
        count(Subject::format, Subject::subject, cell_of, operation_name, operation);
    };
    cell("encode", [&] { check(!measured::encode(by, message).empty()); });
    cell("decode reused", [&] { check(measured::decode(by, frame.view(), reused)); });
    cell("decode fresh", [&] { check(measured::decode_fresh<Subject, M>(by, frame.view())); });
}

/// All messages, or all but the large one.
template <class Subject>
void count_all(bool with_large) {
    count_message<Subject, ping>();
    count_message<Subject, order>();
    if (with_large) count_message<Subject, orders>();
}

}  // namespace benchmark
