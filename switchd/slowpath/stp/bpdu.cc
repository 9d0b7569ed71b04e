#include "switchd/slowpath/stp/bpdu.hh"

#include <algorithm>
#include <cstring>

namespace flowbed::sw {
namespace {

constexpr size_t kHeaderSize = 14, kLlcSize = 3;
constexpr uint8_t kLlc[kLlcSize] = {0x42, 0x42, 0x03};
constexpr unsigned kMaxLength = 1500;  // what is above is no length but an EtherType

constexpr uint8_t kTypeConfiguration = 0x00, kTypeRapid = 0x02, kTypeNotification = 0x80;
constexpr uint8_t kVersionRapid = 2;
constexpr size_t kConfigurationSize = 35, kRapidSize = 36, kNotificationSize = 4;

// Flags; the sender's role lies between them.
constexpr uint8_t kTopologyChange = 0x01, kProposal = 0x02, kLearning = 0x10, kForwarding = 0x20,
                  kAgreement = 0x40, kTopologyChangeAck = 0x80;
constexpr int kRoleShift = 2;
constexpr uint8_t kRoleUnknown = 0, kRoleAlternate = 1, kRoleRoot = 2, kRoleDesignated = 3;

constexpr unsigned kTicksPerSecond = 256;
constexpr uint16_t kMaxSeconds = 255;

class Writer {
 public:
  explicit Writer(uint8_t* at) : at_(at) {}
  template <class T>
  Writer& put(T value) {  // in network byte order
    for (size_t i = sizeof value; i-- > 0;)
      *at_++ = static_cast<uint8_t>(static_cast<uint64_t>(value) >> 8 * i);
    return *this;
  }
  Writer& put_bytes(const void* bytes, size_t size) {
    memcpy(at_, bytes, size);
    at_ += size;
    return *this;
  }
  Writer& put_seconds(uint16_t seconds) {
    return put(static_cast<uint16_t>(std::min(seconds, kMaxSeconds) * kTicksPerSecond));
  }

 private:
  uint8_t* at_;
};

class Reader {
 public:
  explicit Reader(const uint8_t* at) : at_(at) {}
  template <class T>
  T take() {
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof(T); i++) value = value << 8 | *at_++;
    return static_cast<T>(value);
  }

