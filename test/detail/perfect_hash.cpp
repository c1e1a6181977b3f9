// perfect_hash: a table without collisions is found for every set of words that users come up with.
#include "catch.hpp"

#include <tenon/detail/perfect_hash.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

using tenon::detail::perfect_hash;

/// `N` words written while compiling: "<front><number><back>", the number with three digits.
template <std::size_t N>
struct word_list {
    std::array<std::array<char, 32>, N> text{};
    std::array<std::size_t, N>          sizes{};

    consteval word_list(std::string_view front, std::string_view back) {
        for (std::size_t i = 0; i < N; ++i) {
            std::size_t at  = 0;
            auto const  put = [&](char c) { text[i][at++] = c; };
            for (char const c : front) put(c);
            put(static_cast<char>('0' + i / 100));
            put(static_cast<char>('0' + i / 10 % 10));
            put(static_cast<char>('0' + i % 10));
            for (char const c : back) put(c);
            sizes[i] = at;
        }
    }
    constexpr std::array<std::string_view, N> words() const {
        std::array<std::string_view, N> all;
        for (std::size_t i = 0; i < N; ++i) all[i] = {text[i].data(), sizes[i]};
        return all;
    }
};

template <std::size_t N, std::size_t M>
std::size_t wrong_candidates(perfect_hash<N> const& hash, std::array<std::string_view, M> const& words) {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < M; ++i)
        if (hash.candidate(words[i]) != i) ++wrong;
    return wrong;
}

template <std::size_t N>
void check_generated_words() {
    INFO(N << " words");
    // The numbers stand where a hash over first, middle and last character sees them, and where it does not.
    static constexpr word_list<N>    ending{"order_", ""};
    static constexpr word_list<N>    starting{"", "_of_the_day"};
    static constexpr word_list<N>    inside{"get_user_", "_names_please"};
    static constexpr perfect_hash<N> by_end{ending.words()};
    static constexpr perfect_hash<N> by_start{starting.words()};
    static constexpr perfect_hash<N> by_inside{inside.words()};
    STATIC_REQUIRE(by_end.found);
    STATIC_REQUIRE(by_start.found);
    STATIC_REQUIRE(by_inside.found);
    CHECK(wrong_candidates(by_end, ending.words()) == 0);
    CHECK(wrong_candidates(by_start, starting.words()) == 0);
    CHECK(wrong_candidates(by_inside, inside.words()) == 0);
}

TEST_CASE("any number of generated words gets a table without collisions") {
    check_generated_words<1>();
    check_generated_words<2>();
    check_generated_words<3>();
    check_generated_words<8>();
    check_generated_words<16>();
    check_generated_words<31>();
    check_generated_words<32>();
    check_generated_words<33>();
    check_generated_words<50>();
    check_generated_words<63>();
    check_generated_words<64>();
    check_generated_words<65>();
    check_generated_words<100>();
    check_generated_words<128>();
    check_generated_words<200>();
    check_generated_words<256>();
}

TEST_CASE("words that look alike are told apart") {
    static constexpr std::array<std::string_view, 12> words{
        "a", "aa", "aaa", "abca", "acba", "aBca", "bab", "bbb", "get_x_by_id", "get_y_by_id", "", "A"};
    static constexpr perfect_hash<12> hash{words};
    STATIC_REQUIRE(hash.found);
    CHECK(wrong_candidates(hash, words) == 0);
}

TEST_CASE("the candidate for any other word is harmless") {
    static constexpr std::array<std::string_view, 3> words{"ping", "pong", "plzdiekthxbye"};
    static constexpr perfect_hash<3>                 hash{words};
    for (int c = 0; c < 256; ++c) {
        std::string const one(1, static_cast<char>(c));
        for (std::string const& other : {one, one + "ing", "p" + one + "ng", one + one + one + one + one}) {
            std::size_t const candidate = hash.candidate(other);
            if (candidate < words.size() && words[candidate] == other)
                CHECK((other == "ping" || other == "pong"));
        }
    }
}

TEST_CASE("one word that stands twice has no table") {
    static constexpr std::array<std::string_view, 3> words{"ping", "pong", "ping"};
    static constexpr perfect_hash<3>                 hash{words};
    STATIC_REQUIRE(!hash.found);
}

}  // namespace
