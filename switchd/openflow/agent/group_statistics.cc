// Groups and meters.
#include <algorithm>

#include "switchd/openflow/agent/abilities.hh"
#include "switchd/openflow/agent/statistics.hh"

namespace flowbed::sw::ofp {
namespace {

using References = std::map<uint32_t, uint32_t>;

Counts counts_of(const FlowCounter& counter) { return {counter.packets, counter.bytes}; }

void count_groups(const OfActions& actions, References& references) {
  for (const OfAction& action : actions) {
    if (const auto* group = std::get_if<of::Group>(&action)) references[group->id]++;
  }
}

void for_each_rule(const Bridge& bridge, const auto& visit) {
  for (size_t id = 0; id < FlowTables::kTables; id++) {
    const FlowTable* table = bridge.pipeline->tables.find(static_cast<uint8_t>(id));
    if (table) table->for_each(visit);
  }
}

References references_to_groups(const Bridge& bridge) {
  References references;
  for_each_rule(bridge, [&](const Rule& rule) {
    count_groups(rule.instructions->apply, references);
    count_groups(rule.instructions->write, references);
  });
  for (const auto& [id, group] : bridge.pipeline->groups.groups()) {
    for (const Bucket& bucket : group.buckets) count_groups(bucket.actions, references);
  }
  return references;
}

References references_to_meters(const Bridge& bridge) {
  References references;
  for_each_rule(bridge, [&](const Rule& rule) {
    if (rule.instructions->meter) references[*rule.instructions->meter]++;
  });
  return references;
}

GroupStats describe(const Group& group, uint32_t references, TimePoint now) {
  GroupStats stats{.group = group.id,
                   .references = references,
                   .counts = counts_of(group.counter),
                   .age = std::max(Duration{}, now - group.created)};
  for (const FlowCounter& bucket : group.bucket_counters) stats.buckets.push_back(counts_of(bucket));
  return stats;
}

MeterStats describe(const Meter& meter, uint32_t rules, TimePoint now) {
  MeterStats stats{.meter = meter.config.id,
                   .rules = rules,
                   .in = counts_of(meter.counter),
                   .age = std::max(Duration{}, now - meter.created)};
  for (const Meter::Band& band : meter.bands) stats.bands.push_back(counts_of(band.counter));
  return stats;
}

// One meter, or all.
void for_each_meter(uint32_t wanted, const Bridge& bridge, const auto& visit) {
  if (wanted != kMeterAll && !bridge.pipeline->meters.find(wanted))
    throw OfFault(OfFaultKind::kUnknownMeter, "there is no meter " + std::to_string(wanted));
  for (const auto& [id, meter] : bridge.pipeline->meters.meters()) {
    if (wanted == kMeterAll || wanted == id) visit(*meter);
  }
}

}  // namespace

// A group that is not there has no entry, which is no error (OpenFlow 1.3.5, 7.3.5.8).
GroupStatsReply group_stats(const GroupStatsRequest& request, const Bridge& bridge, TimePoint now) {
  GroupStatsReply reply;
  References references = references_to_groups(bridge);
  for (const auto& [id, group] : bridge.pipeline->groups.groups()) {
    if (request.group == kGroupAll || request.group == id)
      reply.groups.push_back(describe(group, references[id], now));
  }
  return reply;
}

GroupDescReply group_descriptions(const Bridge& bridge) {
  GroupDescReply reply;
  for (const auto& [id, group] : bridge.pipeline->groups.groups())
    reply.groups.push_back({group.type, id, group.buckets});
  return reply;
}

GroupFeaturesReply group_features() {
  GroupFeaturesReply reply{
      .types = 0xf,
      .capabilities = kGroupSelectWeight | kGroupSelectLiveness | kGroupChaining | kGroupChainingChecks};
  uint32_t actions = 0;
  for (const uint16_t type : action_types()) actions |= 1u << type;
  reply.max_groups.fill(GroupTable::kMaxGroups);
  reply.actions.fill(actions);
  return reply;
}

MeterStatsReply meter_stats(const MeterStatsRequest& request, const Bridge& bridge, TimePoint now) {
  MeterStatsReply reply;
  References references = references_to_meters(bridge);
  for_each_meter(request.meter, bridge, [&](const Meter& meter) {
    reply.meters.push_back(describe(meter, references[meter.config.id], now));
  });
  return reply;
}

MeterConfigReply meter_configs(const MeterConfigRequest& request, const Bridge& bridge) {
  MeterConfigReply reply;
  for_each_meter(request.meter, bridge, [&](const Meter& meter) { reply.meters.push_back(meter.config); });
  return reply;
}

MeterFeaturesReply meter_features() {
  constexpr auto bit = [](MeterBand::Type type) { return 1u << static_cast<unsigned>(type); };
  return {
      .max_meters = MeterTable::kMaxMeters,
      .band_types = bit(MeterBand::Type::kDrop) | bit(MeterBand::Type::kDscpRemark),
      .capabilities = MeterConfig::kKbps | MeterConfig::kPktps | MeterConfig::kBurst | MeterConfig::kStats,
      .max_bands = MeterTable::kMaxBands};
}

}  // namespace flowbed::sw::ofp
