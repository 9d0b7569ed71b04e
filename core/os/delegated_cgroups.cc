#include "core/os/delegated_cgroups.hh"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.hh"
#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/cgroup_files.hh"
#include "core/os/process.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 2s;

// StartTransientUnit(name, mode, properties, auxiliary units) of org.freedesktop.systemd1.Manager. A scope
// that fails is forgotten at once, as one that has ended is.
bool start_scope(const std::string& unit, const std::vector<int>& pids) {
  std::vector<std::string> argv = {"busctl",
                                   "--user",
                                   "--timeout=3",
                                   "call",
                                   "org.freedesktop.systemd1",
                                   "/org/freedesktop/systemd1",
                                   "org.freedesktop.systemd1.Manager",
                                   "StartTransientUnit",
                                   "ssa(sv)a(sa(sv))",
                                   unit,
                                   "fail"};
  const std::vector<std::string> properties = {"4",
                                               "Description",
                                               "s",
                                               "Flowbed network",
                                               "CollectMode",
                                               "s",
                                               "inactive-or-failed",
                                               "Delegate",
                                               "b",
                                               "true",
                                               "PIDs",
                                               "au",
                                               std::to_string(pids.size())};
  argv.insert(argv.end(), properties.begin(), properties.end());
  for (const int pid : pids) argv.push_back(std::to_string(pid));
  argv.push_back("0");
  return run_program(argv) == 0;
}

std::string own_group() {
  for (const CgroupHierarchy& h : own_cgroup_layout()) {
    if (h.version == 2) return h.own;
  }
  return "";
}

bool has_members(const std::string& group, const std::vector<int>& pids) {
  std::istringstream lines(read_file(group + "/cgroup.procs"));
  const std::set<int> members{std::istream_iterator<int>(lines), {}};
  return std::all_of(pids.begin(), pids.end(), [&](int pid) { return members.contains(pid); });
}

// systemd answers before it has moved the processes, one by one, and may not be able to: then nothing is
// returned.
std::optional<std::string> wait_for_scope(const std::string& unit, const std::vector<int>& pids) {
  for (const TimePoint end = monotonic_now() + kPatience; monotonic_now() < end; usleep(10'000)) {
    std::string group = own_group();
    if (group.ends_with("/" + unit) && has_members(group, pids)) return group;
  }
  return std::nullopt;
}

// A group with members cannot have groups with controllers below, so they go one down.
void clear_scope(const std::string& scope, const std::vector<int>& pids) {
  const std::string members = scope + "/network";
  check_syscall("make " + members, mkdir(members.c_str(), 0755));
  for (const int pid : pids) write_cgroup_file(members + "/cgroup.procs", std::to_string(pid));
}

bool has_version_2() {
  const auto layout = own_cgroup_layout();
  return std::any_of(layout.begin(), layout.end(), [](const CgroupHierarchy& h) {
    return h.version == 2 &&
           !parse_controllers(read_cgroup_line(h.mount_point + "/cgroup.controllers")).empty();
  });
}

}  // namespace

bool may_ask_for_scope() {
  if (geteuid() == 0 || !has_version_2() || !is_installed("busctl")) return false;
  if (std::getenv("DBUS_SESSION_BUS_ADDRESS") != nullptr) return true;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  return runtime != nullptr && access((std::string(runtime) + "/bus").c_str(), W_OK) == 0;
}

std::vector<CgroupPlace> obtain_cgroup_places(const std::string& network, const std::vector<int>& pids) {
  const std::string unit = "flowbed-" + network + "-" + std::to_string(pids.front()) + ".scope";
  if (may_ask_for_scope() && start_scope(unit, pids)) {
    if (const auto scope = wait_for_scope(unit, pids)) clear_scope(*scope, pids);
  }
  return find_cgroup_places(own_cgroup_layout());
}

}  // namespace flowbed
