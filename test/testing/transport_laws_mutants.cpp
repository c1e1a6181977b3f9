// Transports with one defect each in their sockets: the law that names it has to see through them.
#include "transport_laws_mutants.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

/// What REP and REQ refuse looks like a moment's delay.
struct has_no_state : good {
    using good::good;
    io send(zmq::frame& part, bool more) { return softened(good::send(part, more)); }
    io receive(zmq::frame& part) { return softened(good::receive(part)); }
    static io softened(io outcome) { return outcome == io::wrong_state ? io::again : outcome; }
};

/// A REQ that may ask again, and takes any reply for that to its last question.
struct takes_late_replies : good {
    takes_late_replies(zmq::context& owner, tenon::pattern kind, socket_options options = {})
        : good{owner, kind, (options.request_correlation = false, options)} {
        int const on = 1;
        if (kind == pattern::req) zmq_setsockopt(native_handle(), ZMQ_REQ_RELAXED, &on, sizeof on);
        disown();
    }
};

/// Loses the empty parts, delimiters among them.
struct strips_delimiters : good {
    using good::good;
    io receive(zmq::frame& part) {
        io const outcome = good::receive(part);
        return outcome == io::done && part.size() == 0 && part.more() ? good::receive(part) : outcome;
    }
};

/// Takes each part for a message.
struct sends_parts_alone : good {
    using good::good;
    io send(zmq::frame& part, bool) { return good::send(part, false); }
};

/// Loses messages where it should say that it has no room.
struct drops_in_silence : good {
    using good::good;
    io send(zmq::frame& part, bool more) {
        io const outcome = good::send(part, more);
        if (outcome != io::again) return outcome;
        part.reset();
        return io::done;
    }
};

/// Loses messages to nobody although it should say so.
struct hides_the_unroutable : good {
    using good::good;
    bool dropping = false;
    io   send(zmq::frame& part, bool more) {
        io const outcome = dropping ? io::unroutable : good::send(part, more);
        if (outcome != io::unroutable) return outcome;
        dropping = more;
        part.reset();
        return io::done;
    }
};

/// The name goes to whoever has it last.
struct hands_names_over : good {
    hands_names_over(zmq::context& owner, tenon::pattern kind, socket_options const& options = {})
        : good{owner, kind, options} {
        int const on = 1;
        if (kind == pattern::router) zmq_setsockopt(native_handle(), ZMQ_ROUTER_HANDOVER, &on, sizeof on);
        disown();
    }
};

/// Swaps two messages where two are there.
struct reorders : good {
    using good::good;
    std::optional<zmq::frame> kept;
    io receive(zmq::frame& part) {
        if (kept) {
            part = std::move(*kept);
            kept.reset();
            return io::done;
        }
        zmq::frame next;
        io const   outcome = good::receive(part);
        if (outcome != io::done || part.more() || good::receive(next) != io::done) return outcome;
        kept = std::exchange(part, std::move(next));
        return io::done;
    }
};

/// Serves one peer after the other.
struct prefers_one_peer : good {
    using good::good;
    std::multimap<std::string, zmq::frame> kept;
    io receive(zmq::frame& part) {
        for (zmq::frame next; good::receive(next) == io::done;) {
            std::string const text{tenon::as_text(next.view())};
            kept.emplace(text, std::move(next));
        }
        if (kept.empty()) return io::again;
        part = std::move(kept.begin()->second);
        kept.erase(kept.begin());
        return io::done;
    }
};

/// Never hears the others that it connects to.
struct knows_one_address : good {
    using good::good;
    bool connected = false;
    void connect(address const& where) {
        if (!std::exchange(connected, true)) good::connect(where);
    }
};

struct ignores_unsubscribe : good {
    using good::good;
    void unsubscribe(bytes_view) {}
};

/// Each prefix once, however often it is asked for.
struct subscribes_once : good {
    using good::good;
    std::set<std::string> prefixes;
    void subscribe(bytes_view prefix) {
        if (prefixes.emplace(tenon::as_text(prefix)).second) good::subscribe(prefix);
    }
    void unsubscribe(bytes_view prefix) {
        if (prefixes.erase(std::string{tenon::as_text(prefix)}) != 0) good::unsubscribe(prefix);
    }
};

/// An unsubscription too many eats the next subscription.
struct counts_below_zero : good {
    using good::good;
    std::map<std::string, int> count;
    void subscribe(bytes_view prefix) {
        if (++count[std::string{tenon::as_text(prefix)}] > 0) good::subscribe(prefix);
    }
    void unsubscribe(bytes_view prefix) {
        if (--count[std::string{tenon::as_text(prefix)}] >= 0) good::unsubscribe(prefix);
    }
};

