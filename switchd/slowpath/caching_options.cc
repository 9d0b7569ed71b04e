#include "switchd/slowpath/caching_options.hh"

#include <algorithm>

namespace flowbed::sw {

const CachingFeature* find_caching_feature(std::string_view name) {
  const auto* found = std::ranges::find(kCachingFeatures, name, &CachingFeature::name);
  return found == kCachingFeatures.end() ? nullptr : found;
}

}  // namespace flowbed::sw
