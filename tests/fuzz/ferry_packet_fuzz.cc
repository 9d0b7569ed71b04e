// Whatever bytes come as a frame on a link, with whatever offload: it is kept, cut, marked and joined within
// its bounds. Input: the offload header, then the frame.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "switchd/ferry/ferry_direction.hh"
#include "switchd/ferry/frame_store.hh"
#include "switchd/ferry/packet_facts.hh"

namespace {

using namespace flowbed::sw;

// All that a link may do to a packet; where the packets go there is no socket.
void cross_a_link(const Packet& packet) {
  const DirectionSettings settings{.rate = RateSettings{.bits_per_second = 1'000'000'000},
                                   .queue = {.discipline = CodelSettings{}, .ecn = true},
                                   .duplicate = Chance{.share = 0.3},
                                   .corrupt = Chance{.share = 0.3}};
  constexpr flowbed::TimePoint kStart{std::chrono::hours(1)}, kEnd{std::chrono::hours(2)};
  FrameStore frames;
  FerryOutput output(frames, -1);
  {
    FerryDirection link(frames, IfIndex{1}, settings, kStart);
    for (int i = 0; i < 3; i++) link.receive(packet, kStart);
    link.advance(kEnd, output);
    output.flush();
  }
  if (frames.bytes() != 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace flowbed::sw;
  if (size < sizeof(OffloadHeader) + kEthernetHeaderSize || size > 65'536) return 0;
  Packet packet;
  memcpy(&packet.offload, data, sizeof packet.offload);
  packet.bytes = {data + sizeof packet.offload, size - sizeof packet.offload};
  packet.wire = wire_size(packet);
  facts_of(packet.bytes);
  std::vector<uint8_t> marked(packet.bytes.begin(), packet.bytes.end());
  mark_congestion(marked, packet.bytes);
  cross_a_link(packet);
  FrameStore frames;
  const auto frame = frames.keep(packet);
  if (!frame || !packet.offload.is_super_packet()) return 0;
  const Segmenter& cut = frames.segments(*frame);
  if (cut.count() == 0) return 0;
  std::vector<uint8_t> storage(packet.bytes.size()), headers(cut.header_size());
  for (size_t n = 0; n < cut.count(); n++) cut.write(n, storage);
  cut.run(cut.count() / 2, cut.count() - cut.count() / 2, headers);
  return 0;
}
