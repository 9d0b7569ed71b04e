#include <map>
#include <sstream>

#include <unistd.h>

#include "core/base/fd.hh"
#include "core/engine/engine_verbs.hh"
#include "core/engine/network_state.hh"

namespace flowbed {
namespace {

Json pids_of(const VerbContext& context) {
  return {{"engine", getpid()},
          {"warden", context.warden_pid},
          {"init", context.init_pid},
          {"switchd", context.switches.pid()}};
}

Json state(const VerbContext& context) {
  Json state = network_state(context.network.current(), context.kernel, context.switches);
  state["pids"] = pids_of(context);
  return state;
}

// Resident memory of a process, in KiB; 0 where it cannot be read.
long resident_kb(int pid) {
  try {
    std::istringstream text(read_file("/proc/" + std::to_string(pid) + "/statm"));
    long total = 0, resident = 0;
    text >> total >> resident;
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
  } catch (const std::exception&) {
    return 0;
  }
}

Json status(const VerbContext& context, const Json& datapath) {
  std::map<NodeKind, int> count;
  for (const Node& node : context.network.current().nodes) count[node.kind]++;
  return {
      {"name", context.name},
      {"pids", pids_of(context)},
      {"uptime_s", to_seconds(monotonic_now() - context.started)},
      {"hosts", count[NodeKind::host] + count[NodeKind::router]},
      {"switches", count[NodeKind::switch_] + count[NodeKind::external_switch]},
      {"links", context.network.current().links.size()},
      {"datapath", datapath.at("kind")},
      {"ids", to_string(context.ids)},
      {"memory_kb", {{"engine", resident_kb(getpid())}, {"switchd", resident_kb(context.switches.pid())}}},
      {"warnings", context.network.warnings()}};
}

}  // namespace

void add_report_verbs(VerbTable& table, VerbContext& context) {
  table.add({"state",
             {},
             "Show every node, interface and link, as the kernel has them now.",
             [&context](Json) -> Task<Json> { co_return state(context); }});
  table.add({"status",
             {},
             "Show how the network is run: processes, datapath, ids, memory, warnings.",
             [&context](Json) -> Task<Json> {
               const Json datapath = co_await context.switches.describe_datapath();
               co_return status(context, datapath);
             }});
}

}  // namespace flowbed
