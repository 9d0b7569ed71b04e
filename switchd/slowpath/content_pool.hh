// ContentPool: numbers for values, the same number for equal ones. Numbers go into actions of cached flows,
// so they stay valid until the pool is cleared, which whoever clears the cache may do.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

namespace flowbed::sw {

template <class Value>
class ContentPool {
 public:
  explicit ContentPool(size_t capacity) : capacity_(capacity) {}

  // From 1; nothing: the pool is full.
  std::optional<uint32_t> number_of(const Value& value) {
    const auto [first, last] = numbers_.equal_range(value.hash());
    for (auto known = first; known != last; ++known) {
      if (values_[known->second - 1] == value) return known->second;
    }
    if (values_.size() == capacity_) return std::nullopt;
    values_.push_back(value);
    const auto number = static_cast<uint32_t>(values_.size());
    numbers_.emplace(value.hash(), number);
    return number;
  }
  const Value* find(uint32_t number) const {
    return number == 0 || number > values_.size() ? nullptr : &values_[number - 1];
  }
  size_t size() const { return values_.size(); }
  bool is_half_full() const { return 2 * values_.size() > capacity_; }
  void clear() {
    values_.clear();
    numbers_.clear();
  }

 private:
  size_t capacity_;
  std::deque<Value> values_;
  std::unordered_multimap<uint64_t, uint32_t> numbers_;  // by hash
};

}  // namespace flowbed::sw
