#include "core/os/offloads.hh"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "core/os/kernel_release.hh"

namespace flowbed {
namespace {

// As ethtool -k names them.
constexpr std::string_view kUnspeakable[] = {"tx-gre-segmentation",
                                             "tx-gre-csum-segmentation",
                                             "tx-ipxip4-segmentation",
                                             "tx-ipxip6-segmentation",
                                             "tx-udp_tnl-segmentation",
                                             "tx-udp_tnl-csum-segmentation",
                                             "tx-sctp-segmentation",
                                             "tx-checksum-sctp",
                                             "tx-gso-list",
                                             "tx-gso-partial",
                                             "tx-tunnel-remcsum-segmentation"};
constexpr std::string_view kUdpSegmentation = "tx-udp-segmentation";
constexpr KernelRelease kSpeaksOfUdp{6, 2};

bool ask(int socket, const std::string& interface, void* request) {
  ifreq header{};
  interface.copy(header.ifr_name, sizeof header.ifr_name - 1);
  header.ifr_data = static_cast<char*>(request);
  return ioctl(socket, SIOCETHTOOL, &header) == 0;
}

// A request with room behind it, aligned as the kernel's structures are.
template <class Header>
std::vector<uint32_t> request_of(const Header& header, size_t room) {
  std::vector<uint32_t> request((sizeof header + room + 3) / 4);
  memcpy(request.data(), &header, sizeof header);
  return request;
}

// The names of all features of this kernel, each at its number; empty if it does not tell.
std::vector<std::string> feature_names(int socket, const std::string& interface) {
  ethtool_sset_info count{};
  count.cmd = ETHTOOL_GSSET_INFO;
  count.sset_mask = 1ULL << ETH_SS_FEATURES;
  auto counted = request_of(count, sizeof(uint32_t));
  if (!ask(socket, interface, counted.data())) return {};
  const uint32_t total = counted[sizeof count / 4];
  auto strings =
      request_of(ethtool_gstrings{.cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES, .len = total},
                 size_t{total} * ETH_GSTRING_LEN);
  if (!ask(socket, interface, strings.data())) return {};
  const char* text = reinterpret_cast<const char*>(strings.data()) + sizeof(ethtool_gstrings);
  std::vector<std::string> names;
  for (uint32_t i = 0; i < total; i++, text += ETH_GSTRING_LEN)
    names.emplace_back(text, strnlen(text, ETH_GSTRING_LEN));
  return names;
}

bool is_unspeakable(std::string_view feature) {
  if (feature == kUdpSegmentation) return own_kernel_release() < kSpeaksOfUdp;
  return std::find(std::begin(kUnspeakable), std::end(kUnspeakable), feature) != std::end(kUnspeakable);
}

// The request that switches them off; it is the same for all interfaces of this kernel.
std::vector<uint32_t> make_request(const std::vector<std::string>& names) {
  const auto blocks = static_cast<uint32_t>((names.size() + 31) / 32);
  auto request = request_of(ethtool_sfeatures{.cmd = ETHTOOL_SFEATURES, .size = blocks},
                            blocks * sizeof(ethtool_set_features_block));
  auto* block = reinterpret_cast<ethtool_set_features_block*>(reinterpret_cast<char*>(request.data()) +
                                                              sizeof(ethtool_sfeatures));
  for (size_t i = 0; i < names.size(); i++) {
    if (is_unspeakable(names[i])) block[i / 32].valid |= 1U << (i % 32);
  }
  return request;
}

}  // namespace

void turn_off_unspeakable_offloads(int socket, const std::string& interface) {
  static std::vector<std::string> names;  // of this kernel; once they are known
  if (names.empty()) names = feature_names(socket, interface);
  if (names.empty()) return;
  std::vector<uint32_t> request = make_request(names);
  ask(socket, interface, request.data());
}

}  // namespace flowbed
