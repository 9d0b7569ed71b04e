#include "switchd/control/trace.hh"

#include <charconv>

#include "switchd/flow/fields.hh"
#include "switchd/flow/match_format.hh"
#include "switchd/flow/packet_syntax.hh"

namespace flowbed::sw {
namespace {

std::optional<PortNo> find_port(const Bridge& bridge, std::string_view text) {
  uint32_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = fault == std::errc() && end == text.data() + text.size();
  const BridgePort* port = is_number ? bridge.find_port(OfPort{number}) : bridge.find_port(text);
  if (!port) return std::nullopt;
  return port->number;
}

// A mask of the fields that are not zero: what the person said.
FlowMask said_fields(const FlowKey& key) {
  PipelineKey packet{};
  packet.f.packet = key;
  PipelineMask mask{};
  mask.f.packet.f.in_port = 0xffff;
  for (const Field& field : fields()) {
    const bool said = is_of_packet(field) && has_field(field, packet) && read_field(field, packet) != 0;
    if (said) write_field(field, field.all_ones(), mask);
  }
  return mask.f.packet;
}

// A TTL that nobody spoke of is the usual one, lest every router of rules drops the packet.
void fill_in_ttl(FlowKey& key, const std::string& text) {
  constexpr uint8_t kUsualTtl = 64;
  const bool is_ip = flow_key_is(&key, FLOW_ETH_TYPE_IPV4) || flow_key_is(&key, FLOW_ETH_TYPE_IPV6);
  if (is_ip && !says_field(text, field_named("nw_ttl"))) key.f.ip_ttl = kUsualTtl;
}

const char* name_of(CacheAnswer answer) {
  switch (answer) {
    case CacheAnswer::kKernel:
      return "kernel";
    case CacheAnswer::kEmc:
      return "emc";
    case CacheAnswer::kMegaflow:
      return "megaflow";
    case CacheAnswer::kSlowPath:
      break;
  }
  return "slow path";
}

// Endless recirculation must end, here as in the datapath.
constexpr size_t kMaxTracedFlows = 64;

// The flow that a packet with this key belongs to.
Json describe_flow(const SlowPath& slow_path, const FlowKey& key, const Translation& translation,
                   const PortNamer& namer) {
  return {{"looked_at", format_mask(key, translation.mask)},
          {"actions", format_actions(translation.actions, namer, SIZE_MAX, &key)},
          {"megaflow", format_match(masked(key, translation.mask), translation.mask, namer)},
          {"answered_by", name_of(slow_path.datapath().probe(key))}};
}

}  // namespace

Json trace(SlowPath& slow_path, const Bridge& bridge, const std::string& packet) {
  FlowKey key = parse_packet(packet, [&](std::string_view text) { return find_port(bridge, text); });
  fill_in_ttl(key, packet);
  const PortNamer namer = [&](PortNo port) { return slow_path.bridges().port_name(port); };
  Json steps = Json::array();
  const Narrator narrator = [&](const Bridge& at, int depth, const std::string& text) {
    steps.push_back({{"switch", at.config.name}, {"depth", depth}, {"text", text}});
  };
  Json flows = Json::array();
  std::vector<FlowKey> keys{key};
  for (size_t i = 0; i < keys.size() && i < kMaxTracedFlows; i++) {
    const FlowKey looked_up = keys[i];
    const Translation translation = slow_path.trace(looked_up, narrator);
    flows.push_back(describe_flow(slow_path, looked_up, translation, namer));
    keys.insert(keys.end(), translation.recirculated.begin(), translation.recirculated.end());
  }
  Json answer = std::move(flows.front());
  flows.erase(0);
  answer["input"] = format_match(key, said_fields(key), namer);
  answer["steps"] = std::move(steps);
  if (!flows.empty()) answer["recirculated"] = std::move(flows);
  return answer;
}

}  // namespace flowbed::sw
