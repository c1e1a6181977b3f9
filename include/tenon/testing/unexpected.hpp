// What a test throws that expected something else.
#pragma once

#include <stdexcept>

namespace tenon::testing {

/// An expectation that was not met; `what()` says in sentences what was expected and what there was instead. A test
/// framework that catches it prints that.
class unexpected : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace tenon::testing
