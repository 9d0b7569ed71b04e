#include "core/os/probe/probes.hh"
#include "core/os/process.hh"

namespace flowbed {
namespace {

struct Need {
  const char* program;
  const char* package;  // of Debian
  const char* what_for;
};

constexpr Need kNeeds[] = {
    {"bash", "bash", "commands in hosts"},
    {"ip", "iproute2", "ip in hosts"},
    {"ping", "iputils-ping", "ping in hosts (pingall does without)"},
    {"iperf3", "iperf3", "iperf, iperfudp"},
    {"tcpdump", "tcpdump", "tcpdump in hosts (capture does without)"},
    {"xterm", "xterm", "xterm, x, --xterms"},
};

Finding look_for(const Need& need) {
  if (is_installed(need.program)) return {need.program, Finding::Status::ok, "installed", need.what_for, ""};
  return {need.program, Finding::Status::missing, "not installed",
          std::string("these do not work: ") + need.what_for,
          std::string("as root: apt-get install ") + need.package};
}

}  // namespace

std::vector<Probe> program_probes() {
  std::vector<Probe> probes;
  for (const Need& need : kNeeds) probes.push_back([&need] { return look_for(need); });
  return probes;
}

}  // namespace flowbed
