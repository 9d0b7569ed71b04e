// translate: what shall happen to a packet, and which of its bits decided that.
//
// A function of the bridges, their tables and the packet's key; it changes nothing but that it gives numbers
// to interruptions. Side effects that the verdict implies (an address to learn, a counter to credit) are part
// of the answer, so that the same function serves the first packet of a flow, the check of a cached one, and
// `trace`.
//
// A packet walks through bridges. At each: may it come in (running, port up)? Then the bridge's pipeline
// runs: OpenFlow tables, of which the first has, unless somebody changed that, one rule: "as a normal
// switch". A normal switch asks: may it come in by its VLAN? Where does its destination live, or must it be
// flooded? A port whose link leads to another bridge is not an output: the walk goes on behind it, and the
// whole way becomes one list of actions. The devices of such a link then see nothing, so their ports are
// credited by the megaflow's statistics. Some links are not crossed, and the packet is sent through the real
// device: one on which somebody captures, one with a qdisc, one with a smaller MTU than the port where the
// packet came from (the size of a packet is not part of its key), and a mirror's output. But for that last,
// the walk goes on behind the link all the same, for the sake of loops only.
//
// Un-wildcarding: each bit of the key that the walk looks at is set in the mask, where it is looked at. Extra
// bits are only slow; missing ones are wrong. `depends` names what else was looked at and may change: entries
// of address tables, present or not, rules that were met, tables that were passed, groups; where spanning
// tree runs also the states of ports. When one of them changes, what was cached of this translation must go.
// (Changes of links and configuration are rarer, and take back everything.)
//
// A port that does not forward neither takes a packet in nor sends one, at both ends of a link that is
// crossed as well. BPDUs that come to a bridge with spanning tree are for the slow path: `bpdu`.
//
// Loops: among normal switches without loops a packet comes to each bridge in each VLAN at most once; the
// second time proves that there are two ways, and the packet is dropped as a whole, nothing is learned from
// it, and `loop` tells the way around. Rules may send a packet around as often as they like: `kMaxVisits`,
// `kMaxDepartures` and `kMaxLookups` bound the work in any case; `excess` tells which of them did.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "switchd/slowpath/bridge_set.hh"
#include "switchd/slowpath/excess.hh"
#include "switchd/slowpath/interruptions.hh"

namespace flowbed::sw {

inline constexpr size_t kMaxVisits = 4096;
inline constexpr size_t kMaxDepartures = 16384;
inline constexpr size_t kMaxLookups = 4096;  // of tables and groups
inline constexpr int kMaxDepth = 64;         // of resubmits and groups within each other

struct Credit {
  enum class Kind : uint8_t { kRx, kTx, kRxDropped, kTxDropped };
  BridgePort* port;
  Kind kind;
  int16_t extra_bytes;  // a packet's size here, against its size where it came in: what was pushed or popped
};

struct Learning {  // that the packet's source address lives here
  BridgePort* port;
  uint16_t vlan;
  MacAddress source;
};

// A rule that a packet makes in passing (Nicira's learn action).
struct LearnedRule {
  Bridge* bridge;
  FlowMod mod;
};

// A rule that need not stay for long any more: the connection for which it is ends (Nicira's fin_timeout).
struct ClosingRule {
  Bridge* bridge;
  Rule* rule;
  of::FinTimeout timeouts;
};

using DependencyTag = uint64_t;
DependencyTag dependency_tag(const Bridge& bridge, MacKey key);
DependencyTag port_state_tag(const BridgePort& port);
DependencyTag flood_tag(const Bridge& bridge);  // the states of all its ports
DependencyTag rule_tag(const Rule& rule);
DependencyTag table_tag(const Bridge& bridge, uint8_t table);  // which rules it has
DependencyTag group_tag(const Bridge& bridge, uint32_t group);

struct Translation {
  FlowMask mask{};
  bool changes_headers = false;  // on the way, so that rules may have met others than those of the key
  ActionList actions;
  std::vector<Credit> credits;
  std::vector<FlowCounter*> counters;  // of rules, groups, buckets, tables
  std::vector<Learning> learnings;
  std::vector<LearnedRule> learned_rules;
  std::vector<ClosingRule> closings;
  std::vector<DependencyTag> depends;
  std::vector<DependencyTag> destinations;  // of these, the addresses that packets were forwarded to
  std::vector<Observation> observations;    // at the bridges that are watched
  std::vector<const Bridge*> way;           // every bridge that the packet came to
  std::vector<FlowKey> recirculated;        // as which it comes back, where that is known
  BridgePort* bpdu = nullptr;    // it came in here, and is to be handed to spanning tree: nothing else holds
  std::string loop;              // "s1 – s2 – s3 – s1"; empty: none
  std::optional<Excess> excess;  // then the packet is dropped, as after a loop
};

// Is told each step, for a person to read. `depth`: within how many groups and resubmits of the bridge.
using Narrator = std::function<void(const Bridge& bridge, int depth, const std::string& text)>;

Translation translate(const BridgeSet& bridges, Interruptions& interruptions, const FlowKey& key,
                      const Narrator& narrator = {});

// What becomes of a packet that a controller sends, with this key, which has the port it pretends to come
// from or none: these actions, at this bridge.
Translation translate_packet_out(const BridgeSet& bridges, Interruptions& interruptions, Bridge& bridge,
                                 const PipelineKey& key, const OfActions& actions);

}  // namespace flowbed::sw
