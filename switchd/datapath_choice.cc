#include "switchd/datapath_choice.hh"

#include "core/base/error.hh"
#include "switchd/datapath/nft/nft_datapath.hh"
#include "switchd/datapath/nft/nft_table.hh"
#include "switchd/datapath/nft/tag_trial.hh"
#include "switchd/datapath/nft/upcall_io.hh"
#include "switchd/datapath/userspace/packet_io.hh"

namespace flowbed::sw {
namespace {

class RunningUserspace : public RunningDatapath {
 public:
  RunningUserspace(EventLoop& loop, std::function<void()> on_open)
      : io_(loop, std::move(on_open)), datapath_(io_) {
    io_.deliver_to(datapath_);
    loop.defer([this] { io_.prepare(); });
  }
  Datapath& datapath() override { return datapath_; }
  int listening_socket() const override { return io_.fd(); }

 private:
  PacketIo io_;
  UserspaceDatapath datapath_;
};

class RunningNft : public RunningDatapath {
 public:
  RunningNft(EventLoop& loop, std::function<void()> on_open)
      : io_(loop, pair_),
        datapath_(socket_, io_, pair_.kernel_end(), UpcallPair::kernel_name(),
                  nftables_changes_tags(socket_, pair_, io_.sender())) {
    io_.deliver_to([this](std::span<ReceivedPacket> burst, TimePoint now) { datapath_.receive(burst, now); });
    if (on_open) loop.defer(std::move(on_open));
  }
  Datapath& datapath() override { return datapath_; }
  NetworkRights rights() const override { return NetworkRights::kAdministration; }
  int listening_socket() const override { return -1; }

 private:
  NftSocket socket_;
  NftTable table_{socket_};  // first: whoever has it may touch the pair
  UpcallPair pair_;
  UpcallIo io_;
  NftDatapath datapath_;
};

}  // namespace

DatapathChoice parse_datapath_choice(std::string_view text, std::string_view option) {
  if (text == "auto") return DatapathChoice::kAuto;
  if (text == "userspace") return DatapathChoice::kUserspace;
  if (text == "nft") return DatapathChoice::kNft;
  throw Error(std::string(option) + " " + std::string(text) + ": write auto, nft or userspace");
}

ChosenDatapath choose_datapath(EventLoop& loop, DatapathChoice choice, std::function<void()> on_open) {
  std::string why;
  if (choice != DatapathChoice::kUserspace) {
    try {
      return {std::make_unique<RunningNft>(loop, on_open), {}};
    } catch (const Error& fault) {
      if (choice == DatapathChoice::kNft) throw;
      why = std::string("packets are forwarded by switchd and not by the kernel: ") + fault.what();
    }
  }
  return {std::make_unique<RunningUserspace>(loop, std::move(on_open)), std::move(why)};
}

}  // namespace flowbed::sw
