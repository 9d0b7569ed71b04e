#pragma once

#include <string>

#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

std::string format_learn(const of::Learn& learn);  // "learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],…)"

}  // namespace flowbed::sw
