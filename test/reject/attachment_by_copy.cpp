// A container is moved into an attachment, never copied unseen.
#include <tenon/message/attachment.hpp>

#include <cstddef>
#include <utility>
#include <vector>

struct photo {
    tenon::attachment picture;
};

int main() {
    std::vector<std::byte> pixels(100);
#ifdef REJECT
    // expect: could not convert|no viable conversion|cannot convert
    // expect: tenon::attachment
    photo const p{pixels};
#else
    photo const p{std::move(pixels)};
#endif
    return static_cast<int>(p.picture.size());
}
