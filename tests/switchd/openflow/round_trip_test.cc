// All requests to bytes and back, and what is left when bytes are missing or wrong.
#include <random>

#include <gmock/gmock.h>

#include "tests/switchd/openflow/hex.hh"
#include "tests/switchd/openflow/sample_messages.hh"

namespace flowbed::sw::ofp {
namespace {

class RoundTrip : public testing::TestWithParam<OfVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, RoundTrip, testing::Values(OfVersion::k10, OfVersion::k13, OfVersion::k14),
                         [](const auto& version) {
                           return "Wire" + std::to_string(static_cast<int>(version.param));
                         });

TEST_P(RoundTrip, EveryRequestIsReadAsItWasWritten) {
  for (const Request& request : sample_requests(GetParam())) {
    const Bytes bytes = encode_request(request, GetParam(), 7);
    const Decoded decoded = decode(bytes);
    EXPECT_EQ(decoded.version, GetParam());
    EXPECT_EQ(decoded.xid, 7u);
    EXPECT_EQ(decoded.request.index(), request.index());
    EXPECT_EQ(to_hex(encode_request(decoded.request, GetParam(), 7)), to_hex(bytes));
  }
}

TEST_P(RoundTrip, EveryReplyHasAHeader) {
  for (const Reply& reply : sample_replies(GetParam())) {
    for (const Bytes& message : encode(reply, GetParam(), 7)) {
      const Header header = read_header(message);
      EXPECT_EQ(OfVersion{header.version}, GetParam());
      EXPECT_EQ(header.size, message.size());
      EXPECT_EQ(header.xid, 7u);
    }
  }
}

void put_size(Bytes& message) {
  message[2] = static_cast<uint8_t>(message.size() >> 8);
  message[3] = static_cast<uint8_t>(message.size());
}

void decode_or_refuse(const Bytes& message) {
  try {
    decode(message);
  } catch (const OfFault&) {
  }
}

// Copies of the exact size: the sanitizers see a read beyond.
TEST_P(RoundTrip, RequestsThatEndTooEarlyAreRefusedOrReadWithinTheirBounds) {
  for (const Request& request : sample_requests(GetParam())) {
    const Bytes whole = encode_request(request, GetParam(), 7);
    for (size_t size = kHeaderSize; size < whole.size(); size++) {
      Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      put_size(part);
      decode_or_refuse(part);
    }
  }
}

TEST_P(RoundTrip, WrongBytesAreRefusedOrRead) {
  std::mt19937 random(1);
  for (const Request& request : sample_requests(GetParam())) {
    const Bytes whole = encode_request(request, GetParam(), 7);
    for (int i = 0; i < 200; i++) {
      Bytes wrong = whole;
      for (int n = 0; n < 3; n++) wrong[random() % wrong.size()] = static_cast<uint8_t>(random());
      put_size(wrong);
      decode_or_refuse(wrong);
    }
  }
}

}  // namespace
}  // namespace flowbed::sw::ofp
