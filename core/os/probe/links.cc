#include <cstring>

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "core/base/error.hh"
#include "core/os/linux_kernel.hh"
#include "core/os/netlink.hh"
#include "core/os/probe/attempt.hh"
#include "core/os/probe/probes.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

constexpr const char* kInterface = "probe0";

// In namespaces of its own, which take the pair with them.
void make_veth_pair() {
  enter_private_namespaces();
  LinuxKernel kernel;
  kernel.create_veth({"", kInterface, "", MacAddress::from_uint64(0x020000000001), 1500, true},
                     {"", "probe1", "", MacAddress::from_uint64(0x020000000002), 1500, true});
}

Finding probe_veth() {
  Finding f{"veth", ok, "works", "links are veth pairs", "", true};
  const Outcome outcome = attempt([] {
    make_veth_pair();
    return "";
  });
  if (outcome.worked) return f;
  return {f.check,
          missing,
          outcome.text,
          "no links can be made",
          "use a kernel with veth (as root: modprobe veth)",
          true};
}

void put_options(NetlinkMessage& message, const std::string& kind) {
  if (kind == "netem") {
    tc_netem_qopt options{};
    options.limit = 1000;
    message.put(TCA_OPTIONS, &options, sizeof options);
    return;
  }
  nlattr* nest = message.begin_nested(TCA_OPTIONS);
  if (kind == "tbf") {
    tc_tbf_qopt options{};
    options.rate.rate = 1'000'000;  // bytes a second
    options.limit = 100'000;
    options.buffer = 100'000;
    message.put(TCA_TBF_PARMS, &options, sizeof options);
  } else {
    tc_htb_glob options{};
    options.version = 3;
    options.rate2quantum = 10;
    message.put(TCA_HTB_INIT, &options, sizeof options);
  }
  message.end_nested(nest);
}

std::string add_qdisc(const std::string& kind) {
  make_veth_pair();
  RouteSocket socket;
  tcmsg header{};
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = socket.ifindex(kInterface);
  header.tcm_handle = TC_H_MAKE(1U << 16, 0);
  header.tcm_parent = TC_H_ROOT;
  NetlinkMessage message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL);
  message.append_header(header);
  message.put_string(TCA_KIND, kind);
  put_options(message, kind);
  socket.request("qdisc " + kind, message);
  return "";
}

// What this version makes of links with a rate, delay or loss.
constexpr const char* kNotUsed = "not used by this version: links are emulated by Flowbed's own ferry";

Probe qdisc_probe(const std::string& kind, const std::string& what_for) {
  return [=]() -> Finding {
    const Outcome outcome = attempt([&] { return add_qdisc(kind); });
    if (outcome.worked) return {kind, ok, "works (" + what_for + ")", kNotUsed, ""};
    return {kind, missing, outcome.text, kNotUsed,
            "as root: modprobe sch_" + kind + ", if the kernel has that module"};
  };
}

}  // namespace

std::vector<Probe> link_probes() {
  return {probe_veth, qdisc_probe("netem", "delay, loss"), qdisc_probe("tbf", "rate"),
          qdisc_probe("htb", "rate")};
}

}  // namespace flowbed
