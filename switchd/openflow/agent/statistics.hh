// What a bridge has counted, and what is in its tables, as multipart messages tell it. Who asks has settled
// the slow path before.
#pragma once

#include "switchd/openflow/messages.hh"
#include "switchd/slowpath/bridge.hh"

namespace flowbed::sw::ofp {

// Throw OfFault: a table, group or meter that cannot be or is not there.
FlowStatsReply flow_stats(const FlowStatsRequest& request, const Bridge& bridge, TimePoint now);
AggregateStatsReply aggregate_stats(const AggregateStatsRequest& request, const Bridge& bridge);
TableStatsReply table_stats(const Bridge& bridge);
GroupStatsReply group_stats(const GroupStatsRequest& request, const Bridge& bridge, TimePoint now);
GroupDescReply group_descriptions(const Bridge& bridge);
GroupFeaturesReply group_features();
MeterStatsReply meter_stats(const MeterStatsRequest& request, const Bridge& bridge, TimePoint now);
MeterConfigReply meter_configs(const MeterConfigRequest& request, const Bridge& bridge);
MeterFeaturesReply meter_features();

}  // namespace flowbed::sw::ofp
