// Large buffers that are handed over instead of copied: attachments.
#include <tenon/message/attachment.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

// [message]
struct photo {
    std::string       name;
    tenon::attachment picture;  // travels as a frame of its own: [body, picture]
};
struct stored { std::size_t bytes; };
using album = tenon::protocol<tenon::request<photo, stored>>;
// [/message]

// [receive]
struct album_app {
    static constexpr auto photos = tenon::rep<"photos", album>;
    static constexpr auto ports  = tenon::ports(photos);

    std::vector<tenon::attachment> kept{};  // each of them is the memory into which ZeroMQ received it

    stored on(photo const& p, auto& process) {
        kept.push_back(p.picture);  // shares the bytes
        if (kept.size() == 2) process.stop();
        return {p.picture.view().size()};
    }
};
// [/receive]

// [lend]
/// A camera whose driver wants its memory back.
struct camera {
    std::vector<std::byte> memory = std::vector<std::byte>(3'000'000);
    std::atomic<int>       returned{0};

    photo take() {
        // Called once, when nobody needs the bytes any more; here by libzmq, in its own thread.
        constexpr auto give_back = [](void*, void* self) { ++static_cast<camera*>(self)->returned; };
        return {"lent", {memory.data(), memory.size(), give_back, this}};
    }
};
// [/lend]

using album_process = tenon::process<album_app, tenon::launch::fork>;

int main() {
    auto   pages = tenon::start<album_process>(tenon::bind(album_app::photos, "127.0.0.1"));
    camera front;
    {
        tenon::client<album, tenon::transport::zmq> client{pages.address(album_app::photos)};
        // [send]
        std::vector<std::byte> pixels(2'000'000);
        photo const            moved{"moved", std::move(pixels)};  // has the vector itself, not a copy
        std::printf("%zu bytes are stored\n", client.request(moved).bytes);
        std::printf("%zu bytes are stored\n", client.request(front.take()).bytes);
        // [/send]
    }
    std::printf("the camera got its memory back %d time\n", front.returned.load());
    return pages.join();
}
