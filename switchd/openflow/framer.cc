#include "switchd/openflow/framer.hh"

namespace flowbed::sw::ofp {

void Framer::feed(std::span<const uint8_t> bytes) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::optional<Header> Framer::peek() const {
  if (waiting() < kHeaderSize) return std::nullopt;
  return read_header(std::span<const uint8_t>(bytes_).subspan(taken_));
}

std::optional<Bytes> Framer::next() {
  const auto header = peek();
  if (!header) return std::nullopt;
  const auto left = std::span<const uint8_t>(bytes_).subspan(taken_);
  const size_t size = header->size;
  if (size < kHeaderSize) throw OfFault(OfFaultKind::kBadLength, "a message is shorter than its header");
  if (left.size() < size) return std::nullopt;
  taken_ += size;
  return Bytes(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size));
}

}  // namespace flowbed::sw::ofp
