#include "switchd/control/verb_exports.hh"

namespace flowbed::sw {
namespace {

Json describe(const CollectorGroup& collectors) {
  Json all = Json::array();
  for (const auto& collector : collectors.members()) {
    Json entry = {{"target", collector->target().to_string()},
                  {"place", collector->place()},
                  {"datagrams", collector->counters().sent},
                  {"lost", collector->counters().lost},
                  {"refused", collector->counters().refused}};
    if (!collector->fault().empty()) entry["fault"] = collector->fault();
    all.push_back(std::move(entry));
  }
  return all;
}

Json describe(const SflowExporter& sflow) {
  return {{"protocol", "sflow"},
          {"sampling", sflow.config().sampling},
          {"header", sflow.config().header},
          {"polling_s", to_seconds(sflow.config().polling)},
          {"packet_samples", sflow.packet_samples()},
          {"counter_samples", sflow.counter_samples()},
          {"collectors", describe(sflow.collectors())}};
}

Json describe(const FlowExporter& exporter) {
  return {{"protocol", exporter.name()},
          {"active_timeout_s", to_seconds(exporter.timeouts().active)},
          {"idle_timeout_s", to_seconds(exporter.timeouts().idle)},
          {"flows", exporter.flows()},
          {"exported", exporter.exported()},
          {"lost", exporter.lost()},
          {"collectors", describe(exporter.collectors())}};
}

}  // namespace

Json describe_exports(const BridgeExports* exports) {
  Json all = Json::array();
  if (exports) {
    if (exports->sflow()) all.push_back(describe(*exports->sflow()));
    for (const auto& exporter : exports->flows()) all.push_back(describe(*exporter));
  }
  return {{"exports", std::move(all)}};
}

}  // namespace flowbed::sw
