// Finding: one line of what `flowbed doctor` tells about this machine.
#pragma once

#include <string>

namespace flowbed {

struct Finding {
  enum class Status { ok, limited, missing };

  std::string check;  // what was looked at: "user namespaces"
  Status status = Status::ok;
  std::string finding;  // what there is
  std::string used;     // what Flowbed therefore does, or cannot do
  std::string remedy;   // what the reader can do about it; empty: nothing is needed
  bool vital = false;   // where this is missing, no network can be made at all
};

inline const char* to_string(Finding::Status status) {
  return status == Finding::Status::ok ? "ok" : status == Finding::Status::limited ? "limited" : "missing";
}

}  // namespace flowbed
