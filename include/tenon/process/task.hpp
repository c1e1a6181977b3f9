// Coroutines in processes: task<T>, when_all, and how a process runs them. Not part of <tenon/tenon.hpp>.
#pragma once

#include <tenon/process/task/coroutine.hpp>
#include <tenon/process/task/join.hpp>
#include <tenon/process/task/root.hpp>

#include <tuple>
#include <utility>
#include <vector>

namespace tenon {

/// Runs all at once and waits for all: tasks, requests (`process[port].request(q, timeout)`), sleeps.
///
///     auto [stock, price] = co_await tenon::when_all(process[shelf].request(q, 1s), process[till].request(r, 1s));
///
/// Returns a `task` of the tuple of their results, in the order of the arguments; `std::monostate` stands for void. If
/// some throw, all are waited for all the same, and the exception of the first of them in that order comes out.
/// Cost: a coroutine frame for itself, and one for each argument that is no task.
template <class... Awaitables>
auto when_all(Awaitables... all) {
    return detail::await_all(std::tuple<detail::task_for<Awaitables>...>{detail::as_task(std::move(all))...});
}

/// The same for as many as there are: a `task` of the vector of their results, or of void.
template <class Awaitable>
auto when_all(std::vector<Awaitable> all) {
    std::vector<detail::task_for<Awaitable>> tasks;
    tasks.reserve(all.size());
    for (auto& each : all) tasks.push_back(detail::as_task(std::move(each)));
    return detail::await_all(std::move(tasks));
}

}  // namespace tenon
