#include "switchd/slowpath/translate.hh"

#include "switchd/slowpath/walk.hh"

namespace flowbed::sw {
namespace {

// Kinds of tags that no address in a VLAN is as large as.
constexpr uint64_t kPortState = 1ull << 63, kFlood = 1ull << 62, kTable = 3ull << 62, kGroup = 5ull << 61;
constexpr uint64_t kRules = ~0ull;  // in place of a bridge

}  // namespace

DependencyTag dependency_tag(const Bridge& bridge, MacKey key) {
  return mix(bridge.id, static_cast<uint64_t>(key));
}
DependencyTag port_state_tag(const BridgePort& port) {
  return mix(port.bridge->id, kPortState | to_number(port.number));
}
DependencyTag flood_tag(const Bridge& bridge) { return mix(bridge.id, kFlood); }
DependencyTag rule_tag(const Rule& rule) { return mix(kRules, rule.id); }
DependencyTag table_tag(const Bridge& bridge, uint8_t table) { return mix(bridge.id, kTable | table); }
DependencyTag group_tag(const Bridge& bridge, uint32_t group) { return mix(bridge.id, kGroup | group); }

Translation translate(const BridgeSet& bridges, Interruptions& interruptions, const FlowKey& key,
                      const Narrator& narrator) {
  return Walk(bridges, interruptions, key, narrator).run();
}

Translation translate_packet_out(const BridgeSet& bridges, Interruptions& interruptions, Bridge& bridge,
                                 const PipelineKey& key, const OfActions& actions) {
  const Narrator nobody;
  return Walk(bridges, interruptions, key.f.packet, nobody).run_packet_out(bridge, key, actions);
}

}  // namespace flowbed::sw
