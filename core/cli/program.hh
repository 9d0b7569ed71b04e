// The names by which the program calls itself.
#pragma once

#include "core/base/error.hh"

namespace flowbed {

inline constexpr const char* kProgram = "flowbed";
inline constexpr const char* kPrompt = "flowbed> ";

// What this program ends with.
enum ExitStatus : int {
  kFine = 0,
  kFailed = 1,      // a fault, or a test that lost packets
  kUsageFault = 2,  // options that make no sense
  // As shells have it, of `exec`:
  kNotExecutable = 126,
  kNoSuchProgram = 127,
};

class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace flowbed
