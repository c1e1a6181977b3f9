// The laws that a codec keeps with each message, each as one function that notes where it is broken.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/message/message.hpp>
#include <tenon/testing/codec_laws/same.hpp>
#include <tenon/testing/codec_laws/samples.hpp>
#include <tenon/testing/codec_laws/trial.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::testing::laws {

/// Tries the samples of a message, whole and damaged.
template <class Codec, codec_abilities Can>
class message_laws : public trial<Codec, Can> {
    using base = trial<Codec, Can>;

protected:
    using base::calm, base::decode, base::digest, base::encode, base::largest_for_all_cuts, base::report_;

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

private:
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
};

}  // namespace tenon::testing::laws
