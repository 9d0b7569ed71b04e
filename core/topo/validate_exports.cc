// What switches tell collectors: where those are, and values that make sense.
#include "core/base/suggest.hh"
#include "core/base/udp_socket.hh"
#include "core/topo/controllers.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

constexpr uint32_t kMaxHeader = 1024, kLongest = 1'000'000;  // bytes; seconds

void check_range(Validation& v, const std::string& place, uint32_t value, uint32_t least, uint32_t most) {
  if (value >= least && value <= most) return;
  v.fault(place,
          std::to_string(value) + " is not one of " + std::to_string(least) + " … " + std::to_string(most));
}

void check_values(Validation& v, const SflowExport& sflow, const std::string& place) {
  check_range(v, place + ".sampling", sflow.sampling, 1, UINT32_MAX);
  check_range(v, place + ".header", sflow.header, 14, kMaxHeader);
  check_range(v, place + ".polling", sflow.polling, 0, kLongest);
}

template <class Export>
void check_values(Validation& v, const Export& flows, const std::string& place) {
  check_range(v, place + ".active_timeout", flows.active_timeout, 0, kLongest);
  check_range(v, place + ".idle_timeout", flows.idle_timeout, 1, kLongest);
}

template <class Export>
void check_export(Validation& v, const Export& given, const std::string& place) {
  if (given == Export{}) return;
  if (!given.is_on()) return v.fault(place + ".targets", "no collector is named; write e.g. [\"10.0.0.9\"]");
  for (size_t i = 0; i < given.targets.size(); i++) {
    if (!parse_udp_target(given.targets[i], Export::kPort))
      v.fault(place + ".targets[" + std::to_string(i) + "]",
              in_quotes(given.targets[i]) +
                  " is no address of a collector; write e.g. 10.0.0.9:" + std::to_string(Export::kPort));
  }
  check_values(v, given, place);
  if (given.place.empty() || given.place == kMachine || given.place == kFabric) return;
  const auto host = v.index.find(given.place);
  if (!host || !v.given.nodes[*host].is_host())
    v.fault(place + ".place", in_quotes(given.place) + " is neither \"machine\" nor \"fabric\" nor a host" +
                                  v.suggest_node(given.place));
}

}  // namespace

void check_exports(Validation& v) {
  for (size_t n = 0; n < v.given.nodes.size(); n++) {
    if (v.given.nodes[n].kind != NodeKind::switch_) continue;
    for_each_export(v.given.nodes[n].exports, [&](const char* name, const auto& given) {
      check_export(v, given, v.node_place(n) + "." + name);
    });
  }
}

}  // namespace flowbed
