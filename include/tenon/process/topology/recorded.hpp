// Which participant of a topology a recording is of.
#pragma once

#include <string_view>

namespace tenon::detail {

/// A recording says `recorded`: the name of the participant or of its app, perhaps with a number: "worker", "worker.2".
inline bool is_recorded_as(std::string_view recorded, std::string_view participant, std::string_view app) noexcept {
    auto const is = [&](std::string_view name) {
        if (name.empty() || !recorded.starts_with(name)) return false;
        std::string_view const rest = recorded.substr(name.size());
        return rest.empty() || (rest.size() > 1 && rest[0] == '.' &&
                                rest.find_first_not_of("0123456789", 1) == std::string_view::npos);
    };
    return is(participant) || is(app);
}

}  // namespace tenon::detail
