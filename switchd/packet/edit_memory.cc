#include "switchd/packet/edit_memory.hh"

#include <algorithm>

namespace flowbed::sw {

std::span<uint8_t> EditMemory::take(size_t size) {
  for (; at_.block < blocks_.size(); at_ = {at_.block + 1, 0}) {
    const Block& block = blocks_[at_.block];
    if (block.size - at_.used < size) continue;
    at_.used += size;
    return {block.bytes.get() + at_.used - size, size};
  }
  const size_t block_size = std::max(size, kBlockSize);
  blocks_.push_back({std::make_unique_for_overwrite<uint8_t[]>(block_size), block_size});
  at_ = {blocks_.size() - 1, size};
  return {blocks_.back().bytes.get(), size};
}

}  // namespace flowbed::sw
