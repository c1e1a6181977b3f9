// The JSON codec (RFC 8259): `["ping",3]`.
#pragma once

#include <tenon/codec/arena.hpp>
#include <tenon/codec/json/read_object.hpp>
#include <tenon/codec/json/write.hpp>
#include <tenon/codec/layout.hpp>
#include <tenon/codec/limits.hpp>
#include <tenon/codec/words.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/fwd.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/set.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::codec {

namespace detail::json {

/// A message whose name has been read and whose data has not.
struct opened {
    codec_error error{};
    std::size_t index = 0;
    char const* begin = nullptr;  // of the frame
    char const* end   = nullptr;  // behind the last byte that is no whitespace
    char const* data  = nullptr;  // where the data starts; null after an error
};

}  // namespace detail::json

/// Messages as JSON text: `["ping",3]`, `["order",{"id":7,"items":["nail"]}]`. See layout.hpp for the outer
/// form.
///
/// Written without whitespace, as UTF-8 with only `"`, `\` and control characters escaped, keys in declared
/// order, numbers as short as they can be. Read strictly as RFC 8259 has it: any whitespace, any escapes,
/// keys in any order; refused are duplicate and (unless `U` says `skip`) unknown keys, numbers that do not
/// fit, NaN and infinity, text that is no UTF-8, and whatever stands behind the message. A key twice among
/// skipped ones is not noticed.
///
/// Errors carry the offset of the value, key or byte that is at fault.
/// Borrowed fields refer to the frame if the text stands there as it is, else to memory of the codec.
/// Threading: one thread at a time.
/// Cost: nothing is allocated in the steady state except the nodes of maps.
template <layout L = layout::pair, unknown_keys U = unknown_keys::refuse>
struct basic_json {
    using policy_kind = kind::codec;
    static constexpr std::string_view name =
        L == layout::pair ? std::string_view{"json"} : std::string_view{"json_triple"};

    /// What is accepted from a peer; may be changed between messages.
    codec::limits limits{};

    /// Appends the message to `out`.
    /// Errors: `bad_utf8`, `not_finite`; `out_of_range` for a variant without a value.
    template <message M>
    [[gnu::always_inline]] codec_error write(M const& message, buffer& out) {
        namespace json = detail::json;
        using head     = decltype(json::message_head<M>);
        json::writer w{out, head::size() + data_room<M>() + 1};
        char*        at = w.start;
        detail::copy_bytes<head::size()>(at, json::message_head<M>.text);
        at += head::size();
        if constexpr (L == layout::triple)
            at = json::write_arguments(w, at, message);
        else
            at = json::write_data(w, at, message);
        if (at == nullptr) return w.error;
        if constexpr (!is_bounded<M>) at = w.room(at, 1);
        *at++ = ']';
        w.finish(at);
        return {};
    }

    /// Finds out which message of `Set` the frame holds.
    /// Errors, in `error` of what it returns: `unknown_message`, or what is wrong with the text so far.
    template <class Set>
    detail::json::opened open(bytes_view frame) {
        std::string_view const text = as_text(frame);
        if constexpr (Set::size <= few) {
            std::size_t index = 0;
            char const* data  = nullptr;
            if (limits.max_depth != 0 && open_known<Set>(text, index, data))
                return {{}, index, text.data(), text.data() + text.size(), data};
        }
        // By its parts, so that on the way above nothing of it has to be in memory.
        detail::json::opened const found = open_other<Set>(text);
        return {found.error, found.index, found.begin, found.end, found.data};
    }

    /// Reads the message that `open` has found into `message`.
    /// Errors: all from `malformed` to `too_large` in `errc` but `unknown_message`.
    template <message M>
    codec_error read(detail::json::opened const& o, M& message) {
        if constexpr (L == layout::pair && field_count<M> == 1) {
            if constexpr (kind_of<field_type<M, 0>> == field_kind::integer) {
                // A small number is worth less work than a reader.
                if (o.data != nullptr) {
                    char const* const at = detail::json::read_small_integer(o.data, get_field<0>(message));
                    if (at != nullptr && *at == ']' && at + 1 == o.end) return {};
                }
            }
        }
        return read_any(o, message);
    }

private:
    /// True if all that is written is known to fit the room that there is from the beginning.
    template <class M>
    static constexpr bool is_bounded = L == layout::pair && detail::json::max_text<M>() != detail::json::unbounded;

    template <class M>
    static consteval std::size_t data_room() noexcept {
        if constexpr (L == layout::pair && field_count<M> == 1)
            return detail::json::room_for<field_type<M, 0>>;
        else
            return detail::json::room_for<M> + 3;
    }

    detail::json::reader make_reader(char const* begin, char const* end) noexcept {
        return {begin, end, limits.max_depth, limits.max_allocation, &arena_, U == unknown_keys::skip};
    }

    static constexpr std::size_t few = 8;

