#include "switchd/flow/action.hh"

#include <algorithm>
#include <span>

#include "switchd/flow/field_text.hh"
#include "switchd/flow/fields.hh"
#include "switchd/packet/headers.hh"
#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kFirstL3Chunk = FLOW_KEY_L3_WORD * 4, kLastIpv4Chunk = kFirstL3Chunk + 3;

std::string hex(unsigned number) {
  char text[16];
  snprintf(text, sizeof text, "0x%04x", number);
  return text;
}

// Chunks of the key that are set one after the other, as one change of it.
class SetRun {
 public:
  // Takes what it can from the front of `actions`; returns how many.
  size_t take(std::span<const Action> actions) {
    size_t count = 0;
    while (count < actions.size() && fits(actions[count], actions, count)) add(actions[count++]);
    return count;
  }

  std::string format(const FlowKey& context) {
    PipelineKey packet{};
    packet.f.packet = context.f.eth_type ? context : likely_context();
    std::string text;
    for (const Field& field : fields()) {
      if (!field.settable || !is_of_packet(field) || !has_field(field, packet)) continue;
      if (read_field(field, mask_) == 0) continue;
      add_part(text, std::string(field.name) + "=" +
                         format_value(field, read_field(field, value_), read_field(field, mask_)));
      write_field(field, 0, mask_);
    }
    add_rest(text);
    return "set(" + text + ")";
  }

 private:
  static bool fits(const Action& action, std::span<const Action> actions, size_t index) {
    if (action.kind != Action::Kind::kSet || action.type >= FLOW_KEY_WORDS * 4) return false;
    return index == 0 || action.type == actions[index - 1].type + 1;
  }
  void add(const Action& action) {
    write_chunk(value_, action.type, action.set_value());
    write_chunk(mask_, action.type, action.set_mask());
    last_ = action.type;
  }
  static void write_chunk(PipelineKey& key, size_t chunk, uint16_t number) {
    write_u16(reinterpret_cast<uint8_t*>(&key.f.packet) + 2 * chunk, number);
  }
  static uint16_t read_chunk(const PipelineKey& key, size_t chunk) {
    return read_u16(reinterpret_cast<const uint8_t*>(&key.f.packet) + 2 * chunk);
  }

  // Of packets of which nothing is known.
  FlowKey likely_context() const {
    FlowKey key{};
    key.f.vlan_tpid = flow_key_u16(kEtherTypeVlan);
    key.f.eth_type = flow_key_u16(last_ > kLastIpv4Chunk ? FLOW_ETH_TYPE_IPV6 : FLOW_ETH_TYPE_IPV4);
    key.f.ip_proto = kTcp;
    return key;
  }

  static void add_part(std::string& text, const std::string& part) {
    if (!text.empty()) text += ',';
    text += part;
  }
  // What no field claims.
  void add_rest(std::string& text) {
    for (size_t chunk = 0; chunk <= last_; chunk++) {
      const unsigned mask = read_chunk(mask_, chunk);
      if (mask == 0) continue;
      add_part(text,
               "key[" + std::to_string(chunk) + "]=" + hex(read_chunk(value_, chunk)) + "/" + hex(mask));
    }
  }

  PipelineKey value_{}, mask_{};
  size_t last_ = 0;
};

std::string format_mpls(const Action& action) {
  const uint32_t entry = action.number;
  return "push_mpls(" + hex(action.type) + ",label=" + std::to_string(entry >> 12) +
         ",tc=" + std::to_string(entry >> 9 & 7) + ",ttl=" + std::to_string(entry & 0xff) + ")";
}

class Formatter {
 public:
  Formatter(const PortNamer& port_name, const FlowKey& packet) : port_name_(port_name), packet_(packet) {}

  std::string format(std::span<const Action> actions, size_t limit) {
    std::string text;
    for (size_t i = 0; i < actions.size();) {
      if (i > 0) text += ',';
      if (limit-- == 0) return text + "… " + std::to_string(actions.size() - i) + " more";
      text += format_next(actions, i);
    }
    return text;
  }

 private:
  // The action at `i`, which moves behind it.
  std::string format_next(std::span<const Action> actions, size_t& i) {
    const Action& action = actions[i];
    if (action.kind == Action::Kind::kSet) {
      SetRun run;
      i += std::max<size_t>(1, run.take(actions.subspan(i)));
      return run.format(packet_);
    }
    i++;
    if (action.kind == Action::Kind::kClone) {
      const auto nested = actions.subspan(i, std::min<size_t>(action.number, actions.size() - i));
      i += nested.size();
      return "clone(" + Formatter(port_name_, packet_).format(nested, SIZE_MAX) + ")";
    }
    note_type(action);
    return format_one(action);
  }

  // What a header that was pushed or popped makes of the packet decides what is set afterwards.
  void note_type(const Action& action) {
    switch (action.kind) {
      case Action::Kind::kPushMpls:
      case Action::Kind::kPopMpls:
        packet_.f.eth_type = flow_key_u16(action.type);
        break;
      case Action::Kind::kPushPbb:
        packet_.f.eth_type = flow_key_u16(FLOW_ETH_TYPE_PBB);
        break;
      case Action::Kind::kPushVlan:
        packet_.f.vlan_tpid = flow_key_u16(action.type);
        break;
      case Action::Kind::kPopPbb:
        packet_ = {};
        break;
      default:
        break;
    }
  }

  std::string format_one(const Action& action) const {
    switch (action.kind) {
      case Action::Kind::kOutput:
        return "output(" + port_name_(action.port) + ")";
      case Action::Kind::kPushVlan:
        return "push_vlan(" + std::to_string(action.number & 0x0fff) + ")";
      case Action::Kind::kPopVlan:
        return "pop_vlan";
      case Action::Kind::kPushMpls:
        return format_mpls(action);
      case Action::Kind::kPopMpls:
        return "pop_mpls(" + hex(action.type) + ")";
      case Action::Kind::kPushPbb:
        return "push_pbb(isid=" + std::to_string(action.number & 0xffffff) + ")";
      case Action::Kind::kPopPbb:
        return "pop_pbb";
      case Action::Kind::kCopyTtlOut:
        return "copy_ttl_out";
      case Action::Kind::kCopyTtlIn:
        return "copy_ttl_in";
      case Action::Kind::kMeter:
        return "meter(" + std::to_string(action.number) + ")";
      case Action::Kind::kPunt:
        return "controller";
      case Action::Kind::kSample:
        return "sample";
      case Action::Kind::kRecirculate:
        return "recirculate(" + std::to_string(action.number) + ")";
      case Action::Kind::kSet:
      case Action::Kind::kClone:
        break;  // not by themselves
    }
    return "";
  }

  const PortNamer& port_name_;
  FlowKey packet_;
};

}  // namespace

std::string format_actions(const ActionList& actions, const PortNamer& port_name, size_t limit,
                           const FlowKey* packet) {
  if (actions.empty()) return "drop";
  return Formatter(port_name, packet ? *packet : FlowKey{}).format(actions, limit);
}

}  // namespace flowbed::sw
