// What an app's code has thrown, put into words for the observer.
#pragma once

#include <tenon/core/error.hpp>

#include <exception>
#include <utility>

namespace tenon::detail {

/// An exception in the vocabulary of the library. The text is the exception's own.
struct thrown {
    errc        reason;
    char const* text;
};

/// Inside a catch block: the exception that is being handled, valid until the end of the block. `errc::refused` thrown as
/// a `tenon::error` is a refusal and keeps its code; everything else is `errc::handler_failed`, since other codes would
/// claim what only the library can know.
[[gnu::cold]] inline thrown what_was_thrown() {
    try {
        throw;
    } catch (error const& e) {
        return {e.code() == errc::refused ? errc::refused : errc::handler_failed, e.what()};
    } catch (std::exception const& e) {
        return {errc::handler_failed, e.what()};
    } catch (...) {
        return {errc::handler_failed, "an exception that is no std::exception"};
    }
}

/// The same for who wants to be called: `tell(reason, text)`.
template <class Tell>
void describe_thrown(Tell&& tell) {
    thrown const what = what_was_thrown();
    tell(what.reason, what.text);
}

}  // namespace tenon::detail
