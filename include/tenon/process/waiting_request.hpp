// A request that waits for its outcome, as the end that asked it keeps it.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/fwd.hpp>
#include <tenon/loop/timers.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tenon::detail {

/// What a request that may be sent again keeps for that.
struct repetition {
    buffer                   body;
    std::chrono::nanoseconds timeout{0}, pause{0};
    unsigned                 left = 0;
};
struct no_repetition {};
/// The same where questions may have attachments, which are shared with what was sent.
template <class Attachment>
struct attached_repetition : repetition {
    std::vector<Attachment> attached;
};

template <bool Repeats, bool MayAttach>
using repetition_for = typename std::conditional_t<
    !Repeats, type_tag<no_repetition>,
    std::conditional_t<MayAttach, type_tag<attached_repetition<attachment>>, type_tag<repetition>>>::type;

/// What a request ends with: the bytes of a reply, or the reason why there is none. Or it does not end yet, and
/// what takes the bytes leaves a reason that wants to be explained, and the line of its statement.
template <class TimePoint>
struct arrival {
    bytes_view             body;
    std::optional<failure> why;
    std::string_view       line{};
    correlation_id         id{};  ///< Of the request, if it has bytes,
    TimePoint              by{};  ///< and when its time would have been over.
};

/// What is kept until then.
template <class TimePoint, class Repetition>
struct waiting_request {
    using arrival = detail::arrival<TimePoint>;

    loop::timer_id                   timer;
    unique_function<void(arrival&)>  finish;
    [[no_unique_address]] Repetition again;
    std::string_view                 name;
};

}  // namespace tenon::detail
