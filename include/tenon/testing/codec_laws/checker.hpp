// The laws that every codec keeps: those of each message, and those of all together.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/message/message.hpp>
#include <tenon/testing/codec_laws/message_laws.hpp>
#include <tenon/testing/codec_laws/same.hpp>
#include <tenon/testing/codec_laws/samples.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing::laws {

/// Tries the laws on one codec.
template <class Codec, codec_abilities Can>
class checker : message_laws<Codec, Can> {
    using base = message_laws<Codec, Can>;
    using base::calm, base::decode, base::digest, base::encode, base::largest_for_all_cuts, base::report_;
    using typename base::set;

public:
    std::vector<std::string> run() {
        for_each_message([&]<class M>(tenon::detail::type_tag<M>) { this->template check_message<M>(); });
        check_text();
        check_non_finite();
        check_range();
        check_stranger();
        check_moved();
        check_garbage();
        return report_.take();
    }

private:
    template <class F>
    static void for_each_message(F f) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (f(tenon::detail::type_tag<typename set::template at<I>>{}), ...);
        }(std::make_index_sequence<set::size>{});
    }

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
};

}  // namespace tenon::testing::laws
