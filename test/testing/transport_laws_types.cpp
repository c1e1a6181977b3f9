// Transports with one defect each in a frame, a context or a poll item.
#include "transport_laws_mutants.hpp"

#include <poll.h>

#include <span>
#include <vector>

namespace {

struct forgets_more : zmq::frame {
    using zmq::frame::frame;
    bool more() const { return false; }
};

/// Copies where it should move.
struct stays_when_moved : zmq::frame {
    using zmq::frame::frame;
    stays_when_moved() = default;
    stays_when_moved(stays_when_moved&& other) : zmq::frame{other.view()} {}
    stays_when_moved& operator=(stays_when_moved&& other) {
        assign(std::string{tenon::as_text(other.view())});
        return *this;
    }
    void assign(std::string const& text) { zmq::frame::assign(tenon::as_bytes(text)); }
};

struct waits_half_the_time : zmq::context {
    int wait(std::span<zmq::poll_item> items, std::chrono::nanoseconds limit) {
        return zmq::context::wait(items, limit / 2);
    }
};

struct runs_backwards : zmq::context {
    zmq::clock::time_point now() const { return zmq::clock::time_point{} - (zmq::context::now() - start); }
    zmq::clock::time_point start = zmq::context::now();
};

struct forgetful_about_counts : zmq::context {
    int wait(std::span<zmq::poll_item> items, std::chrono::nanoseconds limit) {
        return zmq::context::wait(items, limit) > 0 ? 1 : 0;
    }
};

/// What epoll calls edge-triggered: a socket is ready once, and again only after something else has happened to it.
struct tells_once : good {
    using good::good;
    bool told = false;
    io   receive(zmq::frame& part) {
        io const outcome = good::receive(part);
        told             = told && outcome != io::again;
        return outcome;
    }
};

class edge_item {
public:
    edge_item(tells_once& target, short events) : level_{target, events}, target_{&target} {}
    edge_item(int fd, short events) : level_{fd, events}, target_{nullptr} {}
    short ready() const { return ready_; }
    zmq::poll_item& level() { return level_; }
    void look() {
        ready_ = level_.ready();
        if (target_ == nullptr || (ready_ & POLLIN) == 0) return;
        if (std::exchange(target_->told, true)) ready_ = 0;
    }

private:
    zmq::poll_item level_;
    tells_once*    target_;
    short          ready_ = 0;
};

struct edge_triggered : zmq::context {
    int wait(std::span<edge_item> items, std::chrono::nanoseconds limit) {
        std::vector<zmq::poll_item> level;
        for (auto& each : items) level.push_back(each.level());
        zmq::context::wait(level, limit);
        int found = 0;
        for (std::size_t i = 0; i < items.size(); ++i) {
            items[i].level() = level[i];
            items[i].look();
            found += items[i].ready() != 0 ? 1 : 0;
        }
        return found;
    }
};

struct deaf_to_descriptors : zmq::poll_item {
    deaf_to_descriptors(zmq::socket& target, short events) : zmq::poll_item{target, events} {}
    deaf_to_descriptors(int fd, short) : zmq::poll_item{fd, 0} {}
};

struct with_its_items : zmq::context {
    int wait(std::span<deaf_to_descriptors> items, std::chrono::nanoseconds limit) {
        return zmq::context::wait({static_cast<zmq::poll_item*>(items.data()), items.size()}, limit);
    }
};
static_assert(sizeof(deaf_to_descriptors) == sizeof(zmq::poll_item));

}  // namespace

TEST_CASE("the laws see through a frame with one defect") {
    SECTION("forgets that more follows") {
        check_found<made_of<good, forgets_more>>("the parts of a message arrive as they were sent");
    }
    SECTION("stays when it is moved") {
        check_found<made_of<good, stays_when_moved>>("a frame that was moved from is empty");
    }
}

TEST_CASE("the laws see through a context or a poll item with one defect") {
    SECTION("waits half the time") {
        check_found<made_of<good, zmq::frame, waits_half_the_time>>("a wait takes as long as its limit");
    }
    SECTION("runs backwards") {
        check_found<made_of<good, zmq::frame, runs_backwards>>("the time does not go back");
    }
    SECTION("is forgetful about counts") {
        check_found<made_of<good, zmq::frame, forgetful_about_counts>>("several sockets are waited for at once");
    }
    SECTION("is edge-triggered") {
        check_found<made_of<tells_once, zmq::frame, edge_triggered, edge_item>>(
            "a socket is ready to receive until it is drained");
    }
    SECTION("is deaf to descriptors") {
        check_found<made_of<good, zmq::frame, with_its_items, deaf_to_descriptors>>(
            "file descriptors are waited for too");
    }
}
