// The same messages by libraries that Debian packages; each one only where its header is installed.
#pragma once

#include <tenon/core/bytes.hpp>

#include "messages.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#if __has_include(<msgpack.hpp>)
#define TENON_HAS_MSGPACK_CXX 1
#include <msgpack.hpp>

MSGPACK_ADD_ENUM(benchmark::side)

namespace msgpack {
MSGPACK_API_VERSION_NAMESPACE(MSGPACK_DEFAULT_API_NS) {
namespace adaptor {

/// A struct as a map by field name, as Tenon writes it.
template <>
struct pack<benchmark::place> {
    template <class Stream>
    packer<Stream>& operator()(packer<Stream>& to, benchmark::place const& m) const {
        to.pack_map(2);
        return to.pack("row").pack(m.row).pack("column").pack(m.column);
    }
};
template <>
struct pack<benchmark::order> {
    template <class Stream>
    packer<Stream>& operator()(packer<Stream>& to, benchmark::order const& m) const {
        to.pack_map(10);
        to.pack("id").pack(m.id).pack("amount").pack(m.amount).pack("flags").pack(m.flags);
        to.pack("price").pack(m.price).pack("weight").pack(m.weight).pack("text").pack(m.text);
        to.pack("samples").pack(m.samples).pack("limit").pack(m.limit).pack("shelf").pack(m.shelf);
        return to.pack("direction").pack(m.direction);
    }
};
template <>
struct convert<benchmark::place> {
    msgpack::object const& operator()(msgpack::object const& from, benchmark::place& m) const {
        if (from.type != type::MAP || from.via.map.size != 2) throw type_error();
        auto const* const field = from.via.map.ptr;
        field[0].val.convert(m.row);
        field[1].val.convert(m.column);
        return from;
    }
};
template <>
struct convert<benchmark::order> {
    msgpack::object const& operator()(msgpack::object const& from, benchmark::order& m) const {
        if (from.type != type::MAP || from.via.map.size != 10) throw type_error();
        // In the order in which they were written: less than what a reader of foreign bytes has to do.
        auto const* const field = from.via.map.ptr;
        field[0].val.convert(m.id);
        field[1].val.convert(m.amount);
        field[2].val.convert(m.flags);
        field[3].val.convert(m.price);
        field[4].val.convert(m.weight);
        field[5].val.convert(m.text);
        field[6].val.convert(m.samples);
        field[7].val.convert(m.limit);
        field[8].val.convert(m.shelf);
        field[9].val.convert(m.direction);
        return from;
    }
};

}  // namespace adaptor
}
}  // namespace msgpack

namespace benchmark {

struct msgpack_cxx {
    static constexpr std::string_view format  = "msgpack";
    static constexpr std::string_view subject = "msgpack-cxx";

    static int const&                data(ping const& m) noexcept { return m.count; }
    static int&                      data(ping& m) noexcept { return m.count; }
    static order const&              data(order const& m) noexcept { return m; }
    static order&                    data(order& m) noexcept { return m; }
    static std::vector<order> const& data(orders const& m) noexcept { return m.list; }
    static std::vector<order>&       data(orders& m) noexcept { return m.list; }

    template <class M>
    tenon::bytes_view encode(M const& m) {
        out.clear();
        msgpack::packer<msgpack::sbuffer> to{out};
        to.pack_array(2);
        to.pack("ping").pack(data(m));
        return {reinterpret_cast<std::byte const*>(out.data()), out.size()};
    }
    template <class M>
    bool decode(tenon::bytes_view from, M& m) {
        msgpack::object_handle const tree =
            msgpack::unpack(reinterpret_cast<char const*>(from.data()), from.size());
        msgpack::object const& all = tree.get();
        if (all.type != msgpack::type::ARRAY || all.via.array.size != 2) return false;
        if (all.via.array.ptr[0].as<std::string_view>() != "ping") return false;
        all.via.array.ptr[1].convert(data(m));
        return true;
    }

    msgpack::sbuffer out;
};

}  // namespace benchmark
#endif

#if __has_include(<nlohmann/json.hpp>)
#define TENON_HAS_NLOHMANN 1
#include <nlohmann/json.hpp>

namespace benchmark {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(place, row, column)

inline void to_json(nlohmann::json& to, order const& m) {
    to = {{"id", m.id}, {"amount", m.amount}, {"flags", m.flags}, {"price", m.price}, {"weight", m.weight},
          {"text", m.text}, {"samples", m.samples}, {"shelf", m.shelf}, {"direction", m.direction}};
    if (m.limit) to["limit"] = *m.limit;
    else to["limit"] = nullptr;
}
inline void from_json(nlohmann::json const& from, order& m) {
    from.at("id").get_to(m.id);
    from.at("amount").get_to(m.amount);
    from.at("flags").get_to(m.flags);
    from.at("price").get_to(m.price);
    from.at("weight").get_to(m.weight);
    from.at("text").get_to(m.text);
    from.at("samples").get_to(m.samples);
    from.at("shelf").get_to(m.shelf);
    from.at("direction").get_to(m.direction);
    auto const& limit = from.at("limit");
    if (limit.is_null()) m.limit.reset();
    else m.limit = limit.get<int>();
}
inline void to_json(nlohmann::json& to, ping const& m) { to = m.count; }
inline void from_json(nlohmann::json const& from, ping& m) { from.get_to(m.count); }
inline void to_json(nlohmann::json& to, orders const& m) { to = m.list; }
inline void from_json(nlohmann::json const& from, orders& m) { from.get_to(m.list); }

struct nlohmann_json {
    static constexpr std::string_view format  = "json";
    static constexpr std::string_view subject = "nlohmann-json";

    template <class M>
    tenon::bytes_view encode(M const& m) {
        out = nlohmann::json::array({"ping", m}).dump();
        return tenon::as_bytes(out);
    }
    template <class M>
    bool decode(tenon::bytes_view from, M& m) {
        nlohmann::json const all = nlohmann::json::parse(tenon::as_text(from));
        if (all.at(0) != "ping") return false;
        all.at(1).get_to(m);
        return true;
    }

    std::string out;
};

}  // namespace benchmark
#endif
