// A task is awaited once; that its name is used up has to be seen.
#include <tenon/process/task.hpp>

tenon::task<int> answer() { co_return 42; }

tenon::task<int> twice() {
    auto work = answer();
#ifdef REJECT
    // expect: a task is awaited once, which uses it up: co_await std::move\(task\)
    co_return co_await work;
#else
    co_return co_await std::move(work);
#endif
}

int main() { return twice().start() ? 0 : 1; }
