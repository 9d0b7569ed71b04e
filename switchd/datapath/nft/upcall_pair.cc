#include "switchd/datapath/nft/upcall_pair.hh"

#include <cerrno>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "switchd/datapath/nft/link_request.hh"

namespace flowbed::sw {
namespace {

constexpr char kKernelName[] = "fb-miss", kUserName[] = "fb-upcall";
constexpr uint32_t kLargestMtu = 65535;

void put_name(nlmsghdr* message, const char* name) { mnl_attr_put_strz(message, IFLA_IFNAME, name); }

void put_interface(nlmsghdr* message, const char* name) {
  mnl_attr_put_strz(message, IFLA_IFNAME, name);
  mnl_attr_put_u32(message, IFLA_MTU, kLargestMtu);
}

void put_veth(nlmsghdr* message) {
  put_interface(message, kKernelName);
  nlattr* info = mnl_attr_nest_start(message, IFLA_LINKINFO);
  mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
  nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
  nlattr* peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
  mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  put_interface(message, kUserName);
  mnl_attr_nest_end(message, peer);
  mnl_attr_nest_end(message, data);
  mnl_attr_nest_end(message, info);
}

void remove_pair(LinkRequests& requests) {
  requests.send(RTM_DELLINK, 0, IfIndex{}, [](nlmsghdr* message) { put_name(message, kKernelName); });
}

IfIndex index_of(const char* name) {
  const unsigned index = if_nametoindex(name);
  if (index == 0) throw SystemError(std::string("find ") + name, errno);
  return IfIndex{index};
}

}  // namespace

UpcallPair::UpcallPair() {
  LinkRequests requests;
  remove_pair(requests);
  if (const int fault = requests.send(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, IfIndex{}, put_veth))
    throw SystemError(std::string("make the veth pair ") + kKernelName, fault);
  try {
    kernel_end_ = index_of(kKernelName);
    user_end_ = index_of(kUserName);
    // Neither end can be up before the other one is there.
    for (const IfIndex end : {kernel_end_, user_end_}) {
      if (const int fault = requests.send(RTM_NEWLINK, 0, end, [](nlmsghdr*) {}))
        throw SystemError("set the veth pair for upcalls up", fault);
    }
  } catch (const SystemError&) {
    remove();
    throw;
  }
}

UpcallPair::~UpcallPair() { remove(); }

void UpcallPair::remove() noexcept {
  try {
    LinkRequests requests;
    remove_pair(requests);
  } catch (const SystemError& fault) {
    spdlog::debug("{}", fault.what());
  }
}

const std::string& UpcallPair::kernel_name() {
  static const std::string name = kKernelName;
  return name;
}

}  // namespace flowbed::sw
