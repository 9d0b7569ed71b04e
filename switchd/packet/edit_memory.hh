// EditMemory: where copies of packets lie that are changed on their way.
//
// What leaves is sent later, at the output's flush, so a copy must live until then. Memory is taken in stack
// order: what was taken since a mark is given back together, and only after a flush. It grows as far as one
// packet's actions need and is kept for the next: 256 KiB blocks, of which ordinary traffic needs one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace flowbed::sw {

class EditMemory {
 public:
  struct Mark {
    size_t block = 0, used = 0;
  };

  explicit EditMemory(std::function<void()> flush) : flush_(std::move(flush)) {}

  std::span<uint8_t> take(size_t size);
  Mark mark() const { return at_; }
  // More is taken than should be; who can give some back does so, and who can do without more does without.
  bool is_crowded() const { return at_.block >= kCrowdedBlocks; }
  void flush() { flush_(); }
  // Flushes. Nothing that was taken since `mark` is needed by anyone else.
  void give_back(Mark mark) {
    flush_();
    at_ = mark;
  }
  // The same, when the output was flushed already.
  void clear() { at_ = {}; }

 private:
  static constexpr size_t kBlockSize = size_t{256} << 10;
  static constexpr size_t kCrowdedBlocks = 4;

  struct Block {
    std::unique_ptr<uint8_t[]> bytes;
    size_t size;
  };

  std::function<void()> flush_;
  std::vector<Block> blocks_;
  Mark at_;
};

}  // namespace flowbed::sw
