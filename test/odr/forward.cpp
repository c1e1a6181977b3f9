// One of two translation units of a program; both include every header.
#include "all_forward.hpp"

#include "odr.hpp"

sample here() {
    return take_sample();
}

int main() {
    return here() == there() ? 0 : 1;
}
