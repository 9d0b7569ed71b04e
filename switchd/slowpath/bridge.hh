// Bridge: one switch inside switchd; its ports, its addresses, whether it runs. Passive: `translate` reads
// it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "switchd/datapath/datapath.hh"
#include "switchd/datapath/link_facts.hh"
#include "switchd/slowpath/bridge_config.hh"
#include "switchd/slowpath/mac_table.hh"
#include "switchd/slowpath/pipeline/pipeline.hh"
#include "switchd/slowpath/sampler.hh"
#include "switchd/slowpath/stp/rstp.hh"

namespace flowbed::sw {

struct Bridge;

// What a controller may forbid a port (OFPPC_…).
inline constexpr uint32_t kPortDown = 1, kPortNoReceive = 4, kPortNoFlood = 16, kPortNoForward = 32,
                          kPortNoPacketIn = 64;

struct BridgePort {
  PortNo number{};  // in the datapath
  Bridge* bridge = nullptr;
  PortConfig config;
  BridgePort* peer = nullptr;               // the other end of the link, while it is a port of a bridge
  LinkFacts link;                           // what the kernel says of the interface
  bool must_be_crossed = false;             // packets to its peer go through the interface, not past it
  bool learning = true, forwarding = true;  // spanning tree's state of the port
  bool mirror_output =
      false;                // carries copies only: what comes in is dropped, and nothing is forwarded to it
  uint32_t mirrors_in = 0;  // bit i: packets that come in here are copied by the bridge's mirror i
  uint32_t mirrors_out = 0;
  uint32_t flags = 0;  // kPort…
  Sampler sampler;     // of packets that come in here
  Counters rx,
      tx;  // what the datapath did not see: packets that crossed the link by translation, and policy's drops
};

struct Bridge {
  static constexpr size_t kMaxMirrors = 32;

  uint32_t id = 0;  // unique in the process's life
  BridgeConfig config;
  bool running = true;
  bool standalone = false;  // a normal switch for the time being, whatever the pipeline says
  MacTable macs;
  std::unique_ptr<Pipeline> pipeline;              // there is one from when the slow path knows the bridge
  std::optional<Rstp> tree;                        // where spanning tree is configured
  std::vector<std::unique_ptr<BridgePort>> ports;  // by number, ascending
  std::vector<BridgePort*> mirror_outputs;         // of mirror i

  BridgePort* find_port(std::string_view name) const;
  BridgePort* find_port(OfPort number) const;
  void resolve_mirrors();  // after ports or mirrors have changed
};

}  // namespace flowbed::sw
