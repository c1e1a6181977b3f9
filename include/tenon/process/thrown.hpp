// What an app's code has thrown, put into words for the observer.
#pragma once

#include <tenon/core/error.hpp>

#include <exception>
#include <utility>

namespace tenon::detail {

/// Inside a catch block: calls `tell(reason, text)` for the exception that is being handled. `errc::refused` thrown as a
/// `tenon::error` is a refusal and keeps its code; everything else is `errc::handler_failed`, since other codes would
/// claim what only the library can know.
template <class Tell>
void describe_thrown(Tell&& tell) {
    try {
        throw;
    } catch (error const& e) {
        tell(e.code() == errc::refused ? errc::refused : errc::handler_failed, e.what());
    } catch (std::exception const& e) {
        tell(errc::handler_failed, e.what());
    } catch (...) {
        tell(errc::handler_failed, "an exception that is no std::exception");
    }
}

}  // namespace tenon::detail
