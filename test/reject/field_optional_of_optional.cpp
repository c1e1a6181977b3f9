// An empty optional inside another one could not be told from an empty outer one.
#include <tenon/protocol/check.hpp>

#include <optional>

// expect: optional of something that may itself be empty

struct question {
#ifdef REJECT
    std::optional<std::optional<int>> answer;
#else
    std::optional<int> answer;
#endif
};
struct reply {};

struct app {
    using conversation             = tenon::protocol<tenon::request<question, reply>>;
    static constexpr auto requests = tenon::rep<"requests", conversation>;
    static constexpr auto ports    = tenon::ports(requests);
};

static_assert(tenon::detail::check_ports<app>::value);
