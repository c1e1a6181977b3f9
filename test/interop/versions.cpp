// One program in two builds, an old one and (with NEW_BUILD) a new one whose messages have changed.
//
//     versions serve CODEC             prints its address; until `finish`
//     versions ask CODEC ADDRESS       prints what becomes of each request, sends `finish`
//
// CODEC is json, json_lenient, msgpack_lenient or binary.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct tag {
    std::string text;
#ifdef NEW_BUILD
    std::optional<std::string> language;  // a change that old peers may understand: optional, and at the end
#endif
};
struct store {
    std::uint64_t    id;
    std::vector<tag> tags;
#ifdef NEW_BUILD
    std::optional<std::string> author;
#endif
};
struct stored {
    std::uint64_t id;
    bool          first;
#ifdef NEW_BUILD
    std::optional<std::uint32_t> revision;
#endif
};

struct load {
    std::uint64_t id;
    bool          all;
};
struct loaded {
    std::uint64_t id;
#ifdef NEW_BUILD
    std::string size;  // a change that nobody can understand
#else
    std::uint32_t size;
#endif
};

struct same {
    std::uint32_t number;
};
struct finish {};
#ifdef NEW_BUILD
struct only_new {};
using archive = tenon::protocol<tenon::request<only_new, same>, tenon::request<store, stored>,
                                tenon::request<load, loaded>, tenon::request<same, same>, tenon::command<finish>>;
#else
using archive = tenon::protocol<tenon::request<store, stored>, tenon::request<load, loaded>,
                                tenon::request<same, same>, tenon::command<finish>>;
#endif

struct serving_app {
    static constexpr auto requests = tenon::rep<"requests", archive>;
    static constexpr auto ports    = tenon::ports(requests);

    void on(tenon::started const&, auto& process) {
        std::printf("listening on %s\n", process[requests].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
    stored on(store const& s) {
        stored reply{};
        reply.id    = s.id;
        reply.first = s.tags.size() == 1 && s.tags[0].text == "draft";
        return reply;
    }
    loaded on(load const& l) {
        loaded reply{};
        reply.id = l.id;
        return reply;
    }
    same on(same const& s) { return s; }
    void on(finish const&, auto& process) { process.stop(); }
#ifdef NEW_BUILD
    same on(only_new const&) { return {0}; }
#endif
};

template <class Reply>
void say(char const* name, tenon::result<Reply> const& outcome) {
    if (outcome) std::printf("%s: ok\n", name);
    else std::printf("%s: %d %s\n", name, static_cast<int>(outcome.error().code), outcome.error().text.c_str());
    std::fflush(stdout);
}

template <class Codec>
int ask(tenon::address const& where) {
    tenon::client<archive, Codec, tenon::transport::zmq> server{where};
    tag  draft{};
    draft.text = "draft";
    store question{};
    question.id   = 7;
    question.tags = {draft};
    auto const answer = server.try_request(question);
    say("store", answer);
    if (answer && (answer->id != 7 || !answer->first)) return 1;
    say("load", server.try_request(load{7, true}));
    say("same", server.try_request(same{3}));
#ifdef NEW_BUILD
    say("only_new", server.try_request(only_new{}));
#endif
    server.send(finish{});
    return 0;
}

template <class Codec>
int run(std::string_view role, int argc, char** argv) {
    if (role == "serve")
        return tenon::run<tenon::process<serving_app, Codec, tenon::transport::zmq>>(
            tenon::bind(serving_app::requests, "127.0.0.1"));
    return role == "ask" && argc > 3 ? ask<Codec>(argv[3]) : 2;
}

}  // namespace

int main(int argc, char** argv) try {
    std::string_view const role  = argc > 1 ? argv[1] : "";
    std::string_view const codec = argc > 2 ? argv[2] : "";
    if (codec == "json") return run<tenon::codec::json>(role, argc, argv);
    if (codec == "json_lenient") return run<tenon::codec::json_lenient>(role, argc, argv);
    if (codec == "msgpack_lenient") return run<tenon::codec::msgpack_lenient>(role, argc, argv);
    if (codec == "binary") return run<tenon::codec::binary>(role, argc, argv);
    return 2;
} catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
