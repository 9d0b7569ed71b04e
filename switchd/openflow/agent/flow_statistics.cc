// Rules and tables.
#include <algorithm>

#include "switchd/openflow/agent/statistics.hh"
#include "switchd/openflow/agent/tables.hh"

namespace flowbed::sw::ofp {
namespace {

uint64_t unless(uint16_t uncounted, uint16_t flags, uint64_t count) {
  return flags & uncounted ? UINT64_MAX : count;
}

FlowStats describe(const Rule& rule, TimePoint now) {
  return {.table = rule.table,
          .priority = static_cast<uint16_t>(rule.priority),
          .match = rule.match,
          .cookie = rule.cookie,
          .idle_timeout = rule.idle_timeout,
          .hard_timeout = rule.hard_timeout,
          .importance = rule.importance,
          .flags = rule.flags,
          .age = std::max(Duration{}, now - rule.created),
          .idle = std::max(Duration{}, now - rule.counter.used),
          .packets = unless(kFlowNoPacketCounts, rule.flags, rule.counter.packets),
          .bytes = unless(kFlowNoByteCounts, rule.flags, rule.counter.bytes),
          .instructions = *rule.instructions};
}

std::vector<Rule*> select(const FlowFilter& filter, const Bridge& bridge) {
  if (filter.table != kTableAll && filter.table > kMaxTable)
    throw OfFault(OfFaultKind::kBadTableId, "tables go from 0 to 253");
  return bridge.pipeline->tables.select(filter);
}

}  // namespace

FlowStatsReply flow_stats(const FlowStatsRequest& request, const Bridge& bridge, TimePoint now) {
  FlowStatsReply reply{.rules = {}, .nicira = request.nicira};
  for (const Rule* rule : select(request.filter, bridge)) reply.rules.push_back(describe(*rule, now));
  return reply;
}

AggregateStatsReply aggregate_stats(const AggregateStatsRequest& request, const Bridge& bridge) {
  AggregateStatsReply reply{.nicira = request.nicira};
  for (const Rule* rule : select(request.filter, bridge)) {
    reply.packets += rule->counter.packets;
    reply.bytes += rule->counter.bytes;
    reply.rules++;
  }
  return reply;
}

TableStatsReply table_stats(const Bridge& bridge) {
  TableStatsReply reply;
  for (size_t id = 0; id < FlowTables::kTables; id++) {
    const auto number = static_cast<uint8_t>(id);
    TableStats stats{.table = number, .name = table_name(bridge, number)};
    stats.max_rules = table_limit(bridge, number);
    if (const FlowTable* table = bridge.pipeline->tables.find(number)) {
      stats.rules = static_cast<uint32_t>(table->size());
      stats.lookups = table->lookups.packets;
      stats.matches = table->matches.packets;
    }
    reply.tables.push_back(stats);
  }
  return reply;
}

}  // namespace flowbed::sw::ofp
