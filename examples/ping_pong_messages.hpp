// The conversation of the separate ping and pong programs. In an application this header is what both ends share.
#pragma once

#include <tenon/protocol/protocol.hpp>

struct ping { int count; };
struct pong { int count; };
struct plzdiekthxbye {};

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<plzdiekthxbye>>;