/// Takes a subscription for the whole topic.
struct matches_exactly : good {
    using good::good;
    std::set<std::string> topics;
    void subscribe(bytes_view prefix) {
        topics.emplace(tenon::as_text(prefix));
        good::subscribe(prefix);
    }
    io receive(zmq::frame& part) {
        io outcome = good::receive(part);
        while (pattern() == tenon::pattern::sub && outcome == io::done &&
               topics.count(std::string{tenon::as_text(part.view())}) == 0)
            outcome = good::receive(part);
        return outcome;
    }
};

/// Publishes its last message again for whoever joins.
struct repeats_itself : good {
    using good::good;
    std::string last;
    io send(zmq::frame& part, bool more) {
        last = tenon::as_text(part.view());
        return good::send(part, more);
    }
    io receive(zmq::frame& part) {
        io const outcome = good::receive(part);
        if (outcome == io::done && pattern() == tenon::pattern::xpub && !last.empty())
            good::send(tenon::as_bytes(last));
        return outcome;
    }
};

/// Empties the frame whether it was sent or not.
struct consumes_frames : good {
    using good::good;
    io send(zmq::frame& part, bool more) {
        io const outcome = good::send(part, more);
        part.reset();
        return outcome;
    }
};

/// Sends copies.
struct keeps_frames : good {
    using good::good;
    io send(zmq::frame& part, bool more) { return good::send(part.view(), more); }
};

struct cuts_large_parts : good {
    using good::good;
    io send(zmq::frame& part, bool more) {
        if (part.size() > 100'000) part = zmq::frame{part.view().first(100'000)};
        return good::send(part, more);
    }
};

/// Has read the frame as a text of C.
struct stops_at_zero : good {
    using good::good;
    io receive(zmq::frame& part) {
        io const outcome = good::receive(part);
        if (outcome == io::done && !part.more()) {
            auto const text = tenon::as_text(part.view());
            part            = zmq::frame{tenon::as_bytes(text.substr(0, text.find('\0')))};
        }
        return outcome;
    }
};

/// Believes that it is bound.
struct binds_twice : good {
    using good::good;
    address bind(address const& where) {
        try {
            return good::bind(where);
        } catch (tenon::error const&) {
            return where;
        }
    }
};

struct never_unbinds : good {
    using good::good;
    void unbind(address const&) {}
};

struct never_disconnects : good {
    using good::good;
    void disconnect(address const&) {}
};

/// A PAIR that is a DEALER.
struct pair_for_all : good {
    pair_for_all(zmq::context& owner, tenon::pattern kind, socket_options const& options = {})
        : good{owner, kind == pattern::pair ? pattern::dealer : kind, options}, wanted{kind} {}
    tenon::pattern pattern() const { return wanted; }
    tenon::pattern wanted;
};

/// Lets any thread in, to do nothing.
struct knows_no_threads : good {
    using good::good;
    io receive(zmq::frame& part) {
        try {
            return good::receive(part);
        } catch (tenon::error const&) {
            return io::again;
        }
    }
};

void without_linger(socket_options& options) { options.linger = std::chrono::milliseconds{0}; }
void with_linger(socket_options& options) { options.linger = std::chrono::milliseconds{2000}; }
void without_marks(socket_options& options) { options.send_hwm = options.receive_hwm = 0; }
void without_identity(socket_options& options) { options.identity.clear(); }
void without_size_limit(socket_options& options) { options.max_message_size = std::size_t{64} << 20; }
void without_immediate(socket_options& options) { options.immediate = false; }
void with_verbose(socket_options& options) { options.all_subscriptions = true; }
void without_verbose(socket_options& options) { options.all_subscriptions = false; }
void without_waiting(socket_options& options) { options.publisher_waits = false; }
void never_mandatory(socket_options& options) { options.router_mandatory = false; }
void always_mandatory(socket_options& options) { options.router_mandatory = true; }
void seldom_reconnects(socket_options& options) {
    options.reconnect_interval = options.reconnect_interval_max = std::chrono::milliseconds{60'000};
}

}  // namespace

