// Reading what `tenon::observer::recording` has written.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/process/observer/recording_format.hpp>
#include <tenon/transport/connection.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::recording {

enum class happening { received, sent, dropped, connection };

constexpr std::string_view name_of(happening what) noexcept {
    switch (what) {
        case happening::received: return "received";
        case happening::sent: return "sent";
        case happening::dropped: return "dropped";
        case happening::connection: return "connection";
    }
    return "?";
}

/// One line of a recording.
struct entry {
    std::chrono::nanoseconds time{0};  ///< Since the start of the process, by its own clock.
    happening                what = happening::received;
    std::string              port;
    std::string              message;            ///< The wire name; not of a connection.
    std::string              body;               ///< The encoded message as it was, without attachments; only if it
                                                 ///< was received or sent.
    errc                     reason = errc::ok;  ///< Only if it was dropped.
    connection_change        change{};           ///< Only of a connection,
    int                      change_reason = 0;  ///< and this.
    std::string              text;               ///< More about a drop, or the endpoint of a connection.
};

struct port {
    std::string    name;
    tenon::pattern pattern;
};

/// A whole recording.
struct file {
    std::string        app, codec;
    std::int64_t       process_id = 0;
    std::vector<port>  ports;
    std::vector<entry> entries;
    bool               cut_off = false;  ///< The last line was not finished, so it is left out.
};

}  // namespace tenon::recording

namespace tenon::detail {

/// Reads a recording line by line.
class recording_parser {
public:
    explicit recording_parser(std::string_view text) noexcept : rest_{text} {}

    recording::file parse(std::string_view path) {
        path_ = path;
        recording::file read;
        while (!rest_.empty()) {
            auto const end = rest_.find('\n');
            if (end == std::string_view::npos && line_ > 0) {
                read.cut_off = true;
                break;
            }
            line_words words{rest_.substr(0, end)};
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            if (++line_ == 1) head(words, read);
            else if (rest_of_line(words, read); !words.at_end()) fail("nothing more");
        }
        if (line_ == 0) fail_as_no_recording();
        return read;
    }

private:
    using line_words = recording_format::line_words;

    void head(line_words& words, recording::file& read) {
        if (words.word() != recording_format::magic) fail_as_no_recording();
        if (words.word() != recording_format::version)
            fail(concat({"version ", recording_format::version, ", which is the one that this program reads"}));
        read.app        = need(words.word(), "the name of an app");
        read.codec      = need(words.word(), "the name of a codec");
        read.process_id = need(words.number(), "a process id");
        if (!words.at_end()) fail("nothing more");
    }

    void rest_of_line(line_words& words, recording::file& read) {
        line_words whole = words;
        if (read.entries.empty() && words.word() == "port") {
            auto name = need(words.word(), "the name of a port");
            read.ports.push_back({std::move(name), need(pattern_of(words.word()), "a pattern such as REP")});
            return;
        }
        words = whole;
        read.entries.push_back(entry_of(words));
    }

    recording::entry entry_of(line_words& words) {
        recording::entry one;
        one.time = need(words.time(), "a time in seconds such as 0.000120000");
        one.what = need(happening_of(words.word()), "received, sent, dropped or connection");
        one.port = need(words.word(), "the name of a port");
        if (one.what == recording::happening::connection) {
            one.change        = need(change_of(words.word()), "what happened to the connection, such as accepted");
            one.change_reason = static_cast<int>(need(words.number(), "a number as the reason"));
            one.text          = need(words.word(), "the endpoint of the connection");
            return one;
        }
        one.message = need(words.word(), "the name of a message");
        if (one.what == recording::happening::dropped) {
            one.reason = static_cast<errc>(need(words.number(), "a number as the reason"));
            one.text   = need(words.word(), "a text in quotation marks");
        } else {
            one.body = need(words.word(), "the body of the message");
        }
        return one;
    }

    static std::optional<pattern> pattern_of(std::optional<std::string> const& word) {
        for (int i = 0; word && i <= static_cast<int>(pattern::pair); ++i)
            if (name_of(static_cast<pattern>(i)) == *word) return static_cast<pattern>(i);
        return std::nullopt;
    }
    static std::optional<recording::happening> happening_of(std::optional<std::string> const& word) {
        using enum recording::happening;
        for (auto const each : {received, sent, dropped, connection})
            if (word && recording::name_of(each) == *word) return each;
        return std::nullopt;
    }
    static std::optional<connection_change> change_of(std::optional<std::string> const& word) {
        for (int i = 0; word && i <= static_cast<int>(connection_change::close_failed); ++i)
            if (name_of(static_cast<connection_change>(i)) == *word) return static_cast<connection_change>(i);
        return std::nullopt;
    }

    template <class T>
    T need(std::optional<T> found, std::string_view what) {
        if (!found) fail(what);
        return std::move(*found);
    }
    [[noreturn, gnu::cold]] void fail(std::string_view expected) {
        throw error{errc::malformed,
                    concat({"recording '", path_, "', line ", digits(line_), ": expected ", expected})};
    }
    [[noreturn, gnu::cold]] void fail_as_no_recording() {
        throw error{errc::malformed,
                    concat({"'", path_, "' is no recording of tenon::observer::recording: its first line does not ",
                            "begin with ", recording_format::magic})};
    }

    std::string_view   rest_, path_;
    unsigned long long line_ = 0;
};

}  // namespace tenon::detail

namespace tenon::recording {

/// Reads what `observer::recording` has written to `path`.
/// Throws `tenon::error`: `errc::bad_address` if the file cannot be read, `errc::malformed` with file, line and what
/// was expected there if it is no recording. A last line that a crash has cut off is no error.
[[nodiscard]] inline file read(std::string const& path) {
    std::string       text;
    std::FILE* const  from = std::fopen(path.c_str(), "rb");
    int               why  = from == nullptr ? errno : 0;
    char              piece[4096];
    for (std::size_t size = 1; why == 0 && size > 0;) {
        size = std::fread(piece, 1, sizeof piece, from);
        text.append(piece, size);
        if (std::ferror(from) != 0) why = errno;
    }
    if (from != nullptr) std::fclose(from);
    if (why != 0)
        throw error{errc::bad_address,
                    detail::concat({"cannot read the recording '", path, "': ", std::strerror(why)})};
    return detail::recording_parser{text}.parse(path);
}

}  // namespace tenon::recording
