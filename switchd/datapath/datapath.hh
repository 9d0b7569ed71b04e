// Datapath: ports and a flow cache, and no policy.
//
// A datapath receives packets on its ports, looks each up among its megaflows, and runs the actions of the
// one that matches. A packet that matches none goes to the upcall handler, which is the slow path: it
// decides, has the packet executed, and puts the megaflow that will answer for all alike. The datapath never
// decides anything itself, and the slow path never sees a descriptor. The same interface serves packets
// forwarded by this process (`userspace/`) and by the kernel.
//
// Megaflows have no priority. The slow path only puts flows that agree wherever they overlap, so the first
// that matches is right. A datapath may narrow a mask, never widen it: extra mask bits are only slow, missing
// ones are wrong.
//
// What the slow path relies on:
// - When put_flow, remove_flows, flush_flows, put_port or remove_port has returned, no packet is forwarded by
// what was.
// - A flow's statistics only grow, and remove_flows and flush_flows lose none: they are handed out one last
// time.
// - Actions name ports by number; output to a port that is not there drops and is no error.
//
// All calls belong to one thread, the event loop's. The upcall handler runs on it, inside the datapath's own
// receiving, and so does the punt handler; they may call everything except put_port and remove_port, and may
// be called again before they return: a packet that `execute` recirculates can miss. The meter handler and
// the sample handler call nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.hh"
#include "switchd/flow/action.hh"
#include "switchd/flow/flow_key.hh"
#include "switchd/packet/counters.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

// Names a megaflow; chosen by the slow path. Small numbers, reused: a datapath may index an array by them.
enum class FlowId : uint32_t {};

// All counts are of packets and bytes as they are on the wire.
struct PortStatistics {
  Counters rx, tx;
  uint64_t emc_hits = 0;  // of packets received here, super-packets counting once: what answered for them
  uint64_t megaflow_hits = 0;
  uint64_t upcalls = 0;
  uint64_t kernel_hits = 0;  // packets that the kernel forwarded by itself
};

struct FlowStatistics {
  uint64_t packets = 0;
  uint64_t bytes = 0;
  TimePoint used{};  // of the last packet; never used: when it was put
};

struct FlowSpec {
  FlowId id;
  FlowKey key;  // masked
  FlowMask mask;
  SharedActions actions;
};

// One flow of a dump. References are valid during the visit.
struct FlowView {
  FlowId id;
  const FlowKey& key;
  const FlowMask& mask;
  const ActionList& actions;
  const FlowStatistics& statistics;
  uint32_t emc_entries;    // exact-match entries that lead to this flow now
  uint64_t megaflow_hits;  // packets that found the flow by its mask
  bool in_kernel = false;  // the kernel answers for it
};
using FlowVisitor = std::function<void(const FlowView&)>;
using FlowCountVisitor = std::function<void(FlowId, const FlowStatistics&)>;

struct PortSpec {
  IfIndex ifindex;
  uint32_t mtu;                // larger packets are dropped, on the way in and on the way out
  std::string interface = {};  // its name
};

struct Upcall {
  const FlowKey& key;
  const Packet& packet;
  TimePoint now;
};
using UpcallHandler = std::function<void(const Upcall&)>;

// Gets a packet as it is when a kPunt action is reached, with that action's number. The bytes are valid
// during the call.
using PuntHandler = std::function<void(uint32_t id, const Packet& packet, PortNo in_port, TimePoint now)>;

struct MeterVerdict {
  bool pass = true;
  uint8_t raise_drop_precedence = 0;  // steps, of assured forwarding's DSCPs (RFC 2597)
};
// What the meter that a kMeter action names says to a packet of this size; never to a super-packet, but to
// each of the packets for which it stands. Without a handler, everything passes.
using MeterHandler = std::function<MeterVerdict(uint32_t id, const WireSize& size, TimePoint now)>;

// How packets that were not in the exact-match cache were looked for among the megaflows, since the start.
struct MaskSearch {
  uint64_t masks = 0;           // there are now
  uint64_t searches = 0;        // one for each packet, super-packets counting once
  uint64_t masks_searched = 0;  // in all of these
};

// Is shown every packet that reaches a kSample action, as it is then, with that action's number; which of
// them are samples is for the handler to draw. Super-packets come whole. The bytes are valid during the call,
// and the handler calls nothing.
using SampleHandler = std::function<void(uint32_t id, const Packet& packet, TimePoint now)>;

// Is told of a flow that was put and now has to go without the datapath's best, and why: "Out of memory". The
// handler calls nothing.
using FlowFaultHandler = std::function<void(FlowId id, const std::string& why)>;

// What actions need to know besides the packet.
struct Context {
  PortNo in_port;  // by which the packet came, or is taken to have come
  TimePoint now;
};

// What may be switched off. A datapath that has no such thing ignores it.
struct DatapathCaching {
  bool exact_match = true;    // the cache of whole keys answers
  bool busiest_first = true;  // masks are tried in the order of their hits, else in that in which they came
};

enum class CacheAnswer { kKernel, kEmc, kMegaflow, kSlowPath };

class Datapath {
 public:
  virtual ~Datapath() = default;

  virtual std::string_view kind() const = 0;  // "userspace"
  virtual void set_upcall_handler(UpcallHandler handler) = 0;
  virtual void set_punt_handler(PuntHandler handler) = 0;
  virtual void set_meter_handler(MeterHandler handler) = 0;
  virtual void set_sample_handler(SampleHandler handler) = 0;
  virtual void set_flow_fault_handler(FlowFaultHandler /*handler*/) {}

  virtual void put_port(PortNo port, const PortSpec& spec) = 0;  // new or changed; throws Error
  virtual void start_ports() {}  // those that were put are served when it returns; throws Error
  virtual void remove_port(PortNo port) = 0;
  virtual PortStatistics port_statistics(PortNo port) const = 0;

  virtual void put_flow(const FlowSpec& flow, TimePoint now) = 0;
  virtual void remove_flows(std::span<const FlowId> ids, const FlowCountVisitor& last_count) = 0;
  virtual void flush_flows(const FlowVisitor& last_look) = 0;
  // What the datapath tells of flows and ports is as of now when it returns.
  virtual void refresh_statistics() {}
  // The same in parts, between which packets can be received; true: that was the last one. While flows
  // come and go, some may be left out: what is told of these is older.
  virtual bool refresh_some() { return true; }
  virtual void dump_flows(const FlowVisitor& visit) const = 0;
  virtual FlowStatistics flow_statistics(FlowId id) const = 0;  // of a flow that is not there: zeros

  // Runs `actions` on a packet, now or before the receiving that led to this ends. Where the datapath is not
  // receiving, the packet's bytes are not needed any more when it returns.
  virtual void execute(const Packet& packet, const ActionList& actions, const Context& context) = 0;
  // Sends a frame of the slow path's own, and does not need its bytes any more when it returns.
  virtual void send(PortNo port, std::span<const uint8_t> frame) = 0;
  virtual void set_caching(const DatapathCaching& /*caching*/) {}
  virtual MaskSearch mask_search() const { return {}; }
  // Which cache would answer for a packet with this key. Counts nothing and changes nothing.
  virtual CacheAnswer probe(const FlowKey& key) const = 0;
  virtual uint64_t lost_packets() = 0;  // that came, but found no room before anyone could look at them
};

}  // namespace flowbed::sw
