// The ferry with real packets: what is sent into one end of a link comes out at the other, as the link has
// it.
#include "switchd/ferry/ferry.hh"

#include "tests/switchd/packet/random_packets.hh"
#include "tests/system/traffic_rig.hh"

namespace flowbed::sw {
namespace {

class FerryTraffic : public testing::Test {
 protected:
  void SetUp() override {
    if (!hindrance_.empty()) GTEST_SKIP() << hindrance_;
    system("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null");
    for (const char* end : {"ea", "eb"}) {
      ip(std::string("link add ") + end + " up type veth peer name f" + end);
      ip(std::string("link set f") + end + " up mtu 65535");
    }
    ferry_.emplace(loop_);
    a_.emplace("ea");
    b_.emplace("eb");
  }

  void put(const DirectionSettings& a_to_b, const DirectionSettings& b_to_a = {}) {
    ferry_->put({.name = "link", .a = index("fea"), .b = index("feb"), .a_to_b = a_to_b, .b_to_a = b_to_a});
  }
  static IfIndex index(const char* interface) { return IfIndex{if_nametoindex(interface)}; }

  // Until so many have come to `to`, or too long.
  std::vector<Received> receive(Host& to, size_t count, Duration at_most = 2s) {
    std::vector<Received> all;
    for (const TimePoint end = monotonic_now() + at_most; all.size() < count && monotonic_now() < end;) {
      loop_.turn(1ms);
      for (Received& received : to.take()) all.push_back(std::move(received));
    }
    return all;
  }
  std::vector<Received> receive_for(Host& to, Duration time) { return receive(to, SIZE_MAX, time); }
  const LinkCounters& counters() { return ferry_->find("link").a_to_b.link().counters(); }

  std::string hindrance_ = enter_own_network();
  EventLoop loop_;
  std::optional<Ferry> ferry_;
  std::optional<Host> a_, b_;
};

Bytes frame(size_t size = 100, unsigned number = 0) {
  return ethernet(kMac2, kMac1, 0x88b5).u32(number).zeros(size - 18);
}

TEST_F(FerryTraffic, PacketsArriveAfterTheDelayBothWays) {
  put({.delay = 30ms}, {.delay = 10ms});
  const TimePoint sent = monotonic_now();
  a_->send(frame());
  const auto there = receive(*b_, 1);
  EXPECT_GE(monotonic_now() - sent, 30ms);
  ASSERT_EQ(there.size(), 1u);
  EXPECT_EQ(there[0].bytes, frame().get());
  const TimePoint answered = monotonic_now();
  b_->send(frame(200));
  EXPECT_EQ(receive(*a_, 1).size(), 1u);
  EXPECT_GE(monotonic_now() - answered, 10ms);
}

TEST_F(FerryTraffic, ARateSpacesPackets) {
  put({.rate = RateSettings{.bits_per_second = 8'000'000}});
  const TimePoint sent = monotonic_now();
  for (unsigned i = 0; i < 100; i++) a_->send(frame(1000, i));
  const auto received = receive(*b_, 100);
  EXPECT_GE(monotonic_now() - sent, 100ms);
  ASSERT_EQ(received.size(), 100u);
  for (unsigned i = 0; i < 100; i++) EXPECT_EQ(received[i].bytes, frame(1000, i).get()) << "in order";
}

TEST_F(FerryTraffic, TagsCross) {
  put({.delay = 1ms});
  a_->send(Bytes().mac(kMac2).mac(kMac1).u16(0x8100).u16(7).u16(0x88b5).zeros(46));
  const auto received = receive(*b_, 1);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].vlan, vlan_tag(7));
}

