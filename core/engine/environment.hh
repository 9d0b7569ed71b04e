// The engine's own environment, for programs that it starts for itself.
#pragma once

#include <string>
#include <vector>

#include <unistd.h>

namespace flowbed {

inline std::vector<std::string> own_environment() {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; variable++) all.emplace_back(*variable);
  return all;
}

}  // namespace flowbed
