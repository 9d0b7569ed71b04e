// LinkWatch: tells that something has changed about the links of a network namespace; what, the kernel tells
// who asks.
#pragma once

#include <functional>

#include "core/base/event_loop.hh"

namespace flowbed {

class LinkWatch {
 public:
  // Of the calling thread's namespace. Throws SystemError.
  LinkWatch(EventLoop& loop, std::function<void()> on_change);

 private:
  void drain();

  FileDescriptor socket_;
  std::function<void()> on_change_;
  EventLoop::Registration watch_;
};

}  // namespace flowbed
