#include "switchd/slowpath/classifier/stages.hh"

namespace flowbed::sw {
namespace {

template <class Field>
void fill(Field& field) {
  memset(&field, 0xff, sizeof field);
}

std::array<PipelineMask, kStages> make_stages() {
  std::array<PipelineMask, kStages> stages{};
  auto& [metadata, l2, l3, l4] = stages;
  fill(metadata.f.metadata);
  fill(metadata.f.tunnel_id);
  fill(metadata.f.in_port);
  fill(metadata.f.in_phy_port);
  fill(metadata.f.registers);
  fill(metadata.f.conj_id);
  fill(metadata.f.packet.f.in_port);
  fill(metadata.f.packet.f.recirculation);
  fill(l4.f.packet.f.tcp_flags);
  fill(l4.f.packet.f.tp_src);
  fill(l4.f.packet.f.tp_dst);
  fill(l3.f.packet.f.l3_words);
  fill(l3.f.packet.f.ip_proto);
  fill(l3.f.packet.f.ip_tos);
  fill(l3.f.packet.f.ip_ttl);
  fill(l3.f.packet.f.flags);
  fill(l2.f.packet.f.eth_type);
  fill(l2.f.packet.f.vlan_tci);
  fill(l2.f.packet.f.eth_dst);
  fill(l2.f.packet.f.vlan_tpid);
  fill(l2.f.packet.f.eth_src);
  return stages;
}

}  // namespace

const std::array<PipelineMask, kStages>& stage_bits() {
  static const std::array<PipelineMask, kStages> stages = make_stages();
  return stages;
}

}  // namespace flowbed::sw