 private:
  const uint8_t* at_;
};

uint8_t code_of(PortRole role) {
  switch (role) {
    case PortRole::kRoot:
      return kRoleRoot;
    case PortRole::kDesignated:
      return kRoleDesignated;
    case PortRole::kAlternate:
    case PortRole::kBackup:
      return kRoleAlternate;
    case PortRole::kDisabled:
      break;
  }
  return kRoleUnknown;
}

uint8_t flags_of(const Bpdu& bpdu) {
  uint8_t flags = bpdu.topology_change ? kTopologyChange : 0;
  if (bpdu.kind == Bpdu::Kind::kConfiguration)
    return flags | (bpdu.topology_change_ack ? kTopologyChangeAck : 0);
  flags |= static_cast<uint8_t>(code_of(bpdu.role) << kRoleShift);
  if (bpdu.proposal) flags |= kProposal;
  if (bpdu.learning) flags |= kLearning;
  if (bpdu.forwarding) flags |= kForwarding;
  if (bpdu.agreement) flags |= kAgreement;
  return flags;
}

void write_body(Writer& out, const Bpdu& bpdu) {
  out.put(flags_of(bpdu));
  out.put(bpdu.priority.root).put(bpdu.priority.root_path_cost);
  out.put(bpdu.priority.designated_bridge).put(bpdu.priority.designated_port);
  out.put_seconds(bpdu.times.message_age).put_seconds(bpdu.times.max_age);
  out.put_seconds(bpdu.times.hello_time).put_seconds(bpdu.times.forward_delay);
}

// A role that is not known makes it as good as a configuration BPDU (9.2.9).
void read_rapid_flags(uint8_t flags, Bpdu& bpdu) {
  const uint8_t role = flags >> kRoleShift & 3;
  if (role == kRoleUnknown) return;
  bpdu.role = role == kRoleRoot        ? PortRole::kRoot
              : role == kRoleAlternate ? PortRole::kAlternate
                                       : PortRole::kDesignated;
  bpdu.proposal = flags & kProposal;
  bpdu.learning = flags & kLearning;
  bpdu.forwarding = flags & kForwarding;
  bpdu.agreement = flags & kAgreement;
}

uint16_t in_seconds(unsigned ticks) {
  return std::min(static_cast<uint16_t>((ticks + kTicksPerSecond / 2) / kTicksPerSecond), kMaxSeconds);
}

// False: the message is older than it may be. (A rapid one is not refused for that: it says that its sender
// has nothing better any more, and ages at once.)
bool read_body(Reader in, Bpdu& bpdu) {
  const auto flags = in.take<uint8_t>();
  bpdu.topology_change = flags & kTopologyChange;
  if (bpdu.kind == Bpdu::Kind::kRapid) {
    read_rapid_flags(flags, bpdu);
  } else {
    bpdu.topology_change_ack = flags & kTopologyChangeAck;
  }
  bpdu.priority.root = in.take<BridgeId>();
  bpdu.priority.root_path_cost = in.take<uint32_t>();
  bpdu.priority.designated_bridge = in.take<BridgeId>();
  bpdu.priority.designated_port = in.take<PortId>();
  const auto message_age = in.take<uint16_t>(), max_age = in.take<uint16_t>();
  bpdu.times.message_age = in_seconds(message_age);
  bpdu.times.max_age = in_seconds(max_age);
  bpdu.times.hello_time = in_seconds(in.take<uint16_t>());
  bpdu.times.forward_delay = in_seconds(in.take<uint16_t>());
  return bpdu.kind == Bpdu::Kind::kRapid || message_age < max_age;
}

// What the LLC header encloses; empty: it is not spanning tree's.
std::span<const uint8_t> payload_of(std::span<const uint8_t> frame) {
  if (frame.size() < kHeaderSize + kLlcSize) return {};
  const auto length = Reader(frame.data() + kHeaderSize - 2).take<uint16_t>();
  if (length < kLlcSize || length > kMaxLength) return {};
  if (memcmp(frame.data() + kHeaderSize, kLlc, kLlcSize) != 0) return {};
  const size_t room = frame.size() - kHeaderSize;
  return frame.subspan(kHeaderSize + kLlcSize, std::min<size_t>(length, room) - kLlcSize);
}

std::optional<Bpdu::Kind> kind_of(std::span<const uint8_t> payload) {
  if (payload.size() < kNotificationSize || payload[0] != 0 || payload[1] != 0) return std::nullopt;
  const uint8_t version = payload[2], type = payload[3];
  if (type == kTypeNotification) return Bpdu::Kind::kTopologyChangeNotification;
  if (type == kTypeConfiguration && payload.size() >= kConfigurationSize) return Bpdu::Kind::kConfiguration;
  if (type == kTypeRapid && version >= kVersionRapid && payload.size() >= kRapidSize)
    return Bpdu::Kind::kRapid;
  return std::nullopt;
}

}  // namespace

BpduFrame write_bpdu(const Bpdu& bpdu, const MacAddress& source) {
  const bool rapid = bpdu.kind == Bpdu::Kind::kRapid;
  const bool notification = bpdu.kind == Bpdu::Kind::kTopologyChangeNotification;
  const size_t size = rapid ? kRapidSize : notification ? kNotificationSize : kConfigurationSize;
  BpduFrame frame{};
  Writer out(frame.data());
  out.put_bytes(kBpduAddress, sizeof kBpduAddress).put_bytes(source.bytes.data(), source.bytes.size());
  out.put(static_cast<uint16_t>(kLlcSize + size)).put_bytes(kLlc, kLlcSize);
  out.put(uint16_t{0}).put(rapid ? kVersionRapid : uint8_t{0});
  out.put(rapid ? kTypeRapid : notification ? kTypeNotification : kTypeConfiguration);
  if (!notification) write_body(out, bpdu);
  return frame;
}

std::optional<Bpdu> parse_bpdu(std::span<const uint8_t> frame) {
  const auto payload = payload_of(frame);
  const auto kind = kind_of(payload);
  if (!kind) return std::nullopt;
  Bpdu bpdu;
  bpdu.kind = *kind;
  if (*kind == Bpdu::Kind::kTopologyChangeNotification) return bpdu;
  if (!read_body(Reader(payload.data() + kNotificationSize), bpdu)) return std::nullopt;
  return bpdu;
}

}  // namespace flowbed::sw
