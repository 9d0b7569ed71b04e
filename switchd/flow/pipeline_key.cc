#include "switchd/flow/pipeline_key.hh"

#include <arpa/inet.h>

namespace flowbed::sw {
namespace {

// What is smaller is a length: the frame is 802.3, and has for OpenFlow the type that stands for none.
constexpr uint16_t kFirstEtherType = 0x0600, kNoEtherType = 0x05ff;

}  // namespace

PipelineKey pipeline_key(const FlowKey& packet, OfPort in_port) {
  PipelineKey key{};
  key.f.packet = packet;
  if (ntohs(packet.f.eth_type) < kFirstEtherType) key.f.packet.f.eth_type = htons(kNoEtherType);
  key.f.in_port = key.f.in_phy_port = htonl(to_number(in_port));
  return key;
}

}  // namespace flowbed::sw
