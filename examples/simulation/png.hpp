// Pictures as PNG: indexed colours, not compressed. Larger than need be, and any viewer opens them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct colour {
    std::uint8_t red, green, blue;
};

namespace png_detail {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t c = i;
        for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1) != 0 ? 0xedb88320u : 0u);
        table[i] = c;
    }
    return table;
}

inline std::uint32_t crc32(std::string_view bytes) {
    static constexpr auto table = make_crc_table();
    std::uint32_t         crc   = ~0u;
    for (char const c : bytes) crc = table[(crc ^ static_cast<std::uint8_t>(c)) & 255] ^ (crc >> 8);
    return ~crc;
}

inline std::uint32_t adler32(std::string_view bytes) {
    std::uint32_t a = 1, b = 0;
    for (char const c : bytes) {
        a = (a + static_cast<std::uint8_t>(c)) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

inline void append(std::string& to, std::uint32_t number) {  // PNG is big endian
    for (int const shift : {24, 16, 8, 0}) to += static_cast<char>(number >> shift);
}

inline void append_chunk(std::string& to, std::string_view type, std::string_view data) {
    append(to, static_cast<std::uint32_t>(data.size()));
    std::size_t const start = to.size();
    to.append(type).append(data);
    append(to, crc32(std::string_view{to}.substr(start)));
}

/// A zlib stream (RFC 1950) whose deflate blocks (RFC 1951) are stored as they are.
inline std::string stored(std::string_view bytes) {
    constexpr std::size_t block = 65535;
    std::string           out{"\x78\x01"};
    for (std::size_t at = 0; at < bytes.size(); at += block) {
        auto const part = bytes.substr(at, block);
        auto const size = static_cast<std::uint16_t>(part.size());
        out += at + block >= bytes.size() ? '\1' : '\0';  // the last one says so
        for (unsigned const number : {unsigned{size}, 0xffffu ^ size}) {
            out += static_cast<char>(number);
            out += static_cast<char>(number >> 8);
        }
        out += part;
    }
    append(out, adler32(bytes));
    return out;
}

}  // namespace png_detail

/// The bytes of a PNG file (ISO/IEC 15948): `pixels` are rows of indices into `palette`, `columns` each, and every one
/// becomes a square of `scale` by `scale`.
inline std::string to_png(std::span<std::uint8_t const> pixels, std::uint32_t columns, std::span<colour const> palette,
                          std::uint32_t scale) {
    std::string lines;
    for (std::size_t row = 0; row < pixels.size(); row += columns) {
        std::string line(1, '\0');  // the line is not filtered
        for (std::uint8_t const pixel : pixels.subspan(row, columns)) line.append(scale, static_cast<char>(pixel));
        for (std::uint32_t i = 0; i < scale; ++i) lines += line;
    }
    std::string header, colours;
    png_detail::append(header, columns * scale);
    png_detail::append(header, static_cast<std::uint32_t>(pixels.size()) / columns * scale);
    header.append("\x08\x03\0\0\0", 5);  // 8 bits, indexed; the only kinds of compression, filter, interlacing
    for (colour const& c : palette)
        for (std::uint8_t const part : {c.red, c.green, c.blue}) colours += static_cast<char>(part);

    std::string file{"\x89PNG\r\n\x1a\n"};
    png_detail::append_chunk(file, "IHDR", header);
    png_detail::append_chunk(file, "PLTE", colours);
    png_detail::append_chunk(file, "IDAT", png_detail::stored(lines));
    png_detail::append_chunk(file, "IEND", {});
    return file;
}
