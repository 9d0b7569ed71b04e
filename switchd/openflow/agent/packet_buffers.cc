#include "switchd/openflow/agent/packet_buffers.hh"

#include <string>
#include <utility>

#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw::ofp {

uint32_t PacketBuffers::keep(Buffered packet) {
  places_.resize(kCount);
  const uint32_t number = next_;
  next_ = next_ + 1 == kNoBuffer ? 0 : next_ + 1;
  places_[number % kCount] = {number, std::move(packet)};
  return number;
}

PacketBuffers::Buffered PacketBuffers::take(uint32_t number) {
  Place* place = places_.empty() ? nullptr : &places_[number % kCount];
  if (!place || place->number != number || number == kNoBuffer)
    throw OfFault(OfFaultKind::kBufferUnknown, "there is no packet " + std::to_string(number));
  if (place->packet.frame.empty())
    throw OfFault(OfFaultKind::kBufferEmpty, "packet " + std::to_string(number) + " was sent before");
  return std::exchange(place->packet, {});
}

}  // namespace flowbed::sw::ofp
