// Groups and meters as ovs-ofctl has them:
//
//   group_id=1,type=select,bucket=weight:10,actions=output:1,bucket=weight:20,actions=output:2
//   meter=1,kbps,burst,stats,bands=type=drop,rate=1000,burst_size=100
#pragma once

#include <string>
#include <string_view>

#include "switchd/slowpath/pipeline/requests.hh"
#include "switchd/slowpath/pipeline/syntax/port_names.hh"

namespace flowbed::sw {

// To delete: group_id= alone, or nothing for every group. A bucket of a select group weighs 100 unless it is
// said otherwise. Throws Error.
GroupMod parse_group(std::string_view text, GroupMod::Command command, const PortNames& ports = {});
std::string format_group(const GroupMod& group, const PortNames& ports = {});
std::string format_bucket(const Bucket& bucket, GroupType type, const PortNames& ports = {});
std::string_view group_type_name(GroupType type);

// To delete: meter= alone, or nothing for every meter. Throws Error.
MeterMod parse_meter(std::string_view text, MeterMod::Command command);
std::string format_meter(const MeterConfig& meter);

}  // namespace flowbed::sw