TEST_F(FerryTraffic, LossDoublesAndDamageAreWhatTheCountersSay) {
  put({.loss = LossPattern{{false, true}}, .duplicate = Chance{1, 0}, .corrupt = Chance{1, 0}});
  for (unsigned i = 0; i < 20; i++) a_->send(frame(100, i));
  const auto received = receive(*b_, 20);
  EXPECT_EQ(received.size(), 20u) << "ten that were not lost, twice";
  EXPECT_EQ(counters().lost, 10u);
  EXPECT_EQ(counters().doubled, 10u);
  for (size_t n = 0; n < received.size(); n++) {
    const auto sent = frame(100, static_cast<unsigned>(n / 2 * 2)).get();
    int wrong_bits = 0;
    for (size_t i = 0; i < sent.size(); i++)
      wrong_bits += std::popcount<uint8_t>(sent[i] ^ received[n].bytes[i]);
    EXPECT_EQ(wrong_bits, 1);
  }
}

TEST_F(FerryTraffic, AChangeLosesNothing) {
  put({.delay = 50ms});
  for (unsigned i = 0; i < 50; i++) a_->send(frame(100, i));
  receive_for(*b_, 5ms);
  put({.rate = RateSettings{.bits_per_second = 10'000'000}, .delay = 1ms});
  for (unsigned i = 50; i < 100; i++) a_->send(frame(100, i));
  EXPECT_EQ(receive(*b_, 100).size(), 100u);
}

TEST_F(FerryTraffic, ALinkThatIsGonePassesNothing) {
  put({.delay = 20ms});
  a_->send(frame());
  receive_for(*b_, 5ms);
  ferry_->remove("link");
  a_->send(frame());
  EXPECT_TRUE(receive_for(*b_, 50ms).empty());
  EXPECT_THROW(ferry_->find("link"), Error);
}

TEST_F(FerryTraffic, NothingIsKeptOfWhatHasArrived) {
  put({.delay = 1ms,
       .jitter = JitterSettings{.spread = 1ms, .may_reorder = true},
       .loss = Chance{0.3, 0},
       .duplicate = Chance{0.3, 0},
       .corrupt = Chance{0.3, 0}});
  for (unsigned i = 0; i < 300; i++) a_->send(frame(100, i));
  receive_for(*b_, 50ms);
  EXPECT_EQ(counters().arrived, 300u);
  EXPECT_EQ(ferry_->kept_bytes(), 0u);
}

// A super-packet is cut where the link decides packet by packet, and what leaves together is joined again.
TEST_F(FerryTraffic, SuperPacketsAreCutForARate) {
  std::mt19937 random(3);
  Shape shape;
  shape.unfinished = true;
  shape.payload = 14'000;
  BuiltPacket whole = PacketBuilder(shape).build(random);
  const size_t headers = whole.bytes.size() - shape.payload;
  whole.offload.gso_type = OffloadHeader::kGsoTcp4;
  whole.offload.gso_size = 1400;
  whole.offload.hdr_len = static_cast<uint16_t>(headers);
  for (const bool has_rate : {false, true}) {
    ferry_->put({.name = "link", .a = index("fea"), .b = index("feb"), .a_to_b = {.delay = 1ms}, .b_to_a = {}});
    if (has_rate) put({.rate = RateSettings{.bits_per_second = 100'000'000}});
    const uint64_t before = counters().delivered, bytes_before = counters().delivered_bytes;
    TxBatch batch;
    Counters tx;
    FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    const int on = 1;
    setsockopt(socket.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on);
    batch.add(socket.get(), index("ea"), whole.view(), tx);
    batch.flush(socket.get());
    ASSERT_EQ(tx.dropped, 0u);
    receive_for(*b_, 30ms);
    EXPECT_EQ(counters().delivered - before, 10u);
    EXPECT_EQ(counters().delivered_bytes - bytes_before, 10 * headers + shape.payload);
    EXPECT_EQ(ferry_->find("link").a_to_b.counters().sent.dropped, 0u);
  }
  EXPECT_EQ(ferry_->kept_bytes(), 0u);
}

}  // namespace
}  // namespace flowbed::sw
