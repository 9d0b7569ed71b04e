// Context: what the parts of the shell share. Nothing here is owned; the session (session.hh) owns it all.
#pragma once

#include <string>

#include "core/base/event_loop.hh"
#include "core/cli/events.hh"
#include "core/cli/output.hh"
#include "core/rpc/network.hh"

namespace flowbed {

struct Context {
  EventLoop& loop;
  Network& network;
  Output& output;
  Events& events;
  // Typed while a command had the terminal, and not read by it: the prompt takes it first.
  std::string typed_ahead = {};
};

}  // namespace flowbed
