// Unit tests: handlers are called as functions, and a recorder stands in for their process.
#include "check.hpp"
#include "desk.hpp"

#include <tenon/testing/difference.hpp>
#include <tenon/testing/print.hpp>
#include <tenon/testing/recorder.hpp>

#include <cstdio>

using namespace std::chrono_literals;
using tenon::testing::same;

int main() {
    // [plain]
    // No process wanted: a function call.
    stock_app stock;
    stock.on(restock{"nail", 100});
    check(same(stock.on(reserve{"nail", 30}).value(), reserved{70}), "a reservation says what is left");
    // [/plain]

    {
        // [recorder]
        desk_app                 app;
        tenon::testing::recorder process{app};

        app.on(order{"nail", 30}, process);
        auto& stock_port = process[desk_app::stock];
        check(same(stock_port.asked<reserve>().at(0).question, reserve{"nail", 30}), "an order asks the stock");
        check(stock_port.asked<reserve>().at(0).timeout == 500ms, "and waits for half a second");
        check(process[desk_app::counter].unanswered() == 1, "the answer is put off");

        stock_port.answer<reserve>(reserved{70});
        auto const answers = process[desk_app::counter].deferred_answers<order>();
        check(same(answers.at(0).answer->value(), receipt{70}), "the stock's answer becomes the desk's");
        // [/recorder]
    }
    {
        // [time]
        desk_app                 app;
        tenon::testing::recorder process{app};

        app.on(order{"nail", 30}, process);
        process.advance(500ms);  // nobody answers
        auto const answers = process[desk_app::counter].deferred_answers<order>();
        check(answers.at(0).answer->error().code == tenon::errc::timed_out, "a silent stock ends the order");

        app.on(tenon::started{}, process);
        check(process.timers().at(0).period == 24h, "the desk orders daily");
        process.advance(48h);
        check(process[desk_app::stock].sent<restock>().size() == 2, "twice in two days");

        app.on(close_desk{}, process);
        check(process.is_stopping(), "closing the desk stops the process");
        // [/time]
    }

    // [difference]
    std::printf("%s\n", tenon::testing::to_text(order{"nail", 3}).c_str());
    std::printf("%s\n", tenon::testing::difference(order{"nail", 3}, order{"nut", 3}).c_str());
    // [/difference]
}
