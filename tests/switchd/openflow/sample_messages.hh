// At least one of every message that a version has.
#pragma once

#include "switchd/openflow/messages.hh"

namespace flowbed::sw::ofp {

std::vector<Request> sample_requests(OfVersion version);
std::vector<Reply> sample_replies(OfVersion version);

inline Match ip_match() {
  Match match;
  match.set(field_named("in_port"), 3);
  match.set(field_named("dl_type"), 0x0800);
  match.set(field_named("nw_dst"), 0x0a000000, 0xff000000);
  return match;
}

}  // namespace flowbed::sw::ofp
