// The tasks that a process runs by itself: a list, so that those that are unfinished end with it.
#pragma once

#include <exception>
#include <utility>

namespace tenon::detail {

/// One of them: stands in the coroutine's own memory, and leaves the list when that goes.
class task_node {
public:
    task_node() noexcept                   = default;
    task_node(task_node const&)            = delete;
    task_node& operator=(task_node const&) = delete;

protected:
    ~task_node() { unlink(); }

private:
    friend class task_list;

    void unlink() noexcept {
        if (here_ == nullptr) return;
        *here_ = next_;
        if (next_ != nullptr) next_->here_ = here_;
        here_ = nullptr;
    }

    void (*destroy_)(task_node&) noexcept = nullptr;
    task_node*  next_                     = nullptr;
    task_node** here_                     = nullptr;  // what refers to this one; null outside of a list
};

/// An intrusive list of tasks.
class task_list {
public:
    task_list() noexcept                   = default;
    task_list(task_list const&)            = delete;
    task_list& operator=(task_list const&) = delete;
    ~task_list() { end_all(); }

    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }

    /// False after `end_all`: a task that would be started now is not.
    [[nodiscard]] bool open() const noexcept { return open_; }

    /// Only if it is open. `destroy` destroys the coroutine that `added` stands in.
    void add(task_node& added, void (*destroy)(task_node&) noexcept) noexcept {
        added.destroy_ = destroy;
        added.next_    = first_;
        added.here_    = &first_;
        if (first_ != nullptr) first_->here_ = &added.next_;
        first_ = &added;
    }

    /// Destroys all tasks where they wait, and takes no more. Not from within one of them.
    void end_all() noexcept {
        open_ = false;
        while (first_ != nullptr) first_->destroy_(*first_);
    }

private:
    task_node* first_ = nullptr;
    bool       open_  = true;
};

/// What a process has of coroutines.
struct task_lists {
    task_list handlers;    ///< Of messages that were accepted: a stop waits for them, for a while.
    task_list background;  ///< Given to `process.start`.

    /// What one of them has thrown, if the errors policy is to end the process.
    std::exception_ptr thrown;

    void end_all() noexcept {
        handlers.end_all();
        background.end_all();
    }
    void rethrow() {
        if (thrown) [[unlikely]] std::rethrow_exception(std::exchange(thrown, nullptr));
    }
};

}  // namespace tenon::detail
