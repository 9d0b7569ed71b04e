#include "core/os/live_interfaces.hh"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include <ifaddrs.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

// An address may be labelled "h1-eth0:1"; the device is what comes before the colon.
LiveInterface& entry_of(std::vector<LiveInterface>& all, std::string name) {
  name.erase(std::min(name.find(':'), name.size()));
  const auto known = std::find_if(all.begin(), all.end(), [&](const auto& i) { return i.name == name; });
  if (known != all.end()) return *known;
  all.push_back({.name = name});
  return all.back();
}

IpAddress address_of(const sockaddr& address) {
  IpAddress result;
  result.v6 = address.sa_family == AF_INET6;
  const auto* start =
      result.v6 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
                : &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  memcpy(result.bytes.data(), start, result.size());
  return result;
}

int length_of(const IpAddress& mask) {
  int length = 0;
  for (const uint8_t byte : mask.bytes) length += std::popcount(byte);
  return length;
}

void take(LiveInterface& entry, const ifaddrs& found) {
  const int family = found.ifa_addr->sa_family;
  if (family == AF_PACKET) {
    entry.up = found.ifa_flags & IFF_UP;
    entry.carrier = found.ifa_flags & IFF_LOWER_UP;  // at once; IFF_RUNNING follows when link watch has run
  } else if ((family == AF_INET || family == AF_INET6) && found.ifa_netmask != nullptr) {
    entry.addresses.push_back({address_of(*found.ifa_addr), length_of(address_of(*found.ifa_netmask))});
  }
}

}  // namespace

std::vector<LiveInterface> live_interfaces() {
  ifaddrs* list = nullptr;
  check_syscall("list the interfaces", getifaddrs(&list));
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, freeifaddrs);
  std::vector<LiveInterface> all;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr != nullptr) take(entry_of(all, each->ifa_name), *each);
  }
  return all;
}

}  // namespace flowbed
