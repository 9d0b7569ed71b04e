#include "switchd/slowpath/translate.hh"

#include <algorithm>
#include <unordered_map>

#include "switchd/slowpath/compose_actions.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kVlanIdBits = 0x0fff, kPriorityBits = 0xf000;  // of a tag; "drop eligible" with the latter

bool is_reserved(const uint8_t mac[6]) {  // IEEE 802.1D table 7-10: never forwarded by a bridge
  constexpr uint8_t kPrefix[5] = {0x01, 0x80, 0xc2, 0x00, 0x00};
  return memcmp(mac, kPrefix, 5) == 0 && mac[5] < 0x10;
}

bool is_to_bpdu_address(const uint8_t mac[6]) { return memcmp(mac, kBpduAddress, sizeof kBpduAddress) == 0; }

bool is_multicast(const uint8_t mac[6]) { return mac[0] & 1; }

std::string mac_text(const uint8_t mac[6]) {
  MacAddress address;
  memcpy(address.bytes.data(), mac, 6);
  return address.to_string();
}

std::string vlan_text(uint16_t vlan) { return vlan ? " in VLAN " + std::to_string(vlan) : ""; }

class Walk {
 public:
  Walk(const BridgeSet& bridges, const FlowKey& key, const Narrator& narrator)
      : bridges_(bridges), key_(key), narrator_(narrator) {}

  Translation run() {
    mask(&flow_key_fields::in_port);
    if (BridgePort* in = bridges_.port(in_port_of(key_))) {
      visits_.push_back({in, vlan_of(key_), kNoVisit, true});
      ingress_mtu_ = in->link.mtu;
    }
    for (size_t i = 0; i < visits_.size() && !failed(); i++) visit(i);
    if (failed()) give_up();
    result_.actions = compose_actions(vlan_of(key_), std::move(departures_));
    return std::move(result_);
  }

 private:
  static constexpr size_t kNoVisit = SIZE_MAX;

  struct Visit {
    BridgePort* in;
    VlanTag tag;
    size_t from;  // the visit that led here
    bool real;    // false: walked for loops only
  };

  template <class Member>
  void mask(Member flow_key_fields::*member) {
    memset(&(result_.mask.f.*member), 0xff, sizeof(Member));
  }
  void mask_vlan(uint16_t tci_bits) {
    mask(&flow_key_fields::vlan_tpid);
    const uint8_t bytes[2] = {static_cast<uint8_t>(tci_bits >> 8), static_cast<uint8_t>(tci_bits)};
    uint16_t network;
    memcpy(&network, bytes, 2);
    result_.mask.f.vlan_tci |= network;
  }

  template <class Text>
  void say(const Visit& visit, Text text) const {
    if (narrator_) narrator_(*visit.in->bridge, text());
  }

  bool failed() const { return !result_.loop.empty() || result_.over_budget; }

  void give_up() {
    departures_.clear();
    result_.credits.clear();
    result_.learnings.clear();
    credit(visits_.front(), visits_.front().in, Credit::Kind::kRxDropped);
  }

  void credit(const Visit& visit, BridgePort* port, Credit::Kind kind) {
    if (visit.real) result_.credits.push_back({port, kind, extra_bytes(visit.tag)});
  }

  int8_t extra_bytes(VlanTag tag) const {
    const int difference = static_cast<int>(tag.present()) - static_cast<int>(vlan_of(key_).present());
    return static_cast<int8_t>(difference * static_cast<int>(kVlanTagSize));
  }

  void visit(size_t index) {
    const Visit visit = visits_[index];  // a copy: visits_ grows
    const Bridge& bridge = *visit.in->bridge;
    if (visit.real) result_.way.push_back(&bridge);
    const auto vlan = admitted(visit);
    if (!vlan) return credit(visit, visit.in, Credit::Kind::kRxDropped);
    if (const size_t first = first_visit(index, bridge, *vlan); first != index)
      return found_loop(first, index);
    learn(visit, *vlan);
    mirrored_ = 0;
    mirror(visit, visit.in->mirrors_in, visit.tag);
    if (visit.in->forwarding) return forward(index, visit, *vlan);
    say(visit, [&] { return visit.in->config.name + " only learns for now (spanning tree): dropped"; });
    credit(visit, visit.in, Credit::Kind::kRxDropped);
  }

