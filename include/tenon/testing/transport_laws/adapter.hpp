// The stage on a bench: one transport behind the face that the laws are written with.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/testing/transport_laws/bench.hpp>
#include <tenon/testing/transport_laws/stage.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing::transport_laws {

template <transport_bench Bench>
class stage_on final : public stage {
public:
    using transport = typename Bench::transport;

    stage_on(Bench& bench, transport_abilities const& can) : stage{can}, bench_{bench} {}

    /// Peers that are opened one after the other are on different sides.
    transport_laws::socket open(pattern kind, socket_options const& options = brisk()) override {
        side_ ^= 1;
        return std::make_unique<adapter>(bench_.context(side_), kind, options);
    }
    address fresh_address() override { return bench_.address(); }

    int wait(std::span<awaited> items, std::chrono::nanoseconds limit) override {
        std::vector<typename transport::poll_item> polled;
        for (auto const& each : items)
            polled.emplace_back(static_cast<adapter*>(each.target)->native(), each.events);
        int const found = static_cast<int>(bench_.wait(polled, limit));
        int       ready = 0;
        for (std::size_t i = 0; i < items.size(); ++i) {
            items[i].ready = polled[i].ready();
            ready += items[i].ready != 0 ? 1 : 0;
        }
        expect(found == ready, "wait returns another number than that of the items that are ready");
        return found;
    }
    std::chrono::nanoseconds now() override { return bench_.context(0).now().time_since_epoch(); }
    std::chrono::nanoseconds patience() const override { return bench_.patience(); }

private:
    class adapter final : public any_socket {
    public:
        adapter(typename transport::context& owner, pattern kind, socket_options const& options)
            : socket_{std::in_place, owner, kind, options} {}

        typename transport::socket& native() noexcept { return *socket_; }

        address bind(address const& where) override { return socket_->bind(where); }
        void    connect(address const& where) override { socket_->connect(where); }
        void    unbind(address const& where) override { socket_->unbind(where); }
        void    disconnect(address const& where) override { socket_->disconnect(where); }
        void    subscribe(std::string_view prefix) override { socket_->subscribe(as_bytes(prefix)); }
        void    unsubscribe(std::string_view prefix) override { socket_->unsubscribe(as_bytes(prefix)); }
        void    close() override { socket_->close(); }
        bool    is_open() const override { return socket_->is_open(); }
        pattern kind() const override { return socket_->pattern(); }

        io send(std::string_view part, bool more) override {
            typename transport::frame frame{as_bytes(part)};
            io const                  outcome = socket_->send(frame, more);
            if (outcome == io::done)
                expect(frame.size() == 0, "a frame is not empty after it was sent");
            else
                expect(as_text(frame.view()) == part, "a frame is changed although it was not sent");
            return outcome;
        }
        io receive(std::string& part, bool& more) override {
            constexpr std::string_view before = "what the frame held before";
            typename transport::frame  frame{as_bytes(before)};
            io const                   outcome = socket_->receive(frame);
            if (outcome == io::done) {
                part = as_text(frame.view());
                more = frame.more();
            } else {
                expect(frame.size() == 0 || as_text(frame.view()) == before,
                       "a frame is changed although nothing was received");
            }
            return outcome;
        }
        void move() override {
            typename transport::socket moved{std::move(*socket_)};
            expect(moved.is_open() && !socket_->is_open(), "a socket that was moved from is open");
            socket_->close();
            socket_.emplace(std::move(moved));
        }

    private:
        std::optional<typename transport::socket> socket_;
    };

    Bench&      bench_;
    std::size_t side_ = 1;
};

}  // namespace tenon::testing::transport_laws
