// What an app's code has thrown, put into words: for the observer, and for the asker.
#pragma once

#include <tenon/core/error.hpp>

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::detail {

/// An exception in the vocabulary of the library. The text is the exception's own.
struct thrown {
    errc        reason;
    char const* text;
};

/// Inside a catch block: the exception that is being handled, valid until the end of the block. `errc::refused` thrown
/// as a `tenon::error` is a refusal and keeps its code; everything else is `errc::handler_failed`, since other codes
/// would claim what only the library can know.
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

/// The failure that a request ends with. It has its code even where there is no memory for the words.
[[gnu::cold]] inline failure because(errc code, std::string_view text) noexcept {
    try {
        return {code, std::string{text}};
    } catch (std::bad_alloc const&) {
        return {code, {}};
    }
}

/// Tells the asker, by `answer`, that the handler has thrown. Without memory for an answer the asker's timeout is left.
template <class Answer>
[[gnu::cold]] void refuse_for_thrown(errc reason, Answer&& answer) {
    try {
        answer(because(reason, "the handler of the request failed"));
    } catch (std::bad_alloc const&) {
    }
}

}  // namespace tenon::detail
