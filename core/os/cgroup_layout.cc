#include "core/os/cgroup_layout.hh"

#include <algorithm>
#include <optional>
#include <sstream>

namespace flowbed {
namespace {

struct Membership {
  std::set<Controller> controllers;  // empty: version 2, or a named hierarchy
  bool version_2 = false;
  std::string path;
};

// "4:memory:/a/b" or "0::/a/b"
std::vector<Membership> parse_memberships(std::string_view text) {
  std::vector<Membership> all;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string words = line.substr(first + 1, second - first - 1);
    all.push_back({parse_controllers(words), words.empty(), line.substr(second + 1)});
  }
  return all;
}

struct Mount {
  std::string root, point, type, options;
};

// "36 31 0:33 ROOT POINT rw,relatime … - TYPE SOURCE OPTIONS"
std::optional<Mount> parse_mount(const std::string& line) {
  std::istringstream words(line);
  Mount mount;
  std::string skipped;
  words >> skipped >> skipped >> skipped >> mount.root >> mount.point;
  while (words >> skipped && skipped != "-") continue;
  words >> mount.type >> skipped >> mount.options;
  return words ? std::optional(mount) : std::nullopt;
}

// Of the group `path`, in a mount that shows the tree from `root` on.
std::string folder_of(const Mount& mount, const std::string& path) {
  const std::string root = mount.root == "/" ? "" : mount.root;
  if (!path.starts_with(root) || path.find("/..") != path.npos) return mount.point;
  const std::string below = path.substr(root.size());
  return below == "/" || below.empty() ? mount.point : mount.point + below;
}

}  // namespace

const char* to_string(Controller controller) {
  switch (controller) {
    case Controller::cpu:
      return "cpu";
    case Controller::cpuset:
      return "cpuset";
    case Controller::memory:
      return "memory";
  }
  return "";
}

std::string to_string(const std::set<Controller>& controllers) {
  std::string text;
  for (const Controller c : controllers) text += (text.empty() ? "" : ", ") + std::string(to_string(c));
  return text;
}

std::set<Controller> parse_controllers(std::string_view words) {
  std::string text(words);
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream stream(text);
  std::set<Controller> found;
  for (std::string word; stream >> word;) {
    for (const Controller c : kControllers) {
      if (word == to_string(c)) found.insert(c);
    }
  }
  return found;
}

std::vector<CgroupHierarchy> parse_cgroup_layout(std::string_view mountinfo, std::string_view self_cgroup) {
  const auto memberships = parse_memberships(self_cgroup);
  std::vector<CgroupHierarchy> all;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    const auto mount = parse_mount(line);
    if (!mount || !mount->type.starts_with("cgroup")) continue;
    CgroupHierarchy h{mount->type == "cgroup2" ? 2 : 1, mount->point, mount->point, {}};
    if (h.version == 1) h.controllers = parse_controllers(mount->options);
    if (h.version == 1 && h.controllers.empty()) continue;
    for (const Membership& m : memberships) {
      if (h.version == 2 ? m.version_2 : m.controllers == h.controllers) h.own = folder_of(*mount, m.path);
    }
    all.push_back(std::move(h));
  }
  return all;
}

}  // namespace flowbed
