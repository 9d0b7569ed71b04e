#include "switchd/slowpath/classifier/stages.hh"

namespace flowbed::sw {
namespace {

template <class Field>
void fill(Field& field) {
  memset(&field, 0xff, sizeof field);
}

std::array<FlowMask, kStages> make_stages() {
  std::array<FlowMask, kStages> stages{};
  auto& [metadata, l2, l3, l4] = stages;
  fill(metadata.f.in_port);
  fill(l4.f.tcp_flags);
  fill(l4.f.tp_src);
  fill(l4.f.tp_dst);
  fill(l3.f.l3_words);
  fill(l3.f.ip_proto);
  fill(l3.f.ip_tos);
  fill(l3.f.ip_ttl);
  fill(l3.f.ip_frag);
  fill(l2.f.eth_type);
  fill(l2.f.vlan_tci);
  fill(l2.f.eth_dst);
  fill(l2.f.vlan_tpid);
  fill(l2.f.eth_src);
  return stages;
}

}  // namespace

const std::array<FlowMask, kStages>& stage_bits() {
  static const std::array<FlowMask, kStages> stages = make_stages();
  return stages;
}

}  // namespace flowbed::sw
