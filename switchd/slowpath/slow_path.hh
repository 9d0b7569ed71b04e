// SlowPath: decides for every packet that no cache knows, caches the verdict, and keeps what is cached true.
//
// It owns the bridges and is the only user of the datapath. Pure but for the datapath: time comes with every
// call.
//
// An upcall: translate the packet's key; learn its source address at every bridge on the way; execute the
// actions; put a megaflow. A packet may come back: because an action sends it to the controller, or because
// it is recirculated, which is an upcall like any other.
//
// When a change takes effect: at once, before the next packet. Address table entries, rules, groups and the
// states of ports by spanning tree take back exactly the flows that depended on them (see flow_store.hh).
// Changes of configuration, of a link's state and of who captures take back all flows: they are rare, and the
// next packet of each flow puts it again in a few microseconds.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "switchd/datapath/capture_scan.hh"
#include "switchd/datapath/datapath.hh"
#include "switchd/slowpath/bridge_set.hh"
#include "switchd/slowpath/caching_options.hh"
#include "switchd/slowpath/flow_store.hh"
#include "switchd/slowpath/programs.hh"
#include "switchd/slowpath/spanning_trees.hh"
#include "switchd/slowpath/translate.hh"

namespace flowbed::sw {

struct PortTotals {
  Counters rx, tx;
};

// A packet that is for a controller. The frame is as it is now; it is valid during the call.
struct PacketIn {
  const Bridge& bridge;
  const PuntContext& context;
  const Packet& packet;
  TimePoint now;
};

// One packet that was drawn, as it came in. The bytes are valid during the call.
struct PacketSample {
  const BridgePort& in;
  const Leaving& leaving;
  const Packet& packet;  // a single one, with its checksums
  uint64_t pool;         // packets that have come in here, to be sampled or not, up to this one
};

// Who exports what crosses bridges.
struct MonitorEvents {
  std::function<void(const PacketSample&)> sampled;
  FlowStore::Observer observed;
};

enum class PortChange { kAdded, kRemoved, kModified };

// Who speaks to controllers.
struct OpenFlowEvents {
  std::function<void(const PacketIn&)> packet_in;
  Programs::RemovalHandler rule_removed;
  std::function<void(const Bridge&, const BridgePort&, PortChange)> port_changed;
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

  const CachingOptions& caching() const { return caching_; }
  void set_caching(const CachingOptions& caching);  // forgets all cached flows

  // What OpenFlow asks for. Throw OfFault, and then nothing has changed.
  void set_openflow_events(OpenFlowEvents events);
  void set_monitor_events(MonitorEvents events);
  Programs& programs() { return programs_; }
  // A standalone bridge is a normal switch for the time being; its rules wait. One that fails open becomes it
  // when its controllers are gone.
  void set_standalone(std::string_view name, bool on);
  bool fails_open(std::string_view name) const;
  void set_port_flags(BridgePort& port, uint32_t flags);
  void packet_out(Bridge& bridge, const PacketOut& packet_out, TimePoint now);

  // News from the kernel.
  void link_changed(IfIndex index, const LinkFacts& link);
  void captures_changed(const CaptureSet& captures);

  void upcall(const Upcall& upcall);
  // About once a second: settles statistics, ages flows, addresses and rules. Some of it at a call, so that
  // packets need not wait; true: that was all. `now` is when the first of these calls was.
  bool maintain_some(TimePoint now);
  void maintain(TimePoint now) {
    while (!maintain_some(now)) continue;
  }
  void note_maintenance(Duration took) { flows_.note_round(took); }
  void end_rules_whose_time_is_over(TimePoint now);  // hard timeouts: no statistics are needed for these
  void tick_spanning_trees();                        // once a second, if has_spanning_trees
  void settle();                                     // brings port counters and address ages up to date
  void flush(std::string_view bridge);               // forgets addresses of one bridge, and all cached flows
  bool has_spanning_trees() const;
  bool idle() const;  // nothing cached, nothing learned: no need to maintain

  const BridgeSet& bridges() const { return bridges_; }
  uint64_t tree_changes() const { return trees_.changes(); }
  const Datapath& datapath() const { return datapath_; }
  uint64_t lost_packets() { return datapath_.lost_packets(); }
  PortTotals totals(const BridgePort& port) const;  // after settle: everything
  const FlowStore& flows() const { return flows_; }
  const Interruptions& interruptions() const { return interruptions_; }
  Translation trace(const FlowKey& key, const Narrator& narrator);

 private:
  void begin_pipeline(Bridge& bridge);
  void punt(uint32_t number, const Packet& packet, TimePoint now);
  static void shorten(const std::vector<ClosingRule>& closings);
  bool learn(Translation& translation, TimePoint now);
  void count(const Translation& translation, const WireSize& size, TimePoint now) const;
  void sample(uint32_t number, const Packet& packet);
  void flush_flows();
  void age_addresses(TimePoint now);
  void addresses_changed(const Bridge& bridge, const std::vector<MacKey>& keys);
  uint64_t changes() const { return programs_.changes() + address_changes_; }
  SpanningTrees::Actions tree_actions();
  using BridgesById = std::map<uint32_t, Bridge*>;  // so that their order is always the same
  BridgesById bridge_and_neighbours(std::string_view name) const;
  void update_trees(const BridgesById& bridges);
  void apply(const BridgeSet::Change& change);
  void tell(const BridgePort& port, PortChange change);
  void refresh_crossings();
  void warn_about(const Translation& translation);
  void warn_of_refusal(FlowId flow, const std::string& why);

  Datapath& datapath_;
  CachingOptions caching_;
  BridgeSet bridges_;
  SpanningTrees trees_;
  CaptureSet captures_;
  FlowStore flows_;
  Programs programs_;
  Interruptions interruptions_;
  uint64_t address_changes_ = 0;  // so far
  OpenFlowEvents events_;
  MonitorEvents monitor_;
  Sampler::Random random_{std::random_device{}()};
  WarningHandler warn_;
  CaptureCheck check_captures_;
};

}  // namespace flowbed::sw