  // The VLAN in which the packet enters the bridge, or nothing if it may not.
  std::optional<uint16_t> admitted(const Visit& visit) {
    const BridgePort& in = *visit.in;
    const auto refuse = [&](const char* why) {
      say(visit, [&] { return "comes in at " + in.config.name + ", and is dropped: " + why; });
      return std::nullopt;
    };
    if (!in.bridge->running) return refuse("the switch is stopped");
    if (!in.link.up) return refuse("the port is down");
    if (in.mirror_output) return refuse("the port is a mirror's output");
    mask(&flow_key_fields::eth_dst);
    if (in.bridge->tree && is_to_bpdu_address(key_.f.eth_dst)) {
      result_.bpdu = visit.in;
      return refuse("BPDUs are for spanning tree");
    }
    if (is_reserved(key_.f.eth_dst))
      return refuse("its destination is reserved for the link (01:80:c2:00:00:0x)");
    depend_on_state(in);
    if (!in.learning) return refuse("the port is discarding (spanning tree)");
    mask_vlan(kVlanIdBits);
    const auto vlan = admit(in.config.vlans, visit.tag);
    if (!vlan) return refuse("its VLAN is not admitted at this port");
    say(visit, [&] { return "comes in at " + in.config.name + vlan_text(*vlan); });
    return vlan;
  }

  size_t first_visit(size_t index, const Bridge& bridge, uint16_t vlan) {
    const uint64_t place = uint64_t{bridge.id} << 16 | vlan;
    return seen_.try_emplace(place, index).first->second;
  }

  void learn(const Visit& visit, uint16_t vlan) {
    mask(&flow_key_fields::eth_src);
    if (is_multicast(key_.f.eth_src) || !visit.real) return;
    say_learning(visit, vlan);
    result_.learnings.push_back({visit.in, vlan});
    depend(*visit.in->bridge, vlan, key_.f.eth_src);
  }

  void say_learning(const Visit& visit, uint16_t vlan) const {
    if (!narrator_) return;
    const MacTable::Entry* entry = visit.in->bridge->macs.find(mac_key(vlan, key_.f.eth_src));
    if (entry && entry->port == visit.in->number) return;
    const char* how = entry ? " moves to " : " is learned at ";
    say(visit, [&] { return mac_text(key_.f.eth_src) + how + visit.in->config.name + vlan_text(vlan); });
  }

  void depend(const Bridge& bridge, uint16_t vlan, const uint8_t mac[6]) {
    result_.depends.push_back(dependency_tag(bridge, mac_key(vlan, mac)));
  }

  void depend_on_state(const BridgePort& port) {
    if (port.bridge->tree) result_.depends.push_back(port_state_tag(port));
  }

  void forward(size_t index, const Visit& visit, uint16_t vlan) {
    const Bridge& bridge = *visit.in->bridge;
    if (is_multicast(key_.f.eth_dst)) return flood(index, visit, vlan, "is for a group");
    depend(bridge, vlan, key_.f.eth_dst);
    const MacTable::Entry* entry = bridge.macs.find(mac_key(vlan, key_.f.eth_dst));
    BridgePort* to = entry ? bridges_.port(entry->port) : nullptr;
    if (!to || to->mirror_output) return flood(index, visit, vlan, "is not known");
    if (to == visit.in) {
      say(visit, [&] { return mac_text(key_.f.eth_dst) + " lives where the packet comes from: dropped"; });
      return;
    }
    say(visit, [&] { return mac_text(key_.f.eth_dst) + " lives at " + to->config.name; });
    depend_on_state(*to);
    leave(index, visit, *to, vlan);
  }

  void flood(size_t index, const Visit& visit, uint16_t vlan, const char* why) {
    say(visit, [&] {
      return mac_text(key_.f.eth_dst) + " " + why + ": flooded to all other ports" + vlan_text(vlan);
    });
    if (visit.in->bridge->tree) result_.depends.push_back(flood_tag(*visit.in->bridge));
    for (const auto& port : visit.in->bridge->ports) {
      if (port.get() == visit.in || port->mirror_output || !port->link.up || !port->forwarding) continue;
      if (carries(port->config.vlans, vlan)) leave(index, visit, *port, vlan);
    }
  }

  void leave(size_t index, const Visit& visit, BridgePort& port, uint16_t vlan) {
    if (!port.link.up) {
      say(visit, [&] { return port.config.name + " is down: dropped"; });
      return credit(visit, &port, Credit::Kind::kTxDropped);
    }
    if (!port.forwarding) {
      say(visit, [&] { return port.config.name + " does not forward (spanning tree): dropped"; });
      return credit(visit, &port, Credit::Kind::kTxDropped);
    }
    const VlanTag tag = tag_at(port, vlan, visit.tag);
    mirror(visit, port.mirrors_out, tag);
    if (!port.peer) return depart(visit, port, tag);
    cross(index, visit, port, tag);
  }