    template <message M>
    codec_error read_any(detail::json::opened const& o, M& message) {
        namespace json = detail::json;
        if (o.data == nullptr) return o.error;
        arena_.reset();
        json::reader r = make_reader(o.begin, o.end);
        if (r.depth != 0) --r.depth;  // the message's own array
        char const* at;
        if constexpr (L == layout::triple)
            at = json::read_arguments(r, o.data, message);
        else
            at = json::read_data(r, o.data, message);
        if (at == nullptr) return r.error;
        at = json::skip_space(at);
        if (*at != ']') {
            r.fail(*at == ',' ? errc::wrong_arity : errc::malformed, at, "']' at the end of the message");
        } else if (++at != o.end) {
            r.fail(errc::trailing_bytes, json::skip_space(at), "the end of the message");
        }
        return r.error;
    }

    /// Finds the message of a small set whose own head the frame begins with: one compare with a constant for each.
    template <class Set>
    static bool open_known(std::string_view text, std::size_t& index, char const*& data) noexcept {
        auto const is = [&](auto const& head, std::size_t index_of_head) {
            constexpr std::size_t size = std::remove_cvref_t<decltype(head)>::size();
            if (text.size() <= size || !detail::same_bytes<size>(text.data(), head.text) || text.back() != ']')
                return false;
            index = index_of_head;
            data  = detail::json::skip_space(text.data() + size);
            return true;
        };
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return (is(detail::json::message_head<typename Set::template at<I>>, I) || ...);
        }(std::make_index_sequence<Set::size>{});
    }

    /// Of a small set the usual spelling has been looked for already: what comes here is seldom.
    template <class Set>
        requires(Set::size <= few)
    [[gnu::cold, gnu::noinline]] detail::json::opened open_other(std::string_view text) {
        return find_name<Set>(text);
    }
    template <class Set>
    [[gnu::noinline]] detail::json::opened open_other(std::string_view text) {
        return find_name<Set>(text);
    }

    /// Finds out by the name, in whatever spelling it stands there.
    template <class Set>
    [[gnu::always_inline]] detail::json::opened find_name(std::string_view text) {
        detail::json::opened o;
        std::string_view     wire_name;
        arena_.reset();
        if (limits.max_depth == 0 || !open_canonical(text, o, wire_name)) open_any(text, o, wire_name);
        if (o.data == nullptr) return o;
        o.index = Set::find(wire_name);
        if (o.index == Set::npos) {
            using detail::json::skip_space;
            auto const offset = static_cast<std::size_t>(skip_space(skip_space(o.begin) + 1) - o.begin);
            o.error           = {errc::unknown_message, offset, "the name of a message"};
            o.data            = nullptr;
        }
        return o;
    }

    /// Reads `["name",` as we write it ourselves; false if there is anything else.
    static bool open_canonical(std::string_view text, detail::json::opened& o,
                               std::string_view& wire_name) noexcept {
        if (text.size() < 10 || text[0] != '[' || text[1] != '"' || text.back() != ']') return false;
        char const* const end  = text.data() + text.size();
        char const* const from = text.data() + 2;
        char const*       at   = from;
        for (std::uint64_t hits = 0; hits == 0; at += hits == 0 ? 8 : detail::json::plain_before(hits)) {
            if (end - at < 8) return false;
            hits = detail::json::special_bytes(detail::load_word(at));
        }
        if (at[0] != '"' || at[1] != ',') return false;
        wire_name = {from, static_cast<std::size_t>(at - from)};
        o.begin   = text.data();
        o.end     = end;
        o.data    = detail::json::skip_space(at + 2);
        return true;
    }

    /// Reads any spelling of the same. Sets `o.data`, or `o.error`.
    [[gnu::noinline]] void open_any(std::string_view text, detail::json::opened& o,
                                    std::string_view& wire_name) {
        namespace json = detail::json;
        o.begin = text.data();
        o.end   = o.begin + text.size();
        while (o.end != o.begin && json::is_space(o.end[-1])) --o.end;

        json::reader r  = make_reader(o.begin, o.end);
        char const*  at = o.begin;
        if (o.end == o.begin || o.end[-1] != ']') {
            // The reader counts on that bracket; without it only the reason is to be found.
            r.end = o.begin + text.size();
            at    = json::diagnose(r);
        } else {
            at = json::skip_space(at);
            at = *at == '[' ? r.enter(at) : r.mismatch(at, "'[' of a message");
        }
        if (at != nullptr) {
            at = json::skip_space(at);
            at = *at == ']' ? r.fail(errc::wrong_arity, at, "the name of a message")
                            : json::read_borrowed(r, at, wire_name);
        }
        if (at != nullptr) o.data = read_comma(r, json::skip_space(at));
        o.error = r.error;
    }

    static char const* read_comma(detail::json::reader& r, char const* at) noexcept {
        if (*at == ',') return detail::json::skip_space(at + 1);
        errc const code = *at == ']' ? errc::wrong_arity : errc::malformed;
        return r.fail(code, at, "',' and the data of the message");
    }

    detail::arena arena_;
};

/// The default codec: `["ping",3]`.
using json = basic_json<>;
/// The layout with arguments by position and by name: `["ping",[3],{}]`.
using json_triple = basic_json<layout::triple>;
/// Like `json`, but reads over keys that are no fields, so that a newer peer may send more.
using json_lenient = basic_json<layout::pair, unknown_keys::skip>;

}  // namespace tenon::codec
