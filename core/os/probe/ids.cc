#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/probe/attempt.hh"
#include "core/os/probe/probes.hh"
#include "core/os/process.hh"
#include "core/os/subordinate_ids.hh"
#include "core/os/user_namespace.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

constexpr const char* kSubuid = "/etc/subuid";
constexpr const char* kSubgid = "/etc/subgid";
constexpr unsigned long kUsualCount = 65536;

std::string content_of(const char* file) { return access(file, R_OK) == 0 ? read_file(file) : ""; }

// The line that gives this user subordinate ids. usermod knows only users with a name.
std::string grant_remedy() {
  const IdRange range = free_subordinate_ids(content_of(kSubuid) + "\n" + content_of(kSubgid), kUsualCount);
  const std::string first = std::to_string(range.first);
  const std::string name = user_name(getuid());
  if (name.empty()) {
    return "as root: echo " + std::to_string(getuid()) + ":" + first + ":" + std::to_string(range.count) +
           " | tee -a /etc/subuid /etc/subgid";
  }
  const std::string ids = first + "-" + std::to_string(range.first + range.count - 1);
  return "as root: usermod --add-subuids " + ids + " --add-subgids " + ids + " " + name;
}

constexpr const char* kPackageRemedy = "as root: apt-get install uidmap";

// Maps ids as the engine and its warden do: from outside into a user namespace that a child has made.
std::string map_range() {
  FdPair made = make_pipe(), hold = make_pipe();
  const pid_t child = check_syscall("fork", fork());
  if (child == 0) {
    hold.second.close();
    char byte = 1;
    try {
      enter_user_namespace();
      if (write(made.second.get(), &byte, 1) == 1) (void)!read(hold.first.get(), &byte, 1);
    } catch (const Error&) {
      // our parent reads the end of `made`
    }
    _exit(0);
  }
  made.second.close();
  char byte;
  if (read(made.first.get(), &byte, 1) != 1) throw Error("no user namespace could be made");
  if (!map_id_range(child)) throw Error("newuidmap or newgidmap refused the range");
  return "";
}

Finding probe_mappers() {
  Finding f{"newuidmap", ok, "installed", "", ""};
  if (is_installed("newuidmap") && is_installed("newgidmap")) return f;
  f.status = has_machine_privileges() ? ok : limited;
  f.finding = "not installed";
  f.used = "ordinary users' networks have one id";
  f.remedy = kPackageRemedy;
  return f;
}

std::string range_text(const IdRange& range) {
  return std::to_string(range.count) + " ids from " + std::to_string(range.first);
}

Finding probe_subordinate_ids() {
  Finding f{"subordinate ids", ok, "", "", ""};
  if (has_machine_privileges()) {
    f.finding = "not needed by root";
    return f;
  }
  const auto uids = granted_ids(kSubuid, getuid()), gids = granted_ids(kSubgid, getuid());
  if (uids && gids) {
    f.finding = range_text(*uids) + " (users), " + range_text(*gids) + " (groups)";
    return f;
  }
  f.status = limited;
  f.finding = std::string("none in ") + (uids ? kSubgid : gids ? kSubuid : "/etc/subuid and /etc/subgid");
  f.used = "networks have one id";
  f.remedy = grant_remedy();
  return f;
}

// The first word of the finding is the mode as the verb `status` gives it.
Finding probe_id_mode() {
  if (has_machine_privileges())
    return {"ids of a network", ok, "root", "hosts have all ids of this machine", ""};
  const Outcome outcome = attempt(map_range);
  if (outcome.worked) {
    return {"ids of a network", ok, "range", "hosts have ids of their own: sshd, su and daemons work", ""};
  }
  const bool is_granted = granted_ids(kSubuid, getuid()) && granted_ids(kSubgid, getuid());
  return {
      "ids of a network", limited, "single",
      "commands run under a filter that lets calls such as setuid succeed without effect: tcpdump, su and "
      "daemons work; sshd does not, and all users of a host are one",
      is_granted && is_installed("newuidmap")
          ? outcome.text + "; newuidmap and newgidmap need their setuid bits or file capabilities"
          : "see the two lines above"};
}

}  // namespace

std::vector<Probe> id_probes() { return {probe_mappers, probe_subordinate_ids, probe_id_mode}; }

}  // namespace flowbed
