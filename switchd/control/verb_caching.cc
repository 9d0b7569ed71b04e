#include "switchd/control/verb_caching.hh"

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

std::string feature_names() {
  std::string names;
  for (const CachingFeature& feature : kCachingFeatures)
    names += (names.empty() ? "" : "|") + std::string(feature.name);
  return names;
}

void set_feature(SlowPath& slow_path, const Json& params) {
  const std::string name = params.at("feature");
  if (!params.contains("state")) throw Error("caching " + name + ": on or off?");
  CachingOptions options = slow_path.caching();
  find_caching_feature(name)->in(options) = params.at("state") == "on";
  slow_path.set_caching(options);
}

Json describe_caching(const SlowPath& slow_path) {
  CachingOptions options = slow_path.caching();
  Json features = Json::array();
  for (const CachingFeature& feature : kCachingFeatures)
    features.push_back({{"name", feature.name}, {"on", feature.in(options)}, {"help", feature.help}});
  const MaskSearch search = slow_path.datapath().mask_search();
  return {{"features", std::move(features)},
          {"flows", slow_path.flows().count()},
          {"masks", search.masks},
          {"searches", search.searches},
          {"masks_searched", search.masks_searched},
          {"removed_by_changes", slow_path.flows().removed()}};
}

}  // namespace

Verb caching_verb(SlowPath& slow_path) {
  return {"caching",
          {{"feature", feature_names(), "which; without, all are shown", false},
           {"state", "on|off", "how it shall be from now on, for all switches", false}},
          "Show what keeps packets away from the slow path, or switch one of its means on or off.",
          [&slow_path](Json params) -> Task<Json> {
            if (params.contains("feature")) set_feature(slow_path, params);
            co_return describe_caching(slow_path);
          }};
}

}  // namespace flowbed::sw
