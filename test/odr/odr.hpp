// What both translation units look at, to be the same in both.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>

#include <cstddef>
#include <string>

struct sample {
    std::string (*function)(tenon::codec_error const&);
    std::size_t size;

    friend bool operator==(sample const&, sample const&) = default;
};

inline sample take_sample() {
    return {&tenon::describe, sizeof(tenon::result<int>)};
}

sample here();
sample there();
