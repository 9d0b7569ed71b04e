// Switches: what the engine needs of the network's switches; SwitchProcess is the real one.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.hh"
#include "core/base/task.hh"
#include "core/base/verb.hh"
#include "core/topo/plan.hh"

namespace flowbed {

// A bridge, with what only the inventory knows: its ports' ifindexes, by interface name.
struct BridgeState {
  BridgeConfig config;
  std::map<std::string, int> ifindexes;
  bool running = true;
};

class Switches {
 public:
  virtual ~Switches() = default;
  // The identity for OpenFlow under TLS, as read_tls_files gives it: of all channels that are opened from now
  // on, or, with `only_check`, of none. Throws Error if it is of no use.
  virtual Task<void> identify(Json identity, bool only_check) = 0;
  virtual Task<void> put_bridge(BridgeState bridge) = 0;  // the whole wanted state; replaces what was
  virtual Task<void> remove_bridge(std::string name) = 0;
  virtual Task<void> set_running(std::string name, bool on) = 0;  // a stopped switch forwards nothing
  virtual bool is_running(const std::string& name) const = 0;
  // From its end on, the switches go by the links as the kernel has them.
  virtual Task<void> refresh_links() = 0;
  // Whether a channel to a controller, or a place to listen at, is about to be opened; `or_waiting`: or will
  // be tried again.
  virtual Task<bool> is_connecting(bool or_waiting) = 0;
  // Waits until spanning tree has come to rest at all switches, at most so long; the ports where it has not.
  virtual Task<std::vector<std::string>> settle_trees(Duration at_most) = 0;
  virtual Task<Json> call(std::string verb, Json params) = 0;
  virtual std::vector<Verb> verbs() const = 0;
  virtual Task<Json> describe_datapath() = 0;  // {kind, note}
  virtual int pid() const = 0;
};

}  // namespace flowbed