TEST_CASE("the laws see through a socket with one defect in what it allows") {
    SECTION("has no state") { check_found<made_of<has_no_state>>("a REQ does not ask twice before the reply"); }
    SECTION("takes late replies") {
        check_found<made_of<takes_late_replies>>("a REQ that correlates may ask again, and drops the late reply");
    }
    SECTION("strips delimiters") { check_found<made_of<strips_delimiters>>("a REP gives the envelope back"); }
    SECTION("hides the unroutable") {
        check_found<made_of<hides_the_unroutable>>("a ROUTER says that a message is unroutable");
    }
    SECTION("hands names over") {
        check_found<made_of<hands_names_over>>("of two peers with one identity the second is ignored");
    }
    SECTION("forgets identities") {
        check_found(without_identity, "a ROUTER knows a peer by the identity that it was given");
    }
    SECTION("is never mandatory") { check_found(never_mandatory, "a peer that has gone becomes unroutable"); }
    SECTION("is always mandatory") {
        check_found(always_mandatory, "a ROUTER without router_mandatory drops what is unroutable");
    }
    SECTION("has a pair for all") { check_found<made_of<pair_for_all>>("a PAIR has one peer only"); }
    SECTION("knows no threads") {
        check_found<made_of<knows_no_threads>>("a socket refuses threads that do not own it");
    }
}

TEST_CASE("the laws see through a socket with one defect in what it carries") {
    SECTION("sends parts alone") { check_found<made_of<sends_parts_alone>>("half a message is not seen"); }
    SECTION("consumes frames") { check_found<made_of<consumes_frames>>("a socket without a peer says again"); }
    SECTION("keeps frames") { check_found<made_of<keeps_frames>>("the parts of a message arrive as they were sent"); }
    SECTION("cuts large parts") { check_found<made_of<cuts_large_parts>>("a part of 1 MiB arrives"); }
    SECTION("stops at zero") { check_found<made_of<stops_at_zero>>("all values of a byte arrive"); }
    SECTION("drops in silence") {
        check_found<made_of<drops_in_silence>>("a PUSH says again at the high-water mark");
    }
    SECTION("has no high-water mark") {
        check_found(without_marks, "messages wait for a peer that is not there yet, up to send_hwm");
    }
    SECTION("has no size limit") {
        check_found(without_size_limit, "a part above max_message_size costs its own connection only");
    }
    SECTION("reorders") { check_found<made_of<reorders>>("nothing is lost or repeated at the high-water mark"); }
    SECTION("prefers one peer") { check_found<made_of<prefers_one_peer>>("a PULL receives from its peers in turn"); }
    SECTION("knows one address") { check_found<made_of<knows_one_address>>("a PUSH sends to its peers in turn"); }
}

TEST_CASE("the laws see through a socket with one defect in what it subscribes to") {
    SECTION("ignores unsubscribe") {
        check_found<made_of<ignores_unsubscribe>>("after unsubscribing nothing more arrives");
    }
    SECTION("subscribes once") {
        check_found<made_of<subscribes_once>>("what was subscribed to twice is unsubscribed from twice");
    }
    SECTION("counts below zero") {
        check_found<made_of<counts_below_zero>>("unsubscribing from what was not subscribed to changes nothing");
    }
    SECTION("matches exactly") { check_found<made_of<matches_exactly>>("a subscription is a prefix"); }
    SECTION("repeats itself") {
        check_found<made_of<repeats_itself>>("what was published before a subscription is not repeated");
    }
    SECTION("tells all subscriptions") {
        check_found(with_verbose, "an XPUB is told the first subscription and the last unsubscription");
    }
    SECTION("tells the first alone") {
        check_found(without_verbose, "an XPUB with all_subscriptions is told each one");
    }
    SECTION("does not wait") {
        check_found(without_waiting, "an XPUB with publisher_waits says again, and loses nothing");
    }
}

TEST_CASE("the laws see through a socket with one defect in how it comes and goes") {
    SECTION("binds twice") { check_found<made_of<binds_twice>>("two sockets do not bind to one address"); }
    SECTION("never unbinds") { check_found<made_of<never_unbinds>>("an address is free after unbind"); }
    SECTION("never disconnects") {
        check_found<made_of<never_disconnects>>("a peer that was disconnected hears nothing more");
    }
    SECTION("never lingers") {
        check_found(without_linger, "what was sent before close is delivered within the linger time");
    }
    SECTION("always lingers") {
        check_found(with_linger, "without linger unsent messages are dropped at close");
    }
    SECTION("is immediate in name only") {
        check_found(without_immediate, "with immediate nothing is queued before there is a connection");
    }
    SECTION("seldom reconnects") {
        check_found(seldom_reconnects,
                    "a receiver that was restarted is found, and what waited for it arrives");
    }
}
