// Whatever bytes come as a topology: reading ends without a crash; what is read comes back exactly; what is
// valid can be completed, planned, and stays valid.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "core/topo/json.hh"
#include "core/topo/plan.hh"

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace flowbed;
  const ReadResult read = load_topology({reinterpret_cast<const char*>(data), size});
  if (!read.faults.empty()) return 0;
  demand(read_topology(write_topology(read.topology)).topology == read.topology, "round trip");
  const Topology completed = complete(read.topology);
  demand(validate(completed).empty(), "a completed topology is valid");
  demand(complete(completed) == completed, "completion is idempotent");
  Inventory inventory;
  for (const Step& step : make_plan({}, completed, {})) record(inventory, step);
  demand(make_plan(inventory, completed, {}).empty(), "a plan reaches what is wanted");
  return 0;
}
