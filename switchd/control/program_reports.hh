// ProgramReports: what the engine knows of the bridges' rules, groups and meters, kept true.
//
// The engine gives it to a switchd that takes this one's place. Writing a program down costs time, so only
// bridges that have changed are reported: all of them about once a second, and the one that a person's verb
// is about before the verb is answered. So what a person was told is done outlives a crash; of what
// controllers changed, the last second may be lost, which they notice when they connect anew.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/base/channel.hh"
#include "switchd/slowpath/bridge_set.hh"

namespace flowbed::sw {

class ProgramReports {
 public:
  struct Listener {
    std::function<void(const std::string& bridge, Json program)> report;
    std::function<void(const std::string& cause, const std::string& message)> warn;
  };

  explicit ProgramReports(Listener listener) : listener_(std::move(listener)) {}

  void report(const Bridge& bridge);  // if it has changed since
  void report(const BridgeSet& bridges);

 private:
  struct Known {
    uint64_t changes = 0;
    bool is_kept = true;
  };

  void stop_keeping(const Bridge& bridge, Known& known);

  Listener listener_;
  std::map<uint32_t, Known> known_;  // by the bridge's id
};

}  // namespace flowbed::sw
