// The laws that every codec keeps, each as one function that notes where it is broken.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/message/message.hpp>
#include <tenon/testing/codec_laws/report.hpp>
#include <tenon/testing/codec_laws/same.hpp>
#include <tenon/testing/codec_laws/samples.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::testing::laws {

/// Tries the laws on one codec.
template <class Codec, codec_abilities Can>
class checker {
public:
    using set = set_for<Can>;

    std::vector<std::string> run() {
        for_each_message([&]<class M>(tenon::detail::type_tag<M>) { check_message<M>(); });
        check_text();
        check_non_finite();
        check_range();
        check_stranger();
        check_moved();
        check_garbage();
        return report_.take();
    }

private:
    static constexpr std::size_t largest_for_all_cuts = 512;

    template <class F>
    static void for_each_message(F f) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (f(tenon::detail::type_tag<typename set::template at<I>>{}), ...);
        }(std::make_index_sequence<set::size>{});
    }

    // What the codec does, with its exceptions turned into broken laws.

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

    // The laws for each message.

    template <class M>
    void check_message() {
        Codec              codec;
        std::vector<M>     values = samples(tenon::detail::type_tag<M>{}, Can);
        std::vector<frame> frames(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::string const where = std::string{message_name<M>} + ", sample " + std::to_string(i);
            codec_error       error;
            if (!encode(codec, values[i], frames[i], &error)) {
                report_.broken("round trip", where, "it cannot be written: " + describe(error));
                return;
            }
            check_round_trip(codec, values[i], frames[i], where);
            check_writing(codec, values[i], frames[i], where);
            check_truncated<M>(codec, frames[i], where);
            check_trailing<M>(codec, frames[i], where);
            check_recovery(codec, values[i], frames[i], where);
            check_unknown(codec, frames[i], where);
            check_flips(codec, frames[i], where);
        }
        check_reuse(codec, values, frames);
    }

    template <class M>
    void check_round_trip(Codec& codec, M const& value, frame const& bytes, std::string const& where) {
        M                 read{};
        codec_error const error = decode(codec, bytes, read);
        if (error.code == errc::unexpected_reply)
            report_.broken("index", where, "open takes it for another message of the set");
        else if (error)
            report_.broken("round trip", where, "what was written cannot be read: " + describe(error));
        else if (!same(value, read))
            report_.broken("round trip", where, "it comes back with another value");
    }

    template <class M>
    void check_writing(Codec& codec, M const& value, frame const& bytes, std::string const& where) {
        frame again;
        Codec other;
        if (!encode(codec, value, again) || again != bytes)
            report_.broken("determinism", where, "written twice it gives other bytes");
        if (!encode(other, value, again) || again != bytes)
            report_.broken("determinism", where, "another codec object writes other bytes");
        calm(where, [&] {
            buffer out;
            out.append(std::string_view{"before"});
            if (codec.write(value, out) || out.text().substr(0, 6) != "before" ||
                out.size() != 6 + bytes.size() ||
                std::memcmp(out.data() + 6, bytes.data(), bytes.size()) != 0)
                report_.broken("append", where,
                               "write does not leave alone what the buffer held, or does not append");
        });
        if constexpr (codec::sized_codec<Codec>) check_size(codec, value, bytes, where);
    }

    template <class M>
    void check_size(Codec& codec, M const& value, frame const& bytes, std::string const& where) {
        calm(where, [&] {
            std::size_t const size = codec.exact_size(value);
            if (size != bytes.size())
                return report_.broken("exact size", where, "exact_size differs from what write appends");
            frame exact(size);
            if (codec.write_exact(value, exact) || exact != bytes)
                report_.broken("exact size", where, "write_exact differs from what write appends");
        });
    }

    template <class M>
    void check_truncated(Codec& codec, frame const& bytes, std::string const& where) {
        std::size_t const step = bytes.size() <= largest_for_all_cuts ? 1 : bytes.size() / 97;
        for (std::size_t size = 0; size < bytes.size(); size += step) {
            M read{};
            if (!decode(codec, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}, read))
                return report_.broken("truncation", where,
                                      "it is read from only " + std::to_string(size) + " of its bytes");
        }
    }

    template <class M>
    void check_trailing(Codec& codec, frame const& bytes, std::string const& where) {
        for (int const more : {0x00, 0x31, 0x78, 0xff}) {
            M     read{};
            frame longer = bytes;
            longer.push_back(static_cast<std::byte>(more));
            if (!decode(codec, longer, read))
                return report_.broken("trailing byte", where,
                                      "it is read although a byte " + std::to_string(more) + " follows");
        }
    }

    template <class M>
    void check_recovery(Codec& codec, M const& value, frame const& bytes, std::string const& where) {
        if (bytes.empty()) return;
        M     read{};
        frame cut = bytes;
        cut.pop_back();
        static_cast<void>(decode(codec, cut, read));
        codec_error const error = decode(codec, bytes, read);
        if (error.code == errc::unexpected_reply) return;  // "index" has it
        if (error || !same(value, read))
            report_.broken("recovery", where, "after a bad frame a good one is not read as it should be");
    }

    void check_unknown(Codec& codec, frame const& bytes, std::string const& where) {
        calm(where, [&] {
            codec_error const error = codec.template open<message_set<law_stranger>>(bytes_view{bytes}).error;
            if (error.code != errc::unknown_message)
                report_.broken("unknown message", where,
                               "opened with a set without it, it is no unknown_message");
        });
    }

    void check_flips(Codec& codec, frame const& bytes, std::string const& where) {
        if (bytes.size() > largest_for_all_cuts) return;
        frame flipped = bytes;
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            std::byte const mask = std::byte{1} << (bit % 8);
            flipped[bit / 8] ^= mask;
            digest(codec, flipped, where + " with one bit flipped");
            flipped[bit / 8] ^= mask;
        }
    }

    /// What an object held before has no influence on what is read into it.
    template <class M>
    void check_reuse(Codec& codec, std::vector<M> const& values, std::vector<frame> const& frames) {
        for (std::size_t before = 0; before < values.size(); ++before) {
            for (std::size_t i = 0; i < values.size(); ++i) {
                M read{};
                if (decode(codec, frames[before], read) || decode(codec, frames[i], read)) return;
                if (!same(values[i], read))
                    return report_.broken(
                        "reuse", message_name<M>,
                        "sample " + std::to_string(i) + " read into an object that held sample " +
                            std::to_string(before) + " differs from one read into a fresh object");
            }
        }
    }

    // The laws for all messages together.

    void check_text() {
        Codec             codec;
        frame             bytes;
        std::string const text = "abcdefghijkl";
        for (std::string const& bad : bad_texts()) {
            codec_error error;
            encode(codec, law_texts{"good", "x" + bad}, bytes, &error);
            if (error.code != errc::bad_utf8)
                report_.broken("UTF-8", "law_texts", "writing what is no UTF-8 is not refused with bad_utf8");
            // A format that holds text as it is shows where it stands.
            if (!encode(codec, law_texts{text, "y"}, bytes)) continue;
            auto const all   = as_bytes(text);
            auto const place = std::search(bytes.begin(), bytes.end(), all.begin(), all.end());
            if (place == bytes.end()) continue;
            auto const broken = as_bytes(bad);
            std::copy(broken.begin(), broken.end(),
                      place + static_cast<std::ptrdiff_t>(text.size() - bad.size()));
            law_texts read{};
            if (!decode(codec, bytes, read))
                report_.broken("UTF-8", "law_texts", "reading what is no UTF-8 is not refused");
        }
    }

    void check_non_finite() {
        Codec codec;
        for (double const value :
             {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
              std::numeric_limits<double>::quiet_NaN()}) {
            law_numbers numbers{}, read{};
            numbers.f64 = value;
            numbers.f32 = static_cast<float>(value);
            frame       bytes;
            codec_error error;
            if (!encode(codec, numbers, bytes, &error)) {
                if (error.code != errc::not_finite)
                    report_.broken("not finite", "law_numbers", "it is refused, but not with not_finite");
            } else if (decode(codec, bytes, read) || !same(numbers, read)) {
                report_.broken("not finite", "law_numbers",
                               "it is written, and comes back with another value");
            }
        }
    }

    /// A peer with another definition: refused, or understood where the value fits; never another value.
    void check_range() {
        for (law_wide const& sent : {law_wide{300, 0, 0}, law_wide{-129, 0, 0}, law_wide{0, -1, 0},
                                     law_wide{0, 256, 0}, law_wide{0, 0, 1e300}, law_wide{1, 2, 0.5}}) {
            law_narrow read{};
            if (sent_as_narrow(sent, read) && (read.number != sent.number || read.natural != sent.natural ||
                                               static_cast<double>(read.real) != sent.real))
                report_.broken("range", "law_narrow",
                               "a number that does not fit the field is read as another one");
        }
        law_narrow read{};
        if (sent_as_narrow(law_wordy{"1", true, "2"}, read))
            report_.broken("range", "law_narrow", "text and bool are read as numbers");
    }

    template <class M>
    bool sent_as_narrow(M const& sent, law_narrow& read) {
        Codec codec;
        frame bytes;
        bool  accepted = false;
        if (!encode(codec, sent, bytes)) return false;
        calm("law_narrow", [&] {
            auto const opened = codec.template open<message_set<law_narrow>>(bytes_view{bytes});
            accepted          = !opened.error && !codec.read(opened, read);
        });
        return accepted;
    }

    void check_stranger() {
        Codec codec;
        frame bytes;
        if (!encode(codec, law_stranger{1, "one"}, bytes)) return;
        calm("law_stranger", [&] {
            codec_error const error = codec.template open<set>(bytes_view{bytes}).error;
            if (error.code != errc::unknown_message)
                report_.broken("unknown message", "law_stranger",
                               "a message outside the set is no unknown_message");
        });
    }

    void check_moved() {
        law_lists const value = samples(tenon::detail::type_tag<law_lists>{}, Can)[1];
        calm("law_lists", [&] {
            Codec first;
            frame bytes;
            if (!encode(first, value, bytes)) return;
            law_lists read{};
            static_cast<void>(decode(first, bytes, read));
            Codec second{std::move(first)};
            Codec third;
            check_moved_one(second, value, bytes, "moved into a new one");
            third = std::move(second);
            check_moved_one(third, value, bytes, "assigned by moving");
        });
    }

    void check_moved_one(Codec& codec, law_lists const& value, frame const& bytes, std::string_view how) {
        law_lists  read{};
        frame      again;
        bool const good =
            !decode(codec, bytes, read) && same(value, read) && encode(codec, value, again) && again == bytes;
        if (!good)
            report_.broken("move", "law_lists", std::string{"the codec does not work after it was "} += how);
    }

    void check_garbage() {
        Codec  codec;
        random dice{20240229};
        for (int round = 0; round < 3000; ++round) {
            frame bytes(dice.below(80));
            for (auto& one : bytes) one = dice.byte();
            digest(codec, bytes, "random bytes");
        }
        for_each_message([&]<class M>(tenon::detail::type_tag<M> tag) {
            for (M const& value : samples(tag, Can)) {
                frame bytes;
                if (encode(codec, value, bytes) && !bytes.empty() && bytes.size() <= largest_for_all_cuts)
                    for (int round = 0; round < 60; ++round)
                        digest(codec, mutated(bytes, dice), "a mutated frame");
            }
        });
    }

    /// Up to four bytes overwritten, taken out, or put in.
    static frame mutated(frame bytes, random& dice) {
        for (std::size_t left = 1 + dice.below(4); left > 0 && !bytes.empty(); --left) {
            auto const place = bytes.begin() + static_cast<std::ptrdiff_t>(dice.below(bytes.size()));
            switch (dice.below(3)) {
                case 0: *place = dice.byte(); break;
                case 1: bytes.erase(place); break;
                default: bytes.insert(place, dice.byte()); break;
            }
        }
        return bytes;
    }

    report report_;
};

}  // namespace tenon::testing::laws
