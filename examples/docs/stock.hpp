// A small service for the guide: messages, protocol, and the three tiers but the process itself.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/protocol.hpp>

#include <cstdint>
#include <map>
#include <string>

// [protocol]
struct reserve { std::string sku; std::uint32_t count; };
struct reserved { std::uint32_t left; };
struct restock { std::string sku; std::uint32_t count; };
struct close_shop {};

using stock_protocol = tenon::protocol<
    tenon::request<reserve, reserved>,  // the client asks, the server answers exactly once
    tenon::command<restock>,            // the client tells, nobody answers
    tenon::command<close_shop>>;
// [/protocol]

// [logic]
// Tier 3: no message, no process, no socket.
class shelf {
public:
    void add(std::string const& sku, std::uint32_t count) { left_[sku] += count; }

    bool take(std::string const& sku, std::uint32_t count) {
        auto const found = left_.find(sku);
        if (found == left_.end() || found->second < count) return false;
        found->second -= count;
        return true;
    }
    std::uint32_t left(std::string const& sku) { return left_[sku]; }

private:
    std::map<std::string, std::uint32_t> left_;
};
// [/logic]

// [app]
// Tier 2: which message does what.
struct stock_app {
    static constexpr auto requests = tenon::rep<"requests", stock_protocol>;
    static constexpr auto ports    = tenon::ports(requests);

    shelf goods;

    // It may refuse, so it returns a result of the reply.
    tenon::result<reserved> on(reserve const& r) {
        if (!goods.take(r.sku, r.count)) return tenon::failure{tenon::errc::refused, "not that many in stock"};
        return reserved{goods.left(r.sku)};
    }
    void on(restock const& r) { goods.add(r.sku, r.count); }
    void on(close_shop const&, auto& process) { process.stop(); }
};
// [/app]
