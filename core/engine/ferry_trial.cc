#include "core/engine/ferry_trial.hh"

#include <array>

#include <net/ethernet.h>
#include <netpacket/packet.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/engine/raised_links.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

constexpr const char* kName = "/trial";                               // no name of a link
constexpr const char *kFrom = "fb-trial-from", *kTo = "fb-trial-to";  // in the fabric
constexpr size_t kPacketSize = 1514;
constexpr uint64_t kBurst = 400, kBursts = 8;  // a burst has room in the ferry's ring
constexpr Duration kPatience = 500ms;          // with a burst

VethSpec end(const std::string& node, const char* name, uint64_t number) {
  return {.node = node,
          .interface = name,
          .alias = "",
          .mac = MacAddress::from_uint64(0x060000000000 | number),
          .mtu = 1500};
}

// Frames to nobody.
class Sender {
 public:
  explicit Sender(int ifindex)
      : socket_(check_syscall("open a packet socket", socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0))) {
    to_.sll_family = AF_PACKET;
    to_.sll_ifindex = ifindex;
    frame_[12] = 0x88, frame_[13] = 0xb5;  // for experiments (IEEE 802)
  }

  void send_burst() const {
    for (uint64_t i = 0; i < kBurst; i++)
      check_syscall("send to the ferry", sendto(socket_.get(), frame_.data(), frame_.size(), 0,
                                                reinterpret_cast<const sockaddr*>(&to_), sizeof to_));
  }

 private:
  FileDescriptor socket_;
  sockaddr_ll to_{};
  std::array<uint8_t, kPacketSize> frame_{};
};

}  // namespace

Task<std::optional<double>> FerryTrial::bits_per_second() {
  std::optional<double> found;
  try {
    found = co_await make_and_try();
  } catch (const std::exception& fault) {
    spdlog::debug("no trial of the ferry: {}", fault.what());
  }
  co_await clean_up();
  co_return found;
}

Task<double> FerryTrial::make_and_try() {
  const VethSpec in = end(kFerryNode, "trial-in", 3), out = end(kFerryNode, "trial-out", 4);
  const auto [from_index, in_index] = kernel_.create_veth(end("", kFrom, 1), in);
  const int out_index = kernel_.create_veth(end("", kTo, 2), out).second;
  std::vector<KernelInterface> ends{{"", kFrom}, {kFerryNode, out.interface}};
  co_await wait_until_settled(loop_, kernel_, std::move(ends));
  FerryLink link;
  link.name = kName;
  link.a = in.interface;
  link.b = out.interface;
  link.a_to_b.rate = 40'000'000'000;
  FerryLinkState state{std::move(link), in_index, out_index};
  co_await ferry_.put_link(std::move(state));
  co_return co_await send_and_count(from_index);
}

// Whatever has failed before.
Task<void> FerryTrial::clean_up() {
  try {
    if (ferry_.has_link(kName)) co_await ferry_.remove_link(kName);
  } catch (const Error&) {
    // The ferry has ended, and the one that follows does not know the link.
  }
  for (const char* interface : {kFrom, kTo}) {
    try {
      kernel_.remove_interface("", interface);
    } catch (const Error&) {
      // It goes with the network.
    }
  }
}

Task<double> FerryTrial::send_and_count(int from) {
  const Sender sender(from);
  const TimePoint start = monotonic_now();
  for (uint64_t burst = 1; burst <= kBursts; burst++) {
    sender.send_burst();
    const TimePoint give_up = monotonic_now() + kPatience;
    while (true) {
      const Json told = co_await ferry_.describe_link(kName);
      if (told.at("a_to_b").at("arrived").at("packets") >= burst * kBurst &&
          told.at("a_to_b").at("queue").at("packets") == 0)
        break;
      if (monotonic_now() > give_up) throw Error("the ferry lost packets of a trial");
    }
  }
  co_return 8.0 * kPacketSize* kBursts* kBurst / to_seconds(monotonic_now() - start);
}

}  // namespace flowbed
