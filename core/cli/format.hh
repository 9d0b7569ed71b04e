// Format: answers of verbs as a person reads them; where Mininet has such a line, exactly as Mininet writes
// it.
//
// Pure functions from the JSON that a verb answers (core/engine/README.md, switchd/README.md) to text that
// ends in a newline, or is empty.
#pragma once

#include <functional>
#include <string>

#include "core/base/channel.hh"

namespace flowbed {

// The answer of `verb` for a person: its own form where there is one, else indented JSON; "" for an empty
// answer.
std::string format_answer(const std::string& verb, const Json& answer);

// Measurements (format_measurements.cc)
std::string format_ping(const Json& answer);       // pingall, pingpair
std::string format_ping_full(const Json& answer);  // with round-trip times
std::string format_iperf(const Json& answer);      // TCP and UDP
double lost_fraction(const Json& ping_answer);     // 0 … 1, over both families

// Views of the verb `state` (format_state.cc)
std::string format_nodes(const Json& state);
std::string format_net(const Json& state);
// `pid_of` knows the process of a node's shell, or gives 0: then it is the one that stands for the node.
std::string format_dump(const Json& state, const std::function<int(const std::string& node)>& pid_of);
std::string format_links(const Json& state);
std::string format_intfs(const Json& state);
std::string format_ports(const Json& state);

// The network and its switches (format_status.cc, format_switch.cc)
std::string format_status(const Json& status);
std::string format_network_list(const Json& statuses);  // one with a "name" only does not answer
std::string format_cache(const Json& answer);
std::string format_caching(const Json& answer);
std::string format_mac_table(const Json& answer);
std::string format_port_counters(const Json& answer);
std::string format_stp(const Json& answer);
std::string format_trace(const Json& answer);

// OpenFlow (format_openflow.cc)
std::string format_link(const Json& answer);
std::string format_controllers(const Json& answer);
std::string format_exports(const Json& answer);
std::string format_flows(const Json& answer);
std::string format_tables(const Json& answer);
std::string format_groups(const Json& answer);
std::string format_meters(const Json& answer);
std::string format_changed_flows(const Json& answer);
std::string format_deleted_flows(const Json& answer);
std::string format_deleted_groups(const Json& answer);
std::string format_deleted_meters(const Json& answer);

// The findings of `flowbed doctor` (format_doctor.cc): a table in groups, `width` characters wide where that
// is sensible
std::string format_doctor(const Json& findings, size_t width);

}  // namespace flowbed
