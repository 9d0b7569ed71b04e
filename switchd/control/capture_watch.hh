// CaptureWatch: looks every 200 ms who captures, as long as there are links between bridges and cached flows;
// and before a packet is translated, if it has not looked for so long. Otherwise it costs nothing.
#pragma once

#include <functional>

#include "core/base/event_loop.hh"
#include "switchd/datapath/capture_scan.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

class CaptureWatch {
 public:
  static constexpr Duration kInterval = std::chrono::milliseconds(200);

  // `own_socket` gives the descriptor of the datapath's own packet socket, or -1.
  CaptureWatch(EventLoop& loop, SlowPath& slow_path, std::function<int()> own_socket);

 private:
  void check(TimePoint now);
  void on_timer();

  EventLoop& loop_;
  SlowPath& slow_path_;
  std::function<int()> own_socket_;
  PacketSocketList sockets_;
  EventLoop::Registration timer_;
  TimePoint last_{};
};

}  // namespace flowbed::sw
