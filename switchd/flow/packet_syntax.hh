// A packet written down by a person, for `trace`: "in_port=1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_dst=80".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "switchd/flow/fields.hh"

namespace flowbed::sw {

// Gives the datapath's port for what stands after "in_port=" (a number or a name), or nothing if there is
// none.
using PortFinder = std::function<std::optional<PortNo>(std::string_view)>;

// Names as in the table of fields, with the short words and aliases of ovs-ofctl (ip, arp, icmp, tcp, udp,
// sctp, and with a 6 for IPv6; dl_…, nw_…). What is not said is zero; the EtherType follows from the words
// and addresses. Throws Error naming the part that is wrong, and what would be right.
FlowKey parse_packet(std::string_view text, const PortFinder& find_port);

// Whether a packet that parse_packet can read gives this field a value.
bool says_field(std::string_view packet, const Field& field);

// All that may stand in a packet: the words, and the fields with their "=".
std::vector<std::string> packet_vocabulary();

}  // namespace flowbed::sw
