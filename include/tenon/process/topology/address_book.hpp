// Who binds where in a topology that is started: addresses come in as processes come up, plans for the others go out.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/transport/address.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::detail {

/// An end of a topology, for code that knows no types.
struct end_entry {
    std::size_t      role;  ///< Its position among the participants.
    std::uint16_t    port;  ///< Its position among the app's ports; of no meaning for an outsider.
    std::string_view role_name, port_name;
    bool             binds;  ///< A link points here.
    bool             apart;  ///< In a process that is no thread of this program.
};

/// A link, by the positions of its ends.
struct link_entry {
    std::size_t from, to;
};

/// Knows no types, so that it is compiled once for all topologies.
class address_book {
public:
    address_book(std::span<end_entry const> ends, std::span<link_entry const> links)
        : ends_{ends}, links_{links}, places_(ends.size()) {}

    void bind_at(std::size_t end, std::string address, bool open_to_network) {
        places_[end].binds_at        = std::move(address);
        places_[end].open_to_network = open_to_network;
    }
    void connect_to(std::size_t end, std::string address) { places_[end].connects_to.push_back(std::move(address)); }

    /// What a process of participant `role` is told.
    [[nodiscard]] plan plan_of(std::size_t role, buffer config) const {
        plan made;
        made.config = std::move(config);
        for (std::size_t end = 0; end < ends_.size(); ++end) {
            if (ends_[end].role != role) continue;
            place const& at = places_[end];
            if (ends_[end].binds || !at.binds_at.empty())
                add(made, end, true, at.binds_at.empty() ? "tcp://127.0.0.1" : at.binds_at);
            for (std::string const& each : at.connects_to) add(made, end, false, each);
        }
        for (link_entry const& each : links_) {
            if (ends_[each.from].role != role) continue;
            for (std::string const& where : reachable(each.to)) {
                check_reach(each, where);
                add(made, each.from, false, where);
            }
        }
        return made;
    }

    /// A process of participant `role` is up, and bound there.
    void came_up(std::size_t role, std::vector<bound_address> const& bound) {
        for (std::size_t end = 0; end < ends_.size(); ++end)
            for (bound_address const& each : bound)
                if (ends_[end].role == role && ends_[end].port == each.port)
                    places_[end].bound_at.push_back(each.address);
    }

    /// Where the end is bound: an address for each process. Throws `errc::bad_address` if it is not.
    [[nodiscard]] std::vector<address> addresses(std::size_t end) const {
        std::vector<address> all;
        for (std::string const& each : places_[end].bound_at) all.emplace_back(each);
        if (all.empty())
            throw error{errc::bad_address, concat({name_of(end), " is not bound by a process of this topology"})};
        return all;
    }

private:
    struct place {
        std::string              binds_at;  ///< As it was given; empty if it was not.
        bool                     open_to_network = false;
        std::vector<std::string> connects_to, bound_at;
    };

    void add(plan& to, std::size_t end, bool binds, std::string const& where) const {
        to.links.push_back({ends_[end].port, binds, binds && places_[end].open_to_network, where});
    }
    [[nodiscard]] std::string name_of(std::size_t end) const {
        return concat({ends_[end].role_name, ".", ends_[end].port_name});
    }

    void check_reach(link_entry const& one, std::string_view where) const {
        end_entry const& from = ends_[one.from];
        end_entry const& to   = ends_[one.to];
        if (!where.starts_with("inproc:") || from.role == to.role || !(from.apart || to.apart)) return;
        throw error{errc::bad_address,
                    concat({"the topology cannot be started: ", name_of(one.from), " is to connect to ",
                            name_of(one.to), " at '", where, "', and inproc connects threads of one program; ",
                            from.apart ? from.role_name : to.role_name,
                            " is a process of its own (tenon::launch::fork, spawn or supervised): bind ",
                            name_of(one.to), " to tcp:// or ipc://, or use tenon::launch::thread"})};
    }

    /// Where those connect that are linked to `end`: to all processes that are up, or to where they are to come up.
    [[nodiscard]] std::vector<std::string> reachable(std::size_t end) const {
        place const& at = places_[end];
        if (at.bound_at.empty()) return {announced(end)};
        std::vector<std::string> all;
        for (std::string const& each : at.bound_at) all.push_back(address{each}.connectable().to_string());
        return all;
    }
    [[nodiscard]] std::string announced(std::size_t end) const {
        address const where = address{places_[end].binds_at}.connectable();
        bool const    known = where.scheme() == scheme::tcp ? where.port().has_value() : !where.is_wildcard();
        if (!known)
            throw error{errc::bad_address,
                        concat({"the topology cannot be started: ", name_of(end), " binds to '", where.to_string(),
                                "', a random address, and others connect to it before it is up; give it a ",
                                where.scheme() == scheme::tcp ? "port number" : "name of its own",
                                " in tenon::bind(end, address)"})};
        return where.to_string();
    }

    std::span<end_entry const>  ends_;
    std::span<link_entry const> links_;
    std::vector<place>          places_;
};

}  // namespace tenon::detail
