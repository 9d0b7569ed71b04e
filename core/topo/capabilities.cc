#include "core/topo/plan.hh"
#include "core/topo/suggest.hh"

namespace flowbed {
namespace {

// "rate", "rate and delay", "rate, delay and loss".
std::string listed(std::vector<std::string> words) {
  if (words.size() < 2) return joined(words);
  const std::string last = words.back();
  words.pop_back();
  return joined(words) + " and " + last;
}

std::string shape_members(const LinkShape& shape) {
  std::vector<std::string> members;
  if (shape.rate) members.push_back("rate");
  if (shape.delay) members.push_back("delay");
  if (shape.jitter) members.push_back("jitter");
  if (shape.loss) members.push_back("loss");
  if (shape.max_queue) members.push_back("max_queue");
  return listed(members) + (members.size() > 1 ? " need" : " needs");
}

}  // namespace

std::vector<Fault> check_capabilities(const Topology& topology, const Capabilities& capabilities) {
  std::vector<Fault> faults;
  if (topology.options.ipv6 && !capabilities.ipv6) {
    faults.push_back({"options.ipv6", "this machine's kernel has no IPv6; set it to false"});
  }
  for (size_t i = 0; i < topology.links.size(); i++) {
    const LinkShape& shape = topology.links[i].shape;
    if (capabilities.link_emulation || shape.is_plain()) continue;
    faults.push_back({"links[" + std::to_string(i) + "]",
                      shape_members(shape) +
                          " link emulation, which this version of Flowbed does not have yet; remove " +
                          (shape_members(shape).ends_with("needs") ? "it" : "them")});
  }
  return faults;
}

}  // namespace flowbed
