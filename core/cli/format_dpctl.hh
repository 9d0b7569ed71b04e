// What switches answer, as ovs-ofctl writes it.
#pragma once

#include <string>

#include "core/base/channel.hh"

namespace flowbed {

std::string dpctl_flows(const Json& answer);
std::string dpctl_aggregate(const Json& answer);
std::string dpctl_tables(const Json& answer);
std::string dpctl_texts_of_groups(const Json& answer);
std::string dpctl_group_stats(const Json& answer);
std::string dpctl_texts_of_meters(const Json& answer);
std::string dpctl_meter_stats(const Json& answer);
std::string dpctl_ports(const Json& answer);
std::string dpctl_port_descriptions(const Json& answer);
std::string dpctl_show(const Json& answer);

}  // namespace flowbed
