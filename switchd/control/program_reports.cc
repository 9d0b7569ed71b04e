#include "switchd/control/program_reports.hh"

#include <algorithm>

#include "switchd/control/program_record.hh"

namespace flowbed::sw {

void ProgramReports::report(const Bridge& bridge) {
  Known& known = known_[bridge.id];
  if (known.changes == bridge.pipeline->changes) return;
  known.changes = bridge.pipeline->changes;
  Json program = record_program(bridge);
  if (program.is_null()) return stop_keeping(bridge, known);
  known.is_kept = true;
  listener_.report(bridge.config.name, std::move(program));
}

void ProgramReports::report(const BridgeSet& bridges) {
  const auto is_there = [&](uint32_t id) {
    return std::ranges::any_of(bridges.bridges(), [&](const auto& entry) { return entry.second->id == id; });
  };
  std::erase_if(known_, [&](const auto& entry) { return !is_there(entry.first); });
  for (const auto& [name, bridge] : bridges.bridges()) report(*bridge);
}

// An older program would be worse than none.
void ProgramReports::stop_keeping(const Bridge& bridge, Known& known) {
  if (!std::exchange(known.is_kept, false)) return;
  const std::string& name = bridge.config.name;
  listener_.report(name, nullptr);
  listener_.warn("the program of " + name + " is not kept",
                 name + " has more than " + std::to_string(kMaxRecordedRules) +
                     " rules: they are not kept any more, and would be lost if switchd crashed. Let a "
                     "controller put them, or keep them in a file for add-flows.");
}

}  // namespace flowbed::sw
