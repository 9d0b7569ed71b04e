// PacketState: what a packet has become on its way through tables and bridges, and how a datapath gets there.
//
// Setting a field only notes it; the actions for it are made when the packet leaves, so that what is set
// twice, or set for nothing, costs nothing. Headers that are pushed or popped are written down at once, after
// what was set before. The outermost VLAN tag is kept apart, because a packet often leaves by many ports with
// different tags: `tag` is what it shall have, and `written_tag` what it has after `edits`.
//
// Bits that were set do not come from the packet that came in: looking at them un-wildcards nothing.
//
// When a header is taken off, what lies below is not in the key: the state is then `opaque`, and whoever
// needs to know more has to recirculate.
#pragma once

#include "switchd/flow/action.hh"
#include "switchd/flow/fields.hh"
#include "switchd/flow/pipeline_key.hh"

namespace flowbed::sw {

class PacketState {
 public:
  explicit PacketState(const PipelineKey& key);

  const PipelineKey& key() const { return key_; }
  const FlowKey& packet() const { return key_.f.packet; }
  VlanTag tag() const { return tag_; }
  VlanTag written_tag() const { return written_tag_; }
  const ActionList& edits() const { return edits_; }  // after `commit`: everything but the tag
  bool opaque() const { return opaque_; }
  // An action made the tag what it was at first: that nothing is to be done depends on all of its bits.
  bool met_original_tag() const { return met_original_tag_; }
  bool is_changed() const { return is_changed_; }  // some header of the packet is another than at first
  bool is_metered() const;                         // and has not changed since
  // By how many bytes it is larger than the packet that came in, its tags left out and with them.
  int growth() const { return growth_; }
  int growth_with_tags() const;

  // Of the bits that were looked at now, those that are the original packet's.
  FlowMask original(const PipelineMask& looked_at) const;

  void set(const Field& field, FieldValue value, FieldValue mask);
  void replace_tag(VlanTag tag);      // the outermost; VlanTag{}: takes it off
  void push_vlan(uint16_t eth_type);  // priority and id are those of the outermost tag, else 0
  void pop_vlan();
  void push_mpls(uint16_t eth_type);
  void pop_mpls(uint16_t eth_type);
  void push_pbb(uint16_t eth_type);
  void pop_pbb();
  void pass_meter(uint32_t id);     // what follows happens to packets that this meter lets pass
  void copy_ttl(Action in_or_out);  // between a label and what is below it
  void commit();

  // At the next bridge: the same packet, which has nothing of what the pipeline added.
  void enter(OfPort in_port);

 private:
  flow_key_fields& packet_fields() { return key_.f.packet.f; }
  flow_key_fields& foreign_fields() { return foreign_.f.packet.f; }
  void forget_payload(uint16_t eth_type);
  void write_tag();
  void hide_tags();
  void set_tag(VlanTag tag);
  void append(Action action, int bytes);

  PipelineKey key_;
  PipelineMask foreign_{};    // bits that actions have set
  PipelineMask unwritten_{};  // of these, the ones that `edits_` do not set yet
  ActionList edits_;
  VlanTag original_tag_, written_tag_, tag_;
  int growth_ = 0;
  bool opaque_ = false, is_changed_ = false, met_original_tag_ = false;
};

}  // namespace flowbed::sw
