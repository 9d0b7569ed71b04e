// Other names of fields: those of OXM and NXM, and those that are printed for packets and megaflows.
#pragma once

#include <string>
#include <string_view>

#include "switchd/flow/fields.hh"

namespace flowbed::sw {

std::string nxm_name(const Field& field);  // "NXM_OF_IP_DST"; "": it has none
std::string oxm_name(const Field& field);  // "OXM_OF_IPV4_DST"; "": it has none
// By one of these. Null: there is none.
const Field* find_field_by_oxm_name(std::string_view name);

// As set_field prints it: "eth_src" and "ip_src", where matches have "dl_src" and "nw_src".
std::string_view set_name(const Field& field);
// As megaflows are printed: one name for what is the same of IPv4 and IPv6, of TCP, UDP and SCTP: "ip_src",
// "tp_src".
std::string_view packet_name(const Field& field);

}  // namespace flowbed::sw
