#include "switchd/openflow/action_frame.hh"
#include "switchd/openflow/port_numbers.hh"

namespace flowbed::sw {
namespace {

enum Type : uint16_t {
  kOutput = 0,
  kSetVlanVid = 1,
  kSetVlanPcp = 2,
  kStripVlan = 3,
  kSetEthSrc = 4,
  kSetEthDst = 5,
  kSetNwSrc = 6,
  kSetNwDst = 7,
  kSetNwTos = 8,
  kSetTpSrc = 9,
  kSetTpDst = 10,
  kEnqueue = 11,
};
constexpr uint16_t kVlanIdBits = 0x0fff;

OfAction set(const Field& field, FieldValue value) { return of::SetField{&field, value, field.all_ones()}; }

FieldValue mac(WireReader& in) {
  const FieldValue high = in.u16();
  return high << 32 | in.u32();
}

OfAction set_vlan_vid(WireReader& in) {
  const uint16_t vid = in.u16();
  if (vid > kVlanIdBits) bad_argument("a VLAN's id has 12 bits");
  return of::SetVlanVid{vid};
}

OfAction set_vlan_pcp(WireReader& in) {
  const uint8_t pcp = in.u8();
  if (pcp > 7) bad_argument("a VLAN's priority has 3 bits");
  return of::SetVlanPcp{pcp};
}

OfAction set_tos(WireReader& in) {
  const uint8_t tos = in.u8();
  if (tos & 3) bad_argument("the low two bits of a type of service are not set");
  return set(field_named("nw_tos"), tos >> 2);
}

OfAction enqueue(WireReader& in) {
  const OfPort port = widen_port(in.u16());
  in.skip(6);
  return of::Enqueue{port, in.u32()};
}

constexpr ActionReader kReaders[] = {
    {kOutput, 4,
     [](WireReader& in) -> OfAction {
       const OfPort port = widen_port(in.u16());
       return of::Output{port, in.u16()};
     }},
    {kSetVlanVid, 4, set_vlan_vid},
    {kSetVlanPcp, 4, set_vlan_pcp},
    {kStripVlan, 4, [](WireReader&) -> OfAction { return of::PopVlan{}; }},
    {kSetEthSrc, 12, [](WireReader& in) { return set(field_named("dl_src"), mac(in)); }},
    {kSetEthDst, 12, [](WireReader& in) { return set(field_named("dl_dst"), mac(in)); }},
    {kSetNwSrc, 4, [](WireReader& in) { return set(field_named("nw_src"), in.u32()); }},
    {kSetNwDst, 4, [](WireReader& in) { return set(field_named("nw_dst"), in.u32()); }},
    {kSetNwTos, 4, set_tos},
    {kSetTpSrc, 4,
     [](WireReader& in) -> OfAction {
       return of::SetTransport{true, in.u16()};
     }},
    {kSetTpDst, 4,
     [](WireReader& in) -> OfAction {
       return of::SetTransport{false, in.u16()};
     }},
    {kEnqueue, 12, enqueue},
    {kExperimenterType, kAnySize, read_vendor_action},
};

// Which type sets the field, and of how many bytes its argument is.
struct FieldSetter {
  std::string_view field;
  Type type;
  size_t bytes;
};
constexpr FieldSetter kSetters[] = {
    {"dl_src", kSetEthSrc, 6},    {"dl_dst", kSetEthDst, 6},    {"nw_src", kSetNwSrc, 4},
    {"nw_dst", kSetNwDst, 4},     {"nw_tos", kSetNwTos, 1},     {"ip_dscp", kSetNwTos, 1},
    {"tcp_src", kSetTpSrc, 2},    {"tcp_dst", kSetTpDst, 2},    {"udp_src", kSetTpSrc, 2},
    {"udp_dst", kSetTpDst, 2},    {"sctp_src", kSetTpSrc, 2},   {"sctp_dst", kSetTpDst, 2},
    {"vlan_vid", kSetVlanVid, 2}, {"vlan_pcp", kSetVlanPcp, 1},
};

const FieldSetter* setter_of(const of::SetField& action) {
  if (action.mask != action.field->all_ones()) return nullptr;
  for (const FieldSetter& setter : kSetters) {
    if (setter.field == action.field->name) return &setter;
  }
  return nullptr;
}

uint64_t argument(const FieldSetter& setter, FieldValue value) {
  if (setter.type == kSetNwTos) return static_cast<uint64_t>(value << 2);
  return static_cast<uint64_t>(setter.type == kSetVlanVid ? value & kVlanIdBits : value);
}

class WriterV10 {
 public:
  explicit WriterV10(WireWriter& to) : out(to) {}

  template <class Action>
  void operator()(const Action& action) {
    write_nicira_action(action, out);
  }
  void operator()(const of::Output& a) {
    framed(out, kOutput, [&] {
      out.u16(narrow_port(a.port));
      out.u16(a.max_len);
    });
  }
  void operator()(const of::Enqueue& a) {
    framed(out, kEnqueue, [&] {
      out.u16(narrow_port(a.port));
      out.zeros(6);
      out.u32(a.queue);
    });
  }
  void operator()(const of::SetField& a) {
    if (const FieldSetter* setter = setter_of(a))
      number(setter->type, argument(*setter, a.value), setter->bytes);
    else
      write_nicira_action(a, out);
  }
  void operator()(const of::SetVlanVid& a) { number(kSetVlanVid, a.vid, 2); }
  void operator()(const of::SetVlanPcp& a) { number(kSetVlanPcp, a.pcp, 1); }
  void operator()(const of::SetTransport& a) { number(a.source ? kSetTpSrc : kSetTpDst, a.port, 2); }
  void operator()(const of::PopVlan&) { number(kStripVlan, 0, 4); }

 private:
  void number(Type type, uint64_t value, size_t bytes) {
    framed(out, type, [&] {
      for (size_t i = bytes; i-- > 0;) out.u8(static_cast<uint8_t>(value >> (8 * i)));
    });
  }

  WireWriter& out;
};

}  // namespace

OfAction read_action_v10(uint16_t type, WireReader& body) {
  return read_by(kReaders, type, body, OfFaultKind::kBadActionType);
}

void write_action_v10(const OfAction& action, WireWriter& writer) { std::visit(WriterV10(writer), action); }

}  // namespace flowbed::sw
