// Calling cold code without being taken for it.
#pragma once

namespace tenon::detail {

/// Calls `f(arguments...)` by a pointer that the compiler does not see through.
///
/// g++ compiles a function for size if it calls a cold one whatever happens: so it would the user's function that starts
/// a child, makes a client and asks in a loop. By this call it does not.
template <class R, class... Parameters, class... Arguments>
R call_cold(R (*f)(Parameters...), Arguments&&... arguments) {
    R (*volatile const hidden)(Parameters...) = f;
    return hidden(static_cast<Arguments&&>(arguments)...);
}

}  // namespace tenon::detail
