#include "switchd/slowpath/packet_state.hh"

#include <arpa/inet.h>

#include "switchd/slowpath/compose_actions.hh"

namespace flowbed::sw {
namespace {

constexpr uint32_t kBottomOfStack = 0x100;
constexpr uint8_t kDefaultTtl = 64;  // of a label before what has none
constexpr int kLabelSize = 4, kPbbSize = 18;
constexpr size_t kChunks = sizeof(FlowKey) / sizeof(uint16_t);

template <class Member>
void fill(Member& member) {
  memset(&member, 0xff, sizeof member);
}

bool is_of_tag(const Field& field) { return field.offset == offsetof(flow_key_fields, vlan_tci); }

bool is_ip(const FlowKey& key) {
  return flow_key_is(&key, FLOW_ETH_TYPE_IPV4) || flow_key_is(&key, FLOW_ETH_TYPE_IPV6);
}

uint32_t pushed_label(const FlowKey& key) {
  if (flow_key_is_mpls(&key)) return ntohl(key.f.mpls.entry) & ~kBottomOfStack;
  return kBottomOfStack | (is_ip(key) ? key.f.ip_ttl : kDefaultTtl);
}

uint16_t chunk_of(const PipelineKey& key, size_t index) {
  uint16_t chunk;
  memcpy(&chunk, reinterpret_cast<const uint8_t*>(&key) + 2 * index, sizeof chunk);
  return ntohs(chunk);
}

}  // namespace

PacketState::PacketState(const PipelineKey& key)
    : key_(key), original_tag_(vlan_of(key.f.packet)), written_tag_(original_tag_), tag_(original_tag_) {}

int PacketState::growth_with_tags() const {
  const int tags = static_cast<int>(tag_.present()) - static_cast<int>(original_tag_.present());
  return growth_ + tags * static_cast<int>(kVlanTagSize);
}

FlowMask PacketState::original(const PipelineMask& looked_at) const {
  FlowMask mask;
  for (size_t i = 0; i < FLOW_KEY_WORDS; i++) mask.words[i] = looked_at.words[i] & ~foreign_.words[i];
  return mask;
}

void PacketState::set(const Field& field, FieldValue value, FieldValue mask) {
  write_field(field, value, mask, key_);
  if (!is_of_packet(field)) return;
  is_changed_ = true;
  write_field(field, mask, mask, foreign_);
  if (!is_of_tag(field)) return write_field(field, mask, mask, unwritten_);
  tag_ = vlan_of(packet());
  met_original_tag_ |= tag_ == original_tag_;
  if (!tag_.present()) return set_tag({});
  if (tag_.tpid == FLOW_VLAN_PRESENT) set_tag({kEtherTypeVlan, tag_.tci});  // only just there
}

// All of the tag is now what an action made it.
void PacketState::set_tag(VlanTag tag) {
  is_changed_ = true;
  tag_ = tag;
  met_original_tag_ |= tag_ == original_tag_;
  packet_fields().vlan_tpid = htons(tag_.tpid);
  packet_fields().vlan_tci = htons(tag_.tci);
  fill(foreign_fields().vlan_tpid);
  fill(foreign_fields().vlan_tci);
}

void PacketState::replace_tag(VlanTag tag) {
  if (tag.present()) {
    set_tag(tag);
  } else {
    pop_vlan();
  }
}

void PacketState::append(Action action, int bytes) {
  commit();
  is_changed_ = true;
  edits_.push_back(action);
  growth_ += bytes;
}

void PacketState::write_tag() {
  change_tag(written_tag_, tag_, edits_);
  written_tag_ = tag_;
}

void PacketState::push_vlan(uint16_t eth_type) {
  const VlanTag pushed{eth_type, tag_.tci};
  if (!tag_.present()) return set_tag(pushed);
  write_tag();
  append(Action::push_vlan(pushed), kVlanTagSize);
  written_tag_ = pushed;
  set_tag(pushed);
  packet_fields().flags |= FLOW_MORE_TAGS;
  foreign_fields().flags |= FLOW_MORE_TAGS;
}

void PacketState::pop_vlan() {
  if (!(packet().f.flags & FLOW_MORE_TAGS)) return set_tag({});
  append(Action::pop_vlan(), -static_cast<int>(kVlanTagSize));
  written_tag_ = {};  // in truth the next one, and so is `tag_`: nobody looks before the packet is read anew
  set_tag({});
  opaque_ = true;
}

// The payload's own headers cannot be looked at any more.
void PacketState::forget_payload(uint16_t eth_type) {
  constexpr size_t kL3Bytes = (FLOW_KEY_WORDS - FLOW_KEY_L3_WORD) * sizeof(uint64_t);
  flow_key_fields& fields = packet_fields();
  const uint8_t flags = fields.flags & FLOW_MORE_TAGS, foreign_flags = foreign_fields().flags;
  fields.eth_type = htons(eth_type);
  fields.tcp_flags = 0;
  memset(&key_.f.packet.words[FLOW_KEY_L3_WORD - 1], 0, kL3Bytes + sizeof(uint64_t));
  memset(&foreign_.f.packet.words[FLOW_KEY_L3_WORD - 1], 0xff, kL3Bytes + sizeof(uint64_t));
  fill(foreign_fields().eth_type);
  fill(foreign_fields().tcp_flags);
  fields.flags = flags;
  foreign_fields().flags = static_cast<uint8_t>(foreign_flags | (0xff & ~FLOW_MORE_TAGS));
}

// Tags that the packet has are behind the label then, and out of sight.
void PacketState::push_mpls(uint16_t eth_type) {
  const uint32_t entry = pushed_label(packet());
  hide_tags();
  append(Action::push_mpls(eth_type, entry), kLabelSize);
  forget_payload(eth_type);
  packet_fields().mpls.entry = htonl(entry);
}

void PacketState::hide_tags() {
  write_tag();
  if (tag_.present()) growth_ += kVlanTagSize;
  written_tag_ = {};
  set_tag({});
  packet_fields().flags &= static_cast<uint8_t>(~FLOW_MORE_TAGS);
  foreign_fields().flags |= FLOW_MORE_TAGS;
}

void PacketState::pop_mpls(uint16_t eth_type) {
  append(Action::pop_mpls(eth_type), -kLabelSize);
  forget_payload(eth_type);
  opaque_ = true;
}

void PacketState::push_pbb(uint16_t eth_type) {
  const uint32_t service = flow_key_is(&packet(), FLOW_ETH_TYPE_PBB) ? ntohl(packet().f.pbb.service)
                                                                     : uint32_t{tag_.tci} >> 13 << 29;
  hide_tags();
  append(Action::push_pbb(service), kPbbSize);
  forget_payload(eth_type);
  packet_fields().pbb.service = htonl(service);
}

void PacketState::pop_pbb() {
  write_tag();
  append(Action::pop_pbb(), -kPbbSize);
  forget_payload(0);
  fill(foreign_fields().eth_src);
  fill(foreign_fields().eth_dst);
  opaque_ = true;
}

void PacketState::pass_meter(uint32_t id) { append(Action::meter(id), 0); }

bool PacketState::is_metered() const { return !edits_.empty() && edits_.back().kind == Action::Kind::kMeter; }

void PacketState::copy_ttl(Action in_or_out) {
  append(in_or_out, 0);
  opaque_ = true;
}

void PacketState::commit() {
  for (size_t i = 0; i < kChunks; i++) {
    if (const uint16_t mask = chunk_of(unwritten_, i)) {
      const auto value = static_cast<uint16_t>(chunk_of(key_, i) & mask);
      edits_.push_back(Action::set(static_cast<uint16_t>(i), value, mask));
    }
  }
  unwritten_ = {};
}

void PacketState::enter(OfPort in_port) { key_ = pipeline_key(packet(), in_port); }

}  // namespace flowbed::sw
