// What has come out of a process, message by message, to be looked at by a test.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/set.hpp>
#include <tenon/process/attachments.hpp>
#include <tenon/testing/print.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tenon::testing::detail {

/// How a message travels: it decides which messages it may be.
enum class travels_as { question_or_command, reply, event };

/// A message with everything that its fields may borrow from.
template <class Codec, class Frame>
struct arrival {
    travels_as                    as;
    Frame                         body;
    std::optional<correlation_id> id{};  ///< Of a question or a reply.
    std::vector<Frame>            attached{};
    Codec                         codec{};
};

/// The messages of one port's protocol that have arrived and were not taken yet. Those that were stay in memory as
/// long as this: fields may refer to them.
template <class Codec, class Frame, class Protocol>
class arrivals {
public:
    using item = arrival<Codec, Frame>;

    /// `parts` are the body and the attachments behind it.
    void add(travels_as as, std::span<Frame> parts, std::optional<correlation_id> id = {}) {
        all_.push_back(std::make_unique<item>(item{as, std::move(parts[0]), id}));
        for (Frame& each : parts.subspan(1)) all_.back()->attached.push_back(std::move(each));
    }

    [[nodiscard]] bool empty() const noexcept { return taken_ == all_.size(); }
    void               take() noexcept { ++taken_; }
    item&              next() noexcept { return *all_[taken_]; }

    /// The next message as an `M`; nothing if it is another one.
    template <class M>
    std::optional<M> next_as() {
        return read<M>(next());
    }
    /// True if an `M` is among those that have not been taken.
    template <class M>
    bool contains() {
        for (std::size_t i = taken_; i < all_.size(); ++i)
            if (read<M>(*all_[i])) return true;
        return false;
    }
    /// Those that have not been taken, in words: "pong{count: 3}, then pong{count: 4}".
    std::string text() {
        constexpr std::size_t most = 5;
        std::string           text;
        for (std::size_t i = taken_; i < all_.size() && i < taken_ + most; ++i)
            text.append(i == taken_ ? "" : ", then ").append(text_of(*all_[i]));
        if (std::size_t const left = all_.size() - taken_; left > most)
            text += ", and " + tenon::detail::digits(left - most) + " more";
        return text;
    }

private:
    using to_server = typename Protocol::to_server;
    using replies   = typename Protocol::replies;
    using events    = typename Protocol::events;

    template <class Set, class M>
    static std::optional<M> read_from(item& one) {
        if constexpr (Set::template contains<M>) {
            auto opened = one.codec.template open<Set>(one.body.view());
            M    m{};
            bool const is_it = !opened.error && opened.index == Set::template index_of<M>;
            if (is_it && !one.codec.read(opened, m) && attach(m, one))
                return std::optional<M>{std::move(m)};
        }
        return std::nullopt;
    }
    /// Shares the frames behind the body with the attachments of `m`: it may be asked for again.
    template <class M>
    static bool attach(M& m, item const& one) {
        if (one.attached.size() != tenon::detail::attachment_count<M>) return false;
        if constexpr (tenon::detail::attachment_count<M> > 0)
            return tenon::detail::each_attachment(m, [&one](auto& each, std::size_t i) {
                Frame shared = one.attached[i].clone();
                return each.accept(shared);
            });
        return true;
    }
    template <class M>
    static std::optional<M> read(item& one) {
        switch (one.as) {
            case travels_as::reply: return read_from<replies, M>(one);
            case travels_as::event: return read_from<events, M>(one);
            default: return read_from<to_server, M>(one);
        }
    }

    template <class Set>
    static std::string text_from(item& one) {
        std::string text = "bytes that are no message of the protocol";
        if constexpr (Set::size > 0) {
            auto const opened = one.codec.template open<Set>(one.body.view());
            if (opened.error) return text;
            tenon::detail::with_index<Set::size>(opened.index, [&](auto index) {
                if (auto const m = read_from<Set, typename Set::template at<decltype(index)::value>>(one))
                    text = to_text(*m);
            });
        }
        return text;
    }
    static std::string text_of(item& one) {
        switch (one.as) {
            case travels_as::reply: return text_from<replies>(one);
            case travels_as::event: return text_from<events>(one);
            default: return text_from<to_server>(one);
        }
    }

    std::vector<std::unique_ptr<item>> all_;
    std::size_t                        taken_ = 0;
};

}  // namespace tenon::testing::detail
