// The kernel's answer is never wider than the megaflow: a small nftables in user space reads packets by a
// layout, and every packet that it takes for the flow's must be one by its flow key.
#include "switchd/datapath/nft/key_layout.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/flow/fields.hh"
#include "switchd/packet/headers.hh"
#include "tests/switchd/slowpath/random_frames.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const IfIndex kIndex{7};
const PortNo kPort{3};

// What nftables sees at a device's ingress: the tag is out of band, and put back for who reads the link
// layer.
class KernelView {
 public:
  explicit KernelView(const Packet& packet) : bytes_(packet.bytes.begin(), packet.bytes.end()) {
    const size_t tag = packet.vlan.present() ? kVlanTagSize : 0;
    network_ = kEthernetHeaderSize + tag;
    if (!tag) return;
    const auto tpid = packet.vlan.tpid, tci = packet.vlan.tci;
    const uint8_t inline_tag[] = {static_cast<uint8_t>(tpid >> 8), static_cast<uint8_t>(tpid),
                                  static_cast<uint8_t>(tci >> 8), static_cast<uint8_t>(tci)};
    bytes_.insert(bytes_.begin() + 12, inline_tag, inline_tag + sizeof inline_tag);
  }

  std::optional<std::vector<uint8_t>> load(PacketPart part, size_t offset, size_t size) const {
    const auto base = base_of(part);
    if (!base || *base + offset + size > bytes_.size()) return {};
    const auto at = bytes_.begin() + static_cast<std::ptrdiff_t>(*base + offset);
    return std::vector<uint8_t>(at, at + static_cast<std::ptrdiff_t>(size));
  }

 private:
  std::optional<size_t> base_of(PacketPart part) const {
    if (part == PacketPart::kLink) return 0;
    if (part == PacketPart::kNetwork) return network_;
    return transport();
  }
  // As the kernel checks IP headers before it believes in what is behind them.
  std::optional<size_t> transport() const {
    const uint16_t type = read_u16(&bytes_[network_ - 2]);
    const size_t left = bytes_.size() - network_;
    const uint8_t* ip = &bytes_[network_];
    if (type == 0x0800) {
      if (left < 20 || ip[0] >> 4 != 4) return {};
      const size_t header = (ip[0] & 15) * size_t{4}, length = read_u16(ip + 2);
      if (header < 20 || length > left || length < header) return {};
      return network_ + header;
    }
    if (type == 0x86dd) {
      if (left < 40 || ip[0] >> 4 != 6 || read_u16(ip + 4) + size_t{40} > left) return {};
      return network_ + 40;
    }
    return {};
  }

  std::vector<uint8_t> bytes_;
  size_t network_;
};

std::optional<NftKeyBytes> read_key(const KeyLayout& layout, const KernelView& packet) {
  for (const KeyGuard& guard : layout.guards) {
    const bool one_byte = guard.kind == KeyGuard::Kind::kIsThere;
    const auto bytes = packet.load(guard.part, guard.offset, one_byte ? 1 : 2);
    if (!bytes) return {};
    if (guard.kind == KeyGuard::Kind::kAtLeast && read_u16(bytes->data()) < guard.value) return {};
    if (guard.kind == KeyGuard::Kind::kIsNot && read_u16(bytes->data()) == guard.value) return {};
  }
  NftKeyBytes key{};
  const uint32_t index = to_number(kIndex);
  memcpy(key.data(), &index, sizeof index);
  size_t at = sizeof index;
  for (const KeyPiece& piece : layout.pieces) {
    const auto bytes = packet.load(piece.part, piece.offset, piece.size);
    if (!bytes) return {};
    std::ranges::copy(*bytes, key.begin() + static_cast<std::ptrdiff_t>(at));
    at += (piece.size + size_t{3}) / 4 * 4;
  }
  for (size_t i = 0; i < key.size(); i++) key[i] &= layout.mask[i];
  return key;
}

struct Frame {
  explicit Frame(std::vector<uint8_t> frame)
      : bytes(std::move(frame)), storage(bytes.size()), packet(packet_from_frame(bytes, storage)) {}
  FlowKey key() const { return extract_flow_key(packet, kPort); }

  std::vector<uint8_t> bytes, storage;
  Packet packet;
};

std::string hex_of_key(const FlowKey& key) {
  std::string text;
  for (size_t i = 0; i < sizeof key; i++) {
    char digits[4];
    snprintf(digits, sizeof digits, i % 8 == 7 ? "%02x " : "%02x", reinterpret_cast<const uint8_t*>(&key)[i]);
    text += digits;
  }
  return text;
}

