#include "switchd/openflow/framer.hh"

#include <gmock/gmock.h>

#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw::ofp {
namespace {

const Bytes kHello = from_hex("04 00 0008 00000001"), kEcho = from_hex("04 02 000a 00000002 abcd");

TEST(Framer, CutsAStreamWhereverItIsBroken) {
  Bytes stream = kHello;
  stream.insert(stream.end(), kEcho.begin(), kEcho.end());
  for (size_t cut = 0; cut <= stream.size(); cut++) {
    Framer framer;
    std::vector<Bytes> messages;
    const auto bytes = std::span<const uint8_t>(stream);
    for (const auto part : {bytes.first(cut), bytes.subspan(cut)}) {
      framer.feed(part);
      while (auto message = framer.next()) messages.push_back(*message);
    }
    EXPECT_THAT(messages, testing::ElementsAre(kHello, kEcho)) << "cut at " << cut;
    EXPECT_EQ(framer.waiting(), 0u);
  }
}

TEST(Framer, RefusesALengthBelowTheHeaders) {
  Framer framer;
  framer.feed(from_hex("04 00 0007 00000001"));
  EXPECT_THROW(framer.next(), OfFault);
}

TEST(Framer, HoldsOneMessageAtMost) {
  Framer framer;
  const Bytes start = from_hex("04 02 ffff 00000001");
  framer.feed(start);
  const Bytes chunk(1000);
  size_t fed = start.size(), most = 0, messages = 0;
  for (; fed < 1'000'000; fed += chunk.size()) {
    framer.feed(chunk);
    try {
      while (framer.next()) messages++;
    } catch (const OfFault&) {
      break;  // the zeros behind the first message are none
    }
    most = std::max(most, framer.waiting());
  }
  EXPECT_EQ(messages, 1u);
  EXPECT_LE(most, kMaxMessage);
}

}  // namespace
}  // namespace flowbed::sw::ofp
