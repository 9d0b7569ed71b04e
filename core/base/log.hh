// Logging goes to stderr by spdlog; one place sets its shape and level for every program of Flowbed.
#pragma once

#include <string>

#include <spdlog/spdlog.h>

namespace flowbed {

// `program` stands before each line. Level names: debug info warning error critical off.
// Returns false on an unknown level and changes nothing.
bool set_up_logging(const std::string& program, const std::string& level);

}  // namespace flowbed
