// What a codec is made to do by the laws, with its exceptions turned into broken laws.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/message/message.hpp>
#include <tenon/testing/codec_laws/report.hpp>
#include <tenon/testing/codec_laws/same.hpp>
#include <tenon/testing/codec_laws/samples.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace tenon::testing::laws {

/// Writes and reads with one codec, and notes which laws it breaks meanwhile.
template <class Codec, codec_abilities Can>
class trial {
protected:
    using set = set_for<Can>;

    static constexpr std::size_t largest_for_all_cuts = 512;

    template <class F>
    bool calm(std::string_view where, F f) {
        try {
            f();
            return true;
        } catch (...) {
            report_.broken("no exceptions", where, "the codec has thrown");
            return false;
        }
    }

    /// Writes `m` into `out`; false after an error.
    template <class M>
    bool encode(Codec& codec, M const& m, frame& out, codec_error* error = nullptr) {
        codec_error result{errc::malformed, 0, nullptr};
        calm(message_name<M>, [&] {
            buffer bytes;
            result = codec.write(m, bytes);
            out.assign(bytes.data(), bytes.data() + bytes.size());
        });
        if (error != nullptr) *error = result;
        return !result;
    }

    /// Opens with the whole set and reads an `M`. An unexpected index is `errc::unexpected_reply`.
    template <class M>
    codec_error decode(Codec& codec, frame const& bytes, M& m) {
        codec_error result{errc::malformed, 0, nullptr};
        calm(message_name<M>, [&] {
            auto const opened = codec.template open<set>(bytes_view{bytes});
            result            = opened.error;
            if (!result) {
                result = opened.index == set::template index_of<M>
                             ? codec.read(opened, m)
                             : codec_error{errc::unexpected_reply, 0, "the message that was written"};
            }
        });
        check_offset(result, bytes.size(), message_name<M>);
        return result;
    }

    void check_offset(codec_error const& error, std::size_t size, std::string_view where) {
        if (error && error.offset > size)
            report_.broken("offset", where, "an error lies beyond the end of the frame: " + describe(error));
    }

    /// Reads bytes that may be any message or none. What is accepted has to be stable.
    void digest(Codec& codec, frame const& bytes, std::string_view where) {
        calm(where, [&] {
            auto const opened = codec.template open<set>(bytes_view{bytes});
            if (opened.error) return check_offset(opened.error, bytes.size(), where);
            if (opened.index >= set::size)
                return report_.broken("index", where, "there is no error, and the index is outside the set");
            tenon::detail::with_index<set::size>(opened.index, [&](auto index) {
                typename set::template at<index()> m{};
                codec_error const error = codec.read(opened, m);
                check_offset(error, bytes.size(), where);
                if (!error) check_stable(m, where);
                if constexpr (std::is_same_v<decltype(m), law_enums>)
                    if (!error && !is_valid_enum(m.listed))
                        report_.broken("range", where,
                                       "an enum is read with a value that its traits do not list");
            });
        });
    }

    /// What was read can be written, and written and read again it gives the same bytes.
    template <class M>
    void check_stable(M const& m, std::string_view where) {
        Codec       codec;
        frame       once, twice;
        M           again{};
        codec_error error;
        if (!encode(codec, m, once, &error))
            report_.broken("stability", where, "what was read cannot be written: " + describe(error));
        else if ((error = decode(codec, once, again)))
            report_.broken("stability", where,
                           "what was read and written cannot be read: " + describe(error));
        else if (!encode(codec, again, twice) || once != twice)
            report_.broken("stability", where, "reading and writing once more changes the bytes");
    }

    report report_;
};

}  // namespace tenon::testing::laws
