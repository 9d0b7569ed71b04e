#include "switchd/control/verb_groups.hh"

#include "core/base/error.hh"
#include "switchd/openflow/agent/statistics.hh"
#include "switchd/slowpath/bridge_port_names.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

namespace flowbed::sw {
namespace {

Json to_json(const ofp::Counts& counts) { return {{"packets", counts.packets}, {"bytes", counts.bytes}}; }

Json describe(const Bucket& bucket, const ofp::Counts& counts, const Group& group, const PortNames& ports) {
  Json described = to_json(counts);
  described["actions"] = format_actions(bucket.actions, ports);
  if (group.type == GroupType::kSelect) described["weight"] = bucket.weight;
  if (bucket.watch_port != kOfPortAny) described["watch_port"] = format_port(bucket.watch_port, ports);
  if (bucket.watch_group != kGroupAny) described["watch_group"] = bucket.watch_group;
  return described;
}

Json describe(const Group& group, const ofp::GroupStats& stats, const PortNames& ports) {
  Json buckets = Json::array();
  for (size_t i = 0; i < group.buckets.size(); i++)
    buckets.push_back(describe(group.buckets[i], stats.buckets.at(i), group, ports));
  Json described = to_json(stats.counts);
  described.update(
      {{"group", group.id},
       {"type", group_type_name(group.type)},
       {"references", stats.references},
       {"duration_s", to_seconds(stats.age)},
       {"buckets", std::move(buckets)},
       {"text", format_group({.type = group.type, .id = group.id, .buckets = group.buckets}, ports)}});
  return described;
}

Json describe(const MeterConfig& meter, const ofp::MeterStats& stats) {
  Json bands = Json::array();
  for (size_t i = 0; i < meter.bands.size(); i++) {
    Json band = to_json(stats.bands.at(i));
    band["rate"] = meter.bands[i].rate;
    band["burst"] = meter.bands[i].burst;
    band["type"] = meter.bands[i].type == MeterBand::Type::kDrop ? "drop" : "dscp_remark";
    bands.push_back(std::move(band));
  }
  Json described = to_json(stats.in);
  described.update({{"meter", meter.id},
                    {"unit", meter.flags & MeterConfig::kPktps ? "pktps" : "kbps"},
                    {"references", stats.rules},
                    {"duration_s", to_seconds(stats.age)},
                    {"bands", std::move(bands)},
                    {"text", format_meter(meter)}});
  return described;
}

}  // namespace

Json describe_groups(const Bridge& bridge, std::optional<uint32_t> id, Wording wording, TimePoint now) {
  const GroupTable& groups = bridge.pipeline->groups;
  if (id && !groups.find(*id)) throw Error("there is no group " + std::to_string(*id));
  const PortNames ports = wording.names ? port_names(bridge) : PortNames{};
  Json all = Json::array();
  for (const ofp::GroupStats& stats : ofp::group_stats({id.value_or(kGroupAll)}, bridge, now).groups)
    all.push_back(describe(*groups.find(stats.group), stats, ports));
  return {{"switch", bridge.config.name}, {"groups", std::move(all)}};
}

Json describe_meters(const Bridge& bridge, std::optional<uint32_t> id, TimePoint now) {
  Json all = Json::array();
  for (const ofp::MeterStats& stats : ofp::meter_stats({id.value_or(kMeterAll)}, bridge, now).meters)
    all.push_back(describe(bridge.pipeline->meters.find(stats.meter)->config, stats));
  return {{"switch", bridge.config.name}, {"meters", std::move(all)}};
}

Json change_groups(SlowPath& slow_path, Bridge& bridge, GroupMod::Command command, const std::string& text,
                   TimePoint now) {
  const GroupTable& groups = bridge.pipeline->groups;
  const size_t before = groups.groups().size(), rules_before = bridge.pipeline->tables.size();
  slow_path.programs().apply(bridge, parse_group(text, command, port_names(bridge)), now);
  if (command != GroupMod::Command::kDelete) return Json::object();
  return {{"deleted", before - groups.groups().size()},
          {"rules_deleted", rules_before - bridge.pipeline->tables.size()}};
}

Json change_meters(SlowPath& slow_path, Bridge& bridge, MeterMod::Command command, const std::string& text,
                   TimePoint now) {
  const MeterTable& meters = bridge.pipeline->meters;
  const size_t before = meters.meters().size(), rules_before = bridge.pipeline->tables.size();
  slow_path.programs().apply(bridge, parse_meter(text, command), now);
  if (command != MeterMod::Command::kDelete) return Json::object();
  return {{"deleted", before - meters.meters().size()},
          {"rules_deleted", rules_before - bridge.pipeline->tables.size()}};
}

}  // namespace flowbed::sw
