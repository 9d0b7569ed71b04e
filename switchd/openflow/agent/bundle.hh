// A bundle: changes that a controller collects, to have all of them made, or none.
#pragma once

#include <vector>

#include "switchd/openflow/messages.hh"

namespace flowbed::sw::ofp {

struct Bundle {
  static constexpr size_t kMaxBundles = 64, kMaxMessages = 65536;  // of one controller, in one bundle
  static constexpr size_t kMaxBytes = size_t{16} << 20;

  uint16_t flags = 0;
  bool is_closed = false;
  std::vector<BundleAdd> messages = {};
  size_t bytes = 0;  // of the messages
};

}  // namespace flowbed::sw::ofp
