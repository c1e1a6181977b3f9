// The other translation unit: the same headers, from the last to the first.
#include "all_backward.hpp"

#include "odr.hpp"

sample there() {
    return take_sample();
}
