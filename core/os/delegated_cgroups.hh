// Control groups for an ordinary user: where nothing is his to write to, the systemd of his session gives a
// part of its own tree (a "scope" with delegation) to processes that ask for it.
#pragma once

#include <string>
#include <vector>

#include "core/os/cgroup_place.hh"

namespace flowbed {

// Where the processes `pids`, the caller's own among them, may make groups for a network. As an ordinary user
// on a machine with version 2, asks systemd first, which moves the processes into a scope of their own; it
// ends with them.
std::vector<CgroupPlace> obtain_cgroup_places(const std::string& network, const std::vector<int>& pids);

// Whether there is a systemd to ask; a word with it is the only way to find out whether it grants anything.
bool may_ask_for_scope();

}  // namespace flowbed