// A mask as translation makes them: whole fields, and what proves that the packet has them.
FlowMask random_mask(const FlowKey& key, std::mt19937& random) {
  PipelineKey packet{};
  packet.f.packet = key;
  PipelineMask mask{};
  for (const Field& field : fields()) {
    if (!is_of_packet(field) || !has_field(field, packet) || random() % 5) continue;
    const PipelineMask presence = presence_mask(field);
    for (size_t i = 0; i < std::size(mask.words); i++) mask.words[i] |= presence.words[i];
    write_field(field, field.all_ones(), mask);
  }
  if (random() % 3 == 0) mask.f.packet.f.vlan_tpid = 0xffff;
  if (random() % 6 == 0) mask.f.packet.f.flags |= FLOW_MORE_TAGS;
  if (random() % 8 == 0) std::ranges::fill(mask.words, ~uint64_t{0});
  mask.f.packet.f.in_port = mask.f.packet.f.recirculation = 0xffff;
  return mask.f.packet;
}

// What nobody sends by accident.
void damage(std::vector<uint8_t>& frame, std::mt19937& random) {
  if (random() % 3 == 0) frame.resize(std::max<size_t>(14, random() % frame.size()));
  for (int i = 0; i < 2; i++)
    frame[random() % std::min<size_t>(frame.size(), 60)] = static_cast<uint8_t>(random());
}

TEST(NftKey, IsNeverWiderThanTheMegaflow) {
  std::mt19937 random(5);
  RandomFrames frames(random);
  std::vector<Frame> pool;
  for (int i = 0; i < 600; i++) {
    std::vector<uint8_t> bytes = frames.next().build();
    if (i % 4 == 0) damage(bytes, random);
    pool.emplace_back(bytes);
  }
  size_t expressible = 0, answered = 0;
  for (int i = 0; i < 4000; i++) {
    const Frame& first = pool[random() % pool.size()];
    const FlowMask mask = random_mask(first.key(), random);
    const FlowKey key = masked(first.key(), mask);
    const auto nft = nft_key(key, mask, kIndex, static_cast<ChangeDepth>(random() % 4));
    if (!nft) continue;
    expressible++;
    answered += read_key(nft->layout, KernelView(first.packet)) == nft->bytes;
    for (const Frame& other : pool) {
      if (read_key(nft->layout, KernelView(other.packet)) != nft->bytes) continue;
      ASSERT_TRUE(matches(other.key(), key, mask))
          << "turn " << i << ": mask " << hex_of_key(mask) << "\nfirst " << hex_of_key(first.key())
          << "\nother " << hex_of_key(other.key());
    }
  }
  EXPECT_GT(expressible, 1000u);
  EXPECT_GT(answered, expressible / 2) << "most flows answer for the packet that made them";
}

NftKey key_of(const Bytes& bytes, const std::function<void(flow_key_fields&)>& look_at) {
  FlowMask mask{};
  mask.f.in_port = mask.f.recirculation = 0xffff;
  look_at(mask.f);
  const Packet packet = packet_of(bytes);
  const FlowKey key = masked(extract_flow_key(packet, kPort), mask);
  const auto nft = nft_key(key, mask, kIndex);
  EXPECT_TRUE(nft);
  EXPECT_EQ(read_key(nft->layout, KernelView(packet)), nft->bytes);
  return nft.value_or(NftKey{});
}

const Bytes kTcp4 = tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1, 80, 2);

TEST(NftKey, LooksAtNoMoreThanTheMask) {
  const NftKey addresses = key_of(kTcp4, [](flow_key_fields& mask) { memset(mask.eth_dst, 0xff, 6); });
  EXPECT_THAT(addresses.layout.pieces, ElementsAre(KeyPiece{PacketPart::kLink, 0, 6}));
  EXPECT_THAT(addresses.layout.guards, SizeIs(0));
  EXPECT_EQ(addresses.layout.size, 12u);
}

TEST(NftKey, ALearningSwitchesFlowProvesThatThereIsNoTag) {
  const NftKey key = key_of(kTcp4, [](flow_key_fields& mask) {
    memset(mask.eth_dst, 0xff, 6);
    memset(mask.eth_src, 0xff, 6);
    mask.vlan_tpid = mask.vlan_tci = 0xffff;
  });
  EXPECT_THAT(key.layout.pieces, ElementsAre(KeyPiece{PacketPart::kLink, 0, 12}));
  EXPECT_THAT(key.layout.guards, SizeIs(3));
}

TEST(NftKey, RefusesWhatNftablesCannotSee) {
  FlowMask mask{};
  mask.f.in_port = mask.f.recirculation = 0xffff;
  FlowKey key = extract_flow_key(packet_of(kTcp4), kPort);
  EXPECT_FALSE(nft_key(extract_flow_key(packet_of(kTcp4), kPort, 4), mask, kIndex)) << "recirculated";
  mask.f.eth_type = 0xffff;
  mask.f.flags = FLOW_FRAG_BITS;
  key.f.flags = FLOW_FRAG_LATER;
  EXPECT_FALSE(nft_key(masked(key, mask), mask, kIndex)) << "later fragments";
}

}  // namespace
}  // namespace flowbed::sw
