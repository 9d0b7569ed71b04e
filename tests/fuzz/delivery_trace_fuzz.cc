// Whatever bytes come as a delivery trace: reading ends with an Error, or with a trace that a link can run.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "core/base/error.hh"
#include "core/topo/delivery_trace.hh"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const auto trace = flowbed::parse_delivery_trace({reinterpret_cast<const char*>(data), size});
    if (trace.empty() || trace.back() == 0 || !std::ranges::is_sorted(trace)) std::abort();
  } catch (const flowbed::Error&) {
  }
  return 0;
}
