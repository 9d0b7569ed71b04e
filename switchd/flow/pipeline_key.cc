#include "switchd/flow/pipeline_key.hh"

#include <arpa/inet.h>

namespace flowbed::sw {

PipelineKey pipeline_key(const FlowKey& packet, OfPort in_port) {
  PipelineKey key{};
  key.f.packet = packet;
  key.f.in_port = key.f.in_phy_port = htonl(to_number(in_port));
  return key;
}

}  // namespace flowbed::sw
