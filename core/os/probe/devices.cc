#include <cstring>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/probe/attempt.hh"
#include "core/os/probe/probes.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

constexpr const char* kTun = "/dev/net/tun";

std::string make_tun() {
  enter_private_namespaces();
  const FileDescriptor tun = open_file(kTun, O_RDWR);
  ifreq request{};
  strncpy(request.ifr_name, "probe0", IFNAMSIZ - 1);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  check_syscall("make a TAP interface", ioctl(tun.get(), TUNSETIFF, &request));
  return "";
}

Finding probe_tun() {
  Finding f{kTun, ok, "works in hosts", "VPNs and virtual machines can run in hosts", ""};
  const Outcome outcome = attempt(make_tun);
  if (outcome.worked) return f;
  const bool is_there = access(kTun, F_OK) == 0;
  return {f.check, missing, outcome.text, "no VPN or virtual machine can have an interface in a host",
          is_there ? std::string("as root: chmod 0666 ") + kTun
                   : "as root: modprobe tun; in a container, pass --device /dev/net/tun"};
}

Finding probe_congestion_controls() {
  constexpr const char* kFile = "/proc/sys/net/ipv4/tcp_available_congestion_control";
  Finding f{"congestion controls", ok, "", "hosts choose by: sysctl net.ipv4.tcp_congestion_control", ""};
  if (access(kFile, R_OK) != 0) return {f.check, missing, "none can be read", "", "use a kernel with IPv4"};
  std::istringstream words(read_file(kFile));
  int count = 0;
  for (std::string word; words >> word; count++) f.finding += (count == 0 ? "" : ", ") + word;
  if (f.finding.find("bbr") != std::string::npos) return f;
  f.status = limited;
  f.remedy = "for others, as root: modprobe tcp_bbr (or tcp_NAME), if the kernel has them as modules";
  return f;
}

std::string sriov_devices() {
  std::string list;
  std::error_code fault;
  for (const auto& device : std::filesystem::directory_iterator("/sys/class/net", fault)) {
    const std::string file = device.path() / "device/sriov_totalvfs";
    if (access(file.c_str(), R_OK) != 0) continue;
    list += (list.empty() ? "" : ", ") + device.path().filename().string() + " (" +
            std::to_string(std::atoi(read_file(file).c_str())) + " VFs)";
  }
  return list;
}

Finding probe_sriov() {
  constexpr const char* kUsed = "not used by this version";
  const std::string devices = sriov_devices();
  if (devices.empty()) return {"SR-IOV", missing, "no such network card", kUsed, ""};
  return {"SR-IOV", ok, devices, kUsed, ""};
}

}  // namespace

std::vector<Probe> device_probes() { return {probe_tun, probe_congestion_controls, probe_sriov}; }

}  // namespace flowbed
