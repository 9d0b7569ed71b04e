#include "switchd/control/switch_verb.hh"

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

Bridge& find_bridge(const SlowPath& slow_path, const Json& params) {
  const std::string name = params.at("switch");
  if (Bridge* bridge = slow_path.bridges().find(name)) return *bridge;
  throw Error("there is no switch " + name);
}

}  // namespace

VerbParameter switch_parameter() { return {"switch", "switch", "the switch"}; }

Verb::Handler switch_handler(SlowPath& slow_path, SwitchWork work) {
  return [&slow_path, work = std::move(work)](Json params) -> Task<Json> {
    Bridge& bridge = find_bridge(slow_path, params);
    slow_path.settle();
    co_return work(bridge, params);
  };
}

}  // namespace flowbed::sw
