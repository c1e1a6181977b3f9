// The recorded end of `rep`, `router` and `pull` ports, and of the server side of `pair`: answers that were put off,
// and events for peers that the test names.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/core/result.hpp>
#include <tenon/dispatch/deferred.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/peer.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/testing/recorder/port.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::testing {

/// A request whose answer was put off, and the answer once there is one.
template <class Question, class Reply>
struct put_off {
    Question                     question;
    std::optional<result<Reply>> answer{};
};

namespace detail {

template <class Recorder, class Port>
class recorded_server : public recorded_port<Recorder, Port> {
    using base     = recorded_port<Recorder, Port>;
    using app      = typename Recorder::app_type;
    using protocol = typename Port::protocol_type;
    template <class Question>
    using reply_to = typename protocol::template reply_to<Question>;

    static constexpr bool has_identity = Port::pattern == pattern::rep || Port::pattern == pattern::router;

public:
    explicit recorded_server(Recorder& process)
        : base{process}, home_{tenon::detail::make_counted<tenon::detail::deferred_home>(this)} {}
    ~recorded_server() { home_->end = nullptr; }

    // ---- As the port of a process -----------------------------------------------------------------------------------

    [[nodiscard]] tenon::peer peer() const
        requires has_identity
    {
        return speaker_;
    }
    template <class Event>
    bool send(Event const& event, tenon::peer const& to)
        requires has_identity
    {
        if constexpr (tenon::detail::event_of_port<app, Port, Event>::value) {
            if (!this->record(event)) return false;
            to_.push_back(to);
            return true;
        }
        return false;
    }
    template <class Event>
    bool send(Event const& event)
        requires(!has_identity)
    {
        if constexpr (tenon::detail::event_of_port<app, Port, Event>::value) return this->record(event);
        return false;
    }
    template <class Question, class Keep>
    auto defer(Question const& question, Keep&& keep) {
        using reply = reply_to<Question>;
        static_assert(!std::is_void_v<reply>, "tenon: a command is answered by nobody, so nothing is put off");
        correlation_id const id{static_cast<std::uint32_t>(put_off_.size()), 1};
        put_off_.push_back({question, std::nullopt});
        std::forward<Keep>(keep)(promise<reply>{home_, id, &note_answer<reply>});
        return deferred<reply>::made();
    }
    [[nodiscard]] std::size_t unanswered() const noexcept {
        std::size_t count = 0;
        for (auto const& each : put_off_) count += each.answer ? 0 : 1;
        return count;
    }

    // ---- For the test -----------------------------------------------------------------------------------------------

    /// Every `Question` whose answer was put off, in this order, with the answers that have come by now.
    template <class Question>
    [[nodiscard]] std::vector<put_off<Question, reply_to<Question>>> deferred_answers() const {
        using reply = reply_to<Question>;
        std::vector<put_off<Question, reply>> all;
        for (auto const& each : put_off_) {
            auto const* const question = std::get_if<Question>(&each.question);
            if (question == nullptr) continue;
            all.push_back({*question});
            if (!each.answer) continue;
            if (auto const* const good = std::get_if<reply>(&*each.answer)) all.back().answer.emplace(*good);
            else all.back().answer.emplace(std::get<failure>(*each.answer));
        }
        return all;
    }

    /// From now on it is `one` whose messages are handled: what `peer()` tells the app.
    void speak_as(tenon::peer one)
        requires has_identity
    {
        speaker_ = std::move(one);
    }
    /// To whom the events of `sent()` went, in the same order.
    [[nodiscard]] std::vector<tenon::peer> const& sent_to() const noexcept
        requires has_identity
    {
        return to_;
    }

private:
    struct put_off_of_any {
        typename protocol::to_server::variant              question;
        std::optional<typename protocol::replies::variant> answer;
    };

    template <class Reply>
    static bool note_answer(void* end, correlation_id id, Reply const* good, failure const* bad) {
        auto& answer = static_cast<recorded_server*>(end)->put_off_[id.slot].answer;
        if (good != nullptr) answer.emplace(*good);
        else answer.emplace(*bad);
        return true;
    }

    std::vector<put_off_of_any>                   put_off_;
    std::vector<tenon::peer>                      to_;
    tenon::peer                                   speaker_{as_bytes("peer")};
    tenon::detail::counted_ptr<tenon::detail::deferred_home> home_;
};

/// A `pull` port only takes.
template <class Recorder, class Port>
class recorded_pull : public recorded_port<Recorder, Port> {
public:
    using recorded_port<Recorder, Port>::recorded_port;
};

}  // namespace detail

}  // namespace tenon::testing
