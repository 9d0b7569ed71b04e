#include "switchd/openflow/framer.hh"

namespace flowbed::sw::ofp {

void Framer::feed(std::span<const uint8_t> bytes) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::optional<Bytes> Framer::next() {
  const auto left = std::span<const uint8_t>(bytes_).subspan(taken_);
  if (left.size() < kHeaderSize) return std::nullopt;
  const size_t size = read_header(left).size;
  if (size < kHeaderSize) throw OfFault(OfFaultKind::kBadLength, "a message is shorter than its header");
  if (left.size() < size) return std::nullopt;
  taken_ += size;
  return Bytes(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size));
}

}  // namespace flowbed::sw::ofp
