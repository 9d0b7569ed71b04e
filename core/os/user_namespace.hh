// Ids of a network: who an ordinary user's hosts believe they are.
//
//   root    the engine runs with the machine's own root rights: no user namespace.
//   range   a user namespace in which id 0 is the user and 1 … are the subordinate ids that /etc/subuid and
//           /etc/subgid grant; set by newuidmap and newgidmap. Programs that drop privileges work.
//   single  a user namespace with id 0 only, for users without subordinate ids. Commands run under a filter
//           that lets calls which change ids succeed without effect (see privilege_filter.hh), so that
//           tcpdump and the like work.
#pragma once

#include <string>

namespace flowbed {

enum class IdMode { root, range, single };
const char* to_string(IdMode mode);

// True if this process may make network namespaces without a user namespace of its own.
bool has_machine_privileges();

// Moves the calling, single-threaded process into a new user namespace, its ids not yet mapped. Throws Error
// that tells which setting of this machine forbids it and how it is changed.
void enter_user_namespace();

// Which setting of this machine forbids user namespaces to ordinary users, and how its owner changes it.
std::string user_namespace_remedy();

// To be called outside the namespace, by a process of the same user: maps a range into `pid`'s user
// namespace. False where the user has no subordinate ids or the two programs are missing.
bool map_id_range(int pid);

// To be called inside: maps the one id that needs nobody's permission. `uid`, `gid`: the ids outside.
void map_single_id(unsigned uid, unsigned gid);

}  // namespace flowbed
