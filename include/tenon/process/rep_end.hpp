// The running end of a `rep` port: receives requests and commands, calls the app's handlers, answers each request once.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/dispatch/inbox.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/port_end.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::detail {

/// A ROUTER socket stands behind a `rep` port, not a REP socket: it speaks to the same peers with the same bytes, and
/// it cannot wedge. A REP socket that misses one reply never receives again, and it has to answer commands.
template <class Process, class Port>
class rep_end : public port_end<Process, Port> {
    using base     = port_end<Process, Port>;
    using frame    = typename base::frame;
    using incoming = typename Port::incoming;
    using base::codec_, base::counters_, base::process_, base::scratch_, base::socket_;

public:
    rep_end(Process& process, plan const& from) : base{process, pattern::router, from} {}

    /// Handles up to `budget` messages that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        for (; budget > 0; --budget)
            if (!receive_one()) return false;
        return true;
    }

private:
    /// What a received multipart message looks like.
    enum class shape { none, good, bad };

    bool receive_one() {
        switch (receive_frames()) {
            case shape::none: return false;
            case shape::good: handle_body(); break;
            case shape::bad:
                ++counters_.wrong_frames;
                refuse(errc::wrong_frames, {}, "a request is one frame after the empty delimiter");
                break;
        }
        return true;
    }

    /// Splits the frames into the envelope, delimiter included, and the body. A DEALER may leave the delimiter out, as
    /// long as there is nothing but its identity and the body.
    shape receive_frames() {
        envelope_.clear();
        if (socket_.receive(envelope_.next()) != transport::io::done) return shape::none;
        bool        more      = envelope_.next().more();
        bool        delimited = false;
        std::size_t surplus   = 0, bodies = 0;
        envelope_.keep();
        while (more) {
            bool const in_envelope = !delimited && !envelope_.full();
            frame&     into        = in_envelope ? envelope_.next() : bodies == 0 ? body_ : ignored_;
            // All parts of a message arrive together (ZMTP), so this one is here.
            if (socket_.receive(into) != transport::io::done) return shape::none;
            more = into.more();
            if (in_envelope) {
                envelope_.keep();
                delimited = into.size() == 0;
            } else if (delimited) {
                ++bodies;
            } else {
                ++surplus;
            }
        }
        if (delimited) return bodies == 1 ? shape::good : shape::bad;
        if (surplus != 0 || envelope_.size() != 2) return shape::bad;
        body_ = std::move(envelope_[1]);
        envelope_.drop_last();
        return shape::good;
    }

    void handle_body() {
        auto opened = codec_.template open<incoming>(body_.view());
        if (opened.error) {
            ++counters_.undecodable;
            return refuse(opened.error.code, {}, describe(opened.error));
        }
        with_index<incoming::size>(opened.index, [&](auto index) {
            using message = typename incoming::template at<decltype(index)::value>;
            answered_     = false;
            try {
                message& m = inbox_.template open<decltype(index)::value>();
                if (codec_error const error = codec_.read(opened, m)) {
                    ++counters_.undecodable;
                    return refuse(error.code, message_name<message>, describe(error));
                }
                handle(process_.app(), Port{}, m, process_, [this](auto const& reply) { this->answer(reply); });
            } catch (...) {
                handler_threw<message>();
            }
        });
    }

    template <class M>
    void answer(M const& reply) {
        if (codec_error const error = encode_frame(codec_, scratch_, outgoing_, reply)) {
            // A reply that cannot be encoded, with NaN in it for instance, is a failure of this side ...
            if constexpr (!std::is_same_v<M, failure>) {
                ++counters_.undeliverable;
                return refuse(error.code, message_name<M>, describe(error));
            }
            // ... and a failure's text may be what cannot be: the code can always travel.
            else return answer(failure{reply.code, std::string{describe(reply.code)}});
        }
        answered_ = true;
        for (std::size_t i = 0; i < envelope_.size(); ++i)
            if (auto const sent = this->send(envelope_[i], true); sent != transport::io::done)
                return this->undeliverable(reason_of(sent), message_name<M>);
        if (auto const sent = this->send(outgoing_, false); sent != transport::io::done)
            return this->undeliverable(reason_of(sent), message_name<M>);
        if constexpr (std::is_same_v<M, failure>) ++counters_.failures_sent;
    }

    /// Answers with a failure and tells the observer. `text` is for both, so it never repeats what the peer sent.
    void refuse(errc reason, std::string_view message, std::string text) {
        this->observe(message, reason, text);
        answer(failure{reason, std::move(text)});
    }

    template <class M>
    void handler_threw() {
        ++counters_.handler_failed;
        errc reason = errc::handler_failed;
        describe_thrown([&](errc why, std::string_view text) {
            reason = why;
            this->observe(message_name<M>, why, text);
        });
        constexpr bool asked = !std::is_void_v<typename Port::protocol_type::template reply_to<M>>;
        // What was thrown may quote the request or tell secrets: it stays on this side.
        if (asked && !answered_) answer(failure{reason, "the handler of the request failed"});
        if constexpr (Process::errors_type::stops) throw;
    }

    envelope<frame> envelope_;
    frame           body_, ignored_, outgoing_;
    inbox<incoming> inbox_;
    bool            answered_ = false;
};

}  // namespace tenon::detail
