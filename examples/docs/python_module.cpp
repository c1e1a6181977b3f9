// Prints ping_pong_module.py: the messages and peers of the ping-pong in Python.
#include "../ping_pong_messages.hpp"

#include <tenon/describe/python.hpp>

#include <cstdio>

int main() {
    std::fputs(tenon::description::python<ping_pong>("The ping-pong, for peers in Python.").c_str(), stdout);
}
