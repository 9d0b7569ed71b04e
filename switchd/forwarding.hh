// Forwarding: the parts of switchd that forward packets, put together on one event loop.
#pragma once

#include <functional>

#include "core/base/event_loop.hh"
#include "switchd/control/capture_watch.hh"
#include "switchd/datapath/link_monitor.hh"
#include "switchd/datapath_choice.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

class Forwarding {
 public:
  // `on_open`: see choose_datapath. `on_second` is called about once a second.
  Forwarding(EventLoop& loop, DatapathChoice choice, std::function<void()> on_open,
             std::function<void(TimePoint now)> on_second);

  SlowPath& slow_path() { return slow_path_; }
  // Why it is not another datapath that forwards; empty: it is the one that was asked for.
  const std::string& datapath_note() const { return datapath_.why; }
  NetworkRights rights() const { return datapath_.running->rights(); }  // that are needed later on
  LinkFinder current_links();                                           // as the kernel has them now

 private:
  void wait_for_second();
  void begin_maintenance(TimePoint now);
  void maintain();

  EventLoop& loop_;
  std::function<void(TimePoint)> on_second_;
  // In the order of who needs whom.
  ChosenDatapath datapath_;
  SlowPath slow_path_;
  LinkMonitor links_;
  CaptureWatch captures_;
  EventLoop::Registration second_;
  EventLoop::Registration maintenance_;
  TimePoint maintenance_began_{}, maintenance_paused_{};
  Duration maintenance_took_{};
};

}  // namespace flowbed::sw
