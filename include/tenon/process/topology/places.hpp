// Where the processes of a started topology are found: by their participants, and their addresses by their ends.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/process/topology/address_book.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/transport/address.hpp>

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace tenon::detail {

/// The processes of one participant; of an outsider there are none.
template <class Role, template <class> class Place>
struct places_of_role {
    std::vector<typename Place<typename Role::process_type>::type*> all;
};
template <class Role, template <class> class Place>
    requires is_foreign<typename Role::process_type>
struct places_of_role<Role, Place> {};

/// `Role` is a participant of the topology, and one of ours.
template <class Topology, class Role, bool Known>
struct participant_of_topology {
    static consteval bool check() noexcept {
        static_assert(Known, "tenon: running[participant]: this participant is not in the topology, or is none of ours "
                             "(see Role in the lines around)");
        return true;
    }
    static constexpr bool value = check();
};
template <class Topology, class End, std::size_t Position>
struct end_of_topology {
    static consteval std::size_t check() noexcept {
        static_assert(Position != npos, "tenon: running.address(end): this end is not in the topology (see End in the "
                                        "lines around)");
        return Position;
    }
    static constexpr std::size_t value = check();
};

/// What a start of `Topology` has brought up. `Place<process>::type` is what stands for a process: a child of the
/// operating system, or a resident of a simulated world.
template <class Topology, template <class> class Place, class Ends, class Roles>
class topology_places;
template <class Topology, template <class> class Place, class... Ends, class... Roles>
class topology_places<Topology, Place, type_list<Ends...>, type_list<Roles...>> : places_of_role<Roles, Place>... {
public:
    /// The process of `participant<...>`, or a vector of pointers to those of `participants<...>`.
    template <class Process, fixed_string Name, bool Many>
    [[nodiscard]] auto& operator[](role<Process, Name, Many>) const noexcept {
        using wanted         = role<Process, Name, Many>;
        constexpr bool known = one_of<wanted, Roles...> && !is_foreign<Process>;
        if constexpr (participant_of_topology<Topology, wanted, known>::value && known) {
            auto const& found = static_cast<places_of_role<wanted, Place> const&>(*this).all;
            if constexpr (Many) return found;
            else return *found.front();
        }
    }

    /// Where the end is bound, with its real port number; of `participants<...>` the first one's.
    /// Throws `errc::bad_address` if it is not bound.
    template <class Role, class Port>
    [[nodiscard]] tenon::address address(role_end<Role, Port> end) const {
        return addresses(end).front();
    }
    /// The same of all processes of a participant.
    template <class Role, class Port>
    [[nodiscard]] std::vector<tenon::address> addresses(role_end<Role, Port>) const {
        constexpr std::array<type_id, sizeof...(Ends)> keys{&id_of_type<Ends>...};
        using found = end_of_topology<Topology, role_end<Role, Port>,
                                      position_of_type(keys, &id_of_type<role_end<Role, Port>>)>;
        return book_.addresses(found::value);
    }

protected:
    explicit topology_places(address_book book) : book_{std::move(book)} {}

    template <class Role>
    auto& of_role() noexcept {
        return static_cast<places_of_role<Role, Place>&>(*this).all;
    }

    address_book book_;
};

}  // namespace tenon::detail
