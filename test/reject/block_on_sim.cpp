// A port that waits inside send() would stop the time that it waits for.
#include <tenon/tenon.hpp>

#include <tenon/testing/world.hpp>

struct job {
    int number;
};

using jobs = tenon::protocol<tenon::command<job>>;

struct source {
#ifdef REJECT
    // expect: a port with tenon::overload::block waits inside send\(\), and nothing may block in a process on
    // expect: \bjobs\b|\bjob\b
    static constexpr auto out = tenon::push<"out", jobs, tenon::overload::block<>>;
#else
    static constexpr auto out = tenon::push<"out", jobs, tenon::overload::drop_newest<>>;
#endif
    static constexpr auto ports = tenon::ports(out);
};

int main() {
    tenon::testing::world world{1};
    world.start<tenon::process<source>>(tenon::connect(source::out, "127.0.0.1:5678"));
}
