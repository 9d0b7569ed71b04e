// SlowPath: decides for every packet that no cache knows, caches the verdict, and keeps what is cached true.
//
// It owns the bridges and is the only user of the datapath. Pure but for the datapath: time comes with every
// call.
//
// An upcall: translate the packet's key; learn its source address at every bridge on the way; execute the
// actions; put a megaflow. What the flow's later packets imply is kept with it: the counters of ports that
// were crossed without a device seeing it, and the addresses that they keep from ageing. Both are settled
// from the flow's statistics, once a second, before anyone reads counters, and when the flow goes.
//
// When a change takes effect: at once, before the next packet. A flow depends on the address table entries
// that its translation looked at; when one changes (learned, moved, aged, pushed out), the flows that depend
// on it are removed in the same call; likewise the flows that looked at a port whose state spanning tree
// changes. Changes of configuration, of a link's state and of who captures remove
// all flows: they are rare, and the next packet of each flow puts it again in a few microseconds. So there is
// no state in which a cache answers by what was, and no periodic re-translation is needed to find it. Extra
// removals are only slow; missing ones are wrong.
//
// A megaflow goes also when it was idle for kFlowIdle, or when there are kMaxFlows of them and it was idle
// for kFlowIdleWhenFull.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "switchd/datapath/capture_scan.hh"
#include "switchd/datapath/datapath.hh"
#include "switchd/slowpath/action_pool.hh"
#include "switchd/slowpath/bridge_set.hh"
#include "switchd/slowpath/dependency_index.hh"
#include "switchd/slowpath/spanning_trees.hh"
#include "switchd/slowpath/translate.hh"

namespace flowbed::sw {

inline constexpr Duration kFlowIdle = std::chrono::seconds(10);
inline constexpr Duration kFlowIdleWhenFull = std::chrono::seconds(1);
inline constexpr size_t kMaxFlows = 65536;

struct PortTotals {
  Counters rx, tx;
};

class SlowPath {
 public:
  // Is told of what a person should know. `cause` is the same for the same fault.
  using WarningHandler = std::function<void(const std::string& cause, const std::string& message)>;
  // Is called before a packet is translated that may cross links; may call captures_changed.
  using CaptureCheck = std::function<void(TimePoint now)>;

  explicit SlowPath(Datapath& datapath);

  void set_warning_handler(WarningHandler handler) { warn_ = std::move(handler); }
  void set_capture_check(CaptureCheck check) { check_captures_ = std::move(check); }

  // Configuration. Throws Error, and then nothing has changed.
  void put_bridge(const BridgeConfig& config, const LinkFinder& find_link);
  void remove_bridge(std::string_view name);
  void set_running(std::string_view name, bool running);

  // News from the kernel.
  void link_changed(IfIndex index, const LinkFacts& link);
  void captures_changed(const CaptureSet& captures);

  void upcall(const Upcall& upcall);
  void maintain(TimePoint now);         // about once a second: settles statistics, ages addresses and flows
  void tick_spanning_trees();           // once a second, if has_spanning_trees
  void settle();                        // brings port counters and address ages up to date
  void flush(std::string_view bridge);  // forgets addresses of one bridge, and all cached flows
  bool has_spanning_trees() const;
  bool idle() const;  // nothing cached, nothing learned: no need to maintain

  const BridgeSet& bridges() const { return bridges_; }
  uint64_t tree_changes() const { return trees_.changes(); }
  const Datapath& datapath() const { return datapath_; }
  uint64_t lost_packets() { return datapath_.lost_packets(); }
  PortTotals totals(const BridgePort& port) const;  // after settle: everything
  bool passes(FlowId flow, const Bridge& bridge) const;
  size_t flow_count() const { return count_; }

 private:
  // What a flow's packets imply, beyond its actions.
  struct CachedFlow {
    MacAddress source;
    std::vector<Credit> credits;
    std::vector<Learning> learnings;
    std::vector<const Bridge*> way;
    FlowStatistics settled;
  };

  bool learn(const Translation& translation, const FlowKey& key, TimePoint now);
  void cache(const FlowKey& key, Translation translation, SharedActions actions, TimePoint now);
  bool make_room(TimePoint now);
  void settle_flow(CachedFlow& flow, const FlowStatistics& now);
  void remove_flow(FlowId id);
  void flush_flows();
  void expire_flows(TimePoint now, Duration idle);
  void age_addresses(TimePoint now);
  void addresses_changed(const Bridge& bridge, const std::vector<MacKey>& keys);
  void remove_dependents(DependencyTag tag);
  SpanningTrees::Actions tree_actions();
  using BridgesById = std::map<uint32_t, Bridge*>;  // so that their order is always the same
  BridgesById bridge_and_neighbours(std::string_view name) const;
  void update_trees(const BridgesById& bridges);
  void apply(const BridgeSet::Change& change);
  void refresh_captured();
  void warn_about(const Translation& translation);
  FlowId take_id();

  Datapath& datapath_;
  BridgeSet bridges_;
  SpanningTrees trees_;
  CaptureSet captures_;
  DependencyIndex dependencies_;
  ActionPool actions_;
  std::vector<CachedFlow> flows_;  // by id
  std::vector<FlowId> unused_ids_;
  size_t count_ = 0;
  TimePoint full_until_{};  // no more looking for idle flows to remove before then
  WarningHandler warn_;
  CaptureCheck check_captures_;
};

}  // namespace flowbed::sw
