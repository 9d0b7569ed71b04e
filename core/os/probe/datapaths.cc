#include <filesystem>

#include <boost/process/child.hpp>
#include <boost/process/io.hpp>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/kernel_release.hh"
#include "core/os/probe/attempt.hh"
#include "core/os/probe/probes.hh"
#include "core/os/user_namespace.hh"

namespace flowbed {
namespace bp = boost::process;
namespace {

using enum Finding::Status;

constexpr const char* kNotUsed = "not used by this version";
constexpr const char* kNftUse = "the kernel forwards, unless --datapath says userspace";

std::string open_packet_socket() {
  enter_private_namespaces();
  const FileDescriptor fd(
      check_syscall("open a packet socket", socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))));
  const int on = 1;
  check_syscall("set PACKET_IGNORE_OUTGOING",
                setsockopt(fd.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on));
  check_syscall("set PACKET_VNET_HDR", setsockopt(fd.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on));
  return "";
}

Finding probe_packet_sockets() {
  Finding f{"packet sockets", ok, "work", "switches forward in user space", "", true};
  const Outcome outcome = attempt(open_packet_socket);
  if (outcome.worked) return f;
  return {f.check, missing, outcome.text, "switches cannot forward", "use a kernel with CONFIG_PACKET", true};
}

// switchd knows what it needs, and says what is missing.
std::string have_the_kernel_forward() {
  constexpr std::string_view kPrefix = "flowbed-switchd: ";
  enter_private_namespaces();
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "flowbed-switchd";
  bp::ipstream errors;
  bp::child switchd(program.string(), "--try-datapath", "nft", bp::std_err > errors, bp::std_out > bp::null);
  std::string line, all;
  while (std::getline(errors, line)) all += (all.empty() ? "" : "; ") + line;
  switchd.wait();
  if (switchd.exit_code() == 0) return "";
  if (all.empty()) throw Error("flowbed-switchd ended with status " + std::to_string(switchd.exit_code()));
  throw Error(all.starts_with(kPrefix) ? all.substr(kPrefix.size()) : all);
}

Finding probe_nft() {
  Finding f{"nftables netdev", ok, "works in a network's namespace", kNftUse, ""};
  const Outcome outcome = attempt(have_the_kernel_forward);
  if (outcome.worked) return f;
  return {
      f.check, missing, outcome.text, "switches forward in user space",
      "use Linux 6.3 or newer, or Debian 12's 6.1, with nf_tables, nft_fwd_netdev, nft_dup_netdev, nft_limit "
      "and CONFIG_NF_TABLES_NETDEV"};
}

// The smallest program for tc: "return 0".
std::string load_bpf_program() {
  const bpf_insn code[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_SCHED_CLS;
  attributes.insns = reinterpret_cast<uint64_t>(code);
  attributes.insn_cnt = 2;
  attributes.license = reinterpret_cast<uint64_t>("GPL");
  const long fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
  check_syscall("load an eBPF program", fd);
  return "";
}

Finding probe_ebpf() {
  constexpr KernelRelease kNeeded{6, 1};
  Finding f{"eBPF", ok, "works", kNotUsed, ""};
  if (!has_machine_privileges()) return {f.check, missing, "only root may load eBPF programs", kNotUsed, ""};
  const Outcome outcome = attempt(load_bpf_program);
  if (!outcome.worked)
    return {f.check, missing, outcome.text, kNotUsed, "use a kernel with CONFIG_BPF_SYSCALL"};
  if (own_kernel_release() < kNeeded)
    return {f.check, limited, "works, on a kernel before 6.1", kNotUsed, "use Linux 6.1 or newer"};
  return f;
}

}  // namespace

std::vector<Probe> datapath_probes() { return {probe_packet_sockets, probe_nft, probe_ebpf}; }

}  // namespace flowbed
