// Why a packet goes to a controller, in words: controller(reason=no_match).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

std::optional<PacketInReason> find_reason(std::string_view word);
std::string_view reason_name(PacketInReason reason);
std::vector<std::string> reason_vocabulary();

}  // namespace flowbed::sw
