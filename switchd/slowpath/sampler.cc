#include "switchd/slowpath/sampler.hh"

#include "switchd/packet/checksum.hh"
#include "switchd/packet/segment.hh"

namespace flowbed::sw {

void Sampler::begin(uint32_t one_in, Random& random) {
  one_in_ = one_in;
  next_ = gap(random);
}

uint64_t Sampler::gap(Random& random) const {
  if (one_in_ <= 1) return 0;
  return std::geometric_distribution<uint64_t>(1.0 / one_in_)(random);
}

Packet single_packet(const Packet& packet, uint32_t index, std::vector<uint8_t>& storage) {
  if (const Segmenter cut(packet); index < cut.count()) {
    storage.resize(cut.size(index));
    return cut.write(index, storage);
  }
  const OffloadHeader& offload = packet.offload;
  const size_t start = offload.csum_start, field = start + offload.csum_offset;
  if (!offload.needs_checksum() || field + 2 > packet.bytes.size()) return packet;
  storage.assign(packet.bytes.begin(), packet.bytes.end());
  const auto sum = static_cast<uint16_t>(~ones_sum(std::span(storage).subspan(start)));
  write_u16(&storage[field], sum == 0 ? 0xffff : sum);
  Packet finished = packet;
  finished.bytes = storage;
  finished.offload = {};
  return finished;
}

}  // namespace flowbed::sw
