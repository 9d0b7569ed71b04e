#include "core/os/cgroup_network.hh"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/cgroup_files.hh"

namespace flowbed {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "flowbed-";
constexpr const char* kSubtree = "/cgroup.subtree_control";

// "cpuset", "cpu" of "flowbed-lab-4711+cpu+cpuset"
std::set<Controller> duties_in(std::string name) {
  const size_t plus = name.find('+');
  if (plus == name.npos) return {};
  std::replace(name.begin(), name.end(), '+', ',');
  return parse_controllers(name.substr(plus + 1));
}

std::set<Controller> duties_of_neighbours(const std::string& folder) {
  std::set<Controller> duties;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(folder, fault)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(kPrefix) && entry.is_directory(fault)) duties.merge(duties_in(name));
  }
  return duties;
}

// What a network at `place` will have to switch off at its end.
std::set<Controller> duties_at(const CgroupPlace& place) {
  if (place.version == 1) return {};
  std::set<Controller> duties = duties_of_neighbours(place.folder);
  const auto on = parse_controllers(read_cgroup_line(place.folder + kSubtree));
  for (const Controller c : place.controllers) {
    if (!on.contains(c)) duties.insert(c);
  }
  return duties;
}

void switch_controllers(const std::string& folder, char sign, const std::set<Controller>& controllers) {
  for (const Controller c : controllers)
    write_cgroup_file(folder + kSubtree, sign + std::string(to_string(c)));
}

// A new group of version 1 has neither processors nor memory until it is told.
void inherit_cpuset(const std::string& above, const std::string& folder) {
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"})
    write_cgroup_file(folder + file, read_cgroup_line(above + file));
}

void remove_network_folder(const std::string& folder) noexcept {
  try {
    std::vector<fs::path> hosts;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.is_directory()) hosts.push_back(entry.path());
    }
    for (const fs::path& host : hosts) remove_cgroup(host);
    if (!remove_cgroup(folder)) return;
    const fs::path path(folder);
    for (const Controller c : duties_in(path.filename())) {
      try {
        switch_controllers(path.parent_path(), '-', {c});
      } catch (const Error&) {  // somebody else uses it by now
      }
    }
  } catch (const std::exception&) {  // it is gone already, or was never there
  }
}

void make_group(const CgroupPlace& above, const std::string& folder) {
  if (above.version == 2) switch_controllers(above.folder, '+', above.controllers);
  check_syscall("make " + folder, mkdir(folder.c_str(), 0755));
  if (above.version == 2) switch_controllers(folder, '+', above.controllers);
  if (above.version == 1 && above.controllers.contains(Controller::cpuset))
    inherit_cpuset(above.folder, folder);
}

std::string folder_name(const CgroupPlace& place, const std::string& network, int engine_pid) {
  std::string name = kPrefix + network + "-" + std::to_string(engine_pid);
  for (const Controller c : duties_at(place)) name += "+" + std::string(to_string(c));
  return name;
}

}  // namespace

std::vector<CgroupPlace> make_network_cgroups(const std::vector<CgroupPlace>& places,
                                              const std::string& network, int engine_pid,
                                              const CgroupPlan& on_plan) {
  std::vector<CgroupPlace> made;
  try {
    for (const CgroupPlace& place : places) {
      made.push_back(
          {place.version, place.folder + "/" + folder_name(place, network, engine_pid), place.controllers});
      on_plan(made);
      make_group(place, made.back().folder);
    }
  } catch (const Error&) {
    for (const CgroupPlace& place : made) remove_network_folder(place.folder);
    throw;
  }
  return made;
}

bool remove_network_cgroups(const std::vector<std::string>& folders) noexcept {
  bool all_gone = true;
  for (const std::string& folder : folders) {
    remove_network_folder(folder);
    all_gone &= !has_cgroup_file(folder);
  }
  return all_gone;
}

bool remove_network_cgroups_soon(const std::vector<std::string>& folders) noexcept {
  constexpr int kTries = 300;
  constexpr useconds_t kPause = 10'000;  // µs
  for (int i = 0; i < kTries; i++) {
    if (remove_network_cgroups(folders)) return true;
    usleep(kPause);
  }
  return false;
}

}  // namespace flowbed