  // A new tag takes over priority bits, or happens to equal the tag that the packet came with and needs no
  // action: for a packet that came with a tag, both are true of its priority bits only.
  VlanTag tag_at(const BridgePort& port, uint16_t vlan, VlanTag current) {
    const VlanTag tag = tag_on_output(port.config.vlans, vlan, current);
    if (tag != current && tag.present() && vlan_of(key_).present()) mask_vlan(kPriorityBits);
    return tag;
  }

  void depart(const Visit& visit, const BridgePort& port, VlanTag tag) {
    if (!visit.real) return;
    say(visit, [&] { return "leaves by " + port.config.name + (tag.present() ? vlan_text(tag.vid()) : ""); });
    departures_.push_back({port.number, tag});
    if (departures_.size() > kMaxDepartures) result_.over_budget = true;
  }

  void cross(size_t index, const Visit& visit, BridgePort& port, VlanTag tag) {
    BridgePort& peer = *port.peer;
    const bool direct = may_bypass(port) && may_bypass(peer);
    const Visit next{&peer, tag, index, visit.real && direct};
    if (visit.real && !direct) depart(visit, port, tag);
    if (next.real) {
      say(visit, [&] { return "crosses the link from " + port.config.name + " to " + peer.config.name; });
      credit(next, &port, Credit::Kind::kTx);
      credit(next, &peer, Credit::Kind::kRx);
    }
    visits_.push_back(next);
    if (visits_.size() > kMaxVisits) result_.over_budget = true;
  }

  bool may_bypass(const BridgePort& port) const {
    return !port.captured && !port.link.shaped && port.link.mtu >= ingress_mtu_;
  }

  // Sends a copy to the output of each mirror in the set that has not got one at this bridge.
  void mirror(const Visit& visit, uint32_t mirrors, VlanTag tag) {
    for (mirrors &= ~mirrored_; mirrors; mirrors &= mirrors - 1) {
      mirrored_ |= mirrors & -mirrors;
      const BridgePort& output =
          *visit.in->bridge->mirror_outputs[static_cast<size_t>(__builtin_ctz(mirrors))];
      if (output.link.up) depart(visit, output, tag);
    }
  }

  // Both visits came to the same bridge. From where their ways part: down the newer one, and back up the
  // older.
  void found_loop(size_t first, size_t second) {
    const std::vector<size_t> one = way_to(first), other = way_to(second);
    size_t shared = 0;
    while (shared < one.size() && shared < other.size() && one[shared] == other[shared]) shared++;
    std::string text = name_of(other[shared - 1]);
    for (size_t i = shared; i < other.size(); i++) text += " – " + name_of(other[i]);
    for (size_t i = one.size(); i-- > shared;) {
      if (i + 1 < one.size()) text += " – " + name_of(one[i]);
    }
    if (shared < one.size()) text += " – " + name_of(one[shared - 1]);
    result_.loop = text;
    say(visits_[second], [&] { return "a loop: " + text + "; the packet is dropped"; });
  }

  std::vector<size_t> way_to(size_t index) const {  // from the first visit
    std::vector<size_t> way;
    for (; index != kNoVisit; index = visits_[index].from) way.push_back(index);
    std::ranges::reverse(way);
    return way;
  }

  const std::string& name_of(size_t index) const { return visits_[index].in->bridge->config.name; }

  const BridgeSet& bridges_;
  const FlowKey& key_;
  const Narrator& narrator_;
  Translation result_;
  std::vector<Visit> visits_;
  std::vector<Departure> departures_;
  std::unordered_map<uint64_t, size_t> seen_;  // the first visit to a bridge in a VLAN
  uint32_t mirrored_ = 0;                      // mirrors of the bridge being visited that have their copy
  uint32_t ingress_mtu_ = 0;
};

}  // namespace

DependencyTag dependency_tag(const Bridge& bridge, MacKey key) {
  return mix(bridge.id, static_cast<uint64_t>(key));
}

// No address in a VLAN is so large a number.
DependencyTag port_state_tag(const BridgePort& port) {
  return mix(port.bridge->id, uint64_t{1} << 63 | to_number(port.number));
}

DependencyTag flood_tag(const Bridge& bridge) { return mix(bridge.id, uint64_t{1} << 62); }

Translation translate(const BridgeSet& bridges, const FlowKey& key, const Narrator& narrator) {
  return Walk(bridges, key, narrator).run();
}

}  // namespace flowbed::sw
