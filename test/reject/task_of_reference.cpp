// What a task gives has to outlive its frame.
#include <tenon/process/task.hpp>

#ifdef REJECT
// expect: T is void or a value, no reference and not const
using result = int&;
#else
using result = int;
#endif

int take(tenon::task<result>& work) { return work.start() ? 0 : 1; }
