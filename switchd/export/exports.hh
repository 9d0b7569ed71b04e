// Exports: what all bridges tell collectors, and the way of the slow path's observations there.
//
// Nothing here looks at packets, but for the few that are samples: flows are counted by the statistics of
// cached flows. See README.md for what is exported and what it costs.
#pragma once

#include <map>
#include <memory>

#include "switchd/export/bridge_exports.hh"

namespace flowbed::sw {

class Exports {
 public:
  // `sockets` and `slow_path` outlive it; it takes the slow path's monitor events.
  Exports(EventLoop& loop, SlowPath& slow_path, DatagramSource& sockets);
  ~Exports();  // tells what is left

  // Of a bridge that the slow path has, whose MonitorConfig is that of `config`.
  void put(const std::string& bridge, const ExportConfig& config);
  void remove(const std::string& bridge);  // while the slow path still has it
  const BridgeExports* find(const Bridge& bridge) const;
  void tick(TimePoint now);  // about once a second

 private:
  BridgeExports* find(uint32_t bridge) const;

  EventLoop& loop_;
  SlowPath& slow_path_;
  DatagramSource& sockets_;
  std::map<uint32_t, std::unique_ptr<BridgeExports>> bridges_;  // by id
};

}  // namespace flowbed::sw
