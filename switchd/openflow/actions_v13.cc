// Actions of OpenFlow 1.3 and 1.4, which are the same.
#include "switchd/openflow/action_frame.hh"
#include "switchd/openflow/set_field.hh"

namespace flowbed::sw {
namespace {

enum Type : uint16_t {
  kOutput = 0,
  kCopyTtlOut = 11,
  kCopyTtlIn = 12,
  kSetMplsTtl = 15,
  kDecMplsTtl = 16,
  kPushVlan = 17,
  kPopVlan = 18,
  kPushMpls = 19,
  kPopMpls = 20,
  kSetQueue = 21,
  kGroup = 22,
  kSetNwTtl = 23,
  kDecNwTtl = 24,
  kSetField = 25,
  kPushPbb = 26,
  kPopPbb = 27,
};

uint16_t one_of(uint16_t type, uint16_t first, uint16_t second) {
  if (type != first && type != second) throw OfFault(OfFaultKind::kBadTag, "no such tag can be pushed");
  return type;
}

template <class Action>
OfAction plain(WireReader&) {
  return Action{};
}

constexpr ActionReader kReaders[] = {
    {kOutput, 12,
     [](WireReader& in) -> OfAction {
       const OfPort port{in.u32()};
       return of::Output{port, in.u16()};
     }},
    {kCopyTtlOut, 4, plain<of::CopyTtlOut>},
    {kCopyTtlIn, 4, plain<of::CopyTtlIn>},
    {kSetMplsTtl, 4, [](WireReader& in) -> OfAction { return of::SetMplsTtl{in.u8()}; }},
    {kDecMplsTtl, 4, plain<of::DecrementMplsTtl>},
    {kPushVlan, 4, [](WireReader& in) -> OfAction { return of::PushVlan{one_of(in.u16(), 0x8100, 0x88a8)}; }},
    {kPopVlan, 4, plain<of::PopVlan>},
    {kPushMpls, 4,
     [](WireReader& in) -> OfAction {
       return of::PushMpls{one_of(in.u16(), FLOW_ETH_TYPE_MPLS, FLOW_ETH_TYPE_MPLS_MULTICAST)};
     }},
    {kPopMpls, 4, [](WireReader& in) -> OfAction { return of::PopMpls{in.u16()}; }},
    {kSetQueue, 4, [](WireReader& in) -> OfAction { return of::SetQueue{in.u32()}; }},
    {kGroup, 4, [](WireReader& in) -> OfAction { return of::Group{in.u32()}; }},
    {kSetNwTtl, 4, [](WireReader& in) -> OfAction { return of::SetTtl{in.u8()}; }},
    {kDecNwTtl, 4, plain<of::DecrementTtl>},
    {kPushPbb, 4,
     [](WireReader& in) -> OfAction {
       return of::PushPbb{one_of(in.u16(), FLOW_ETH_TYPE_PBB, FLOW_ETH_TYPE_PBB)};
     }},
    {kPopPbb, 4, plain<of::PopPbb>},
    {kExperimenterType, kAnySize, read_vendor_action},
};

class WriterV13 {
 public:
  WriterV13(WireWriter& to, OfVersion of_version) : out(to), version(of_version) {}

  template <class Action>
  void operator()(const Action& action) {
    write_nicira_action(action, out);
  }
  void operator()(const of::Output& a) {
    framed(out, kOutput, [&] {
      out.u32(to_number(a.port));
      out.u16(a.max_len);
      out.zeros(6);
    });
  }
  // 1.0's: a queue for one output only.
  void operator()(const of::Enqueue& a) {
    u32(kSetQueue, a.queue);
    (*this)(of::Output{a.port});
    (*this)(of::PopQueue{});
  }
  void operator()(const of::SetField& a) {
    if (has_set_field(a, version))
      framed(out, kSetField, [&] { write_set_field(a, out); });
    else
      write_nicira_action(a, out);
  }
  // 1.0's, as near as one action can say: that an untagged packet gets a tag is lost, and so is that the
  // protocol may be any.
  void operator()(const of::SetVlanVid& a) { set("vlan_vid", 0x1000u | a.vid); }
  void operator()(const of::SetVlanPcp& a) { set("vlan_pcp", a.pcp); }
  void operator()(const of::SetTransport& a) { set(a.source ? "tcp_src" : "tcp_dst", a.port); }

  void operator()(const of::CopyTtlOut&) { u32(kCopyTtlOut, 0); }
  void operator()(const of::CopyTtlIn&) { u32(kCopyTtlIn, 0); }
  void operator()(const of::SetMplsTtl& a) { u32(kSetMplsTtl, uint32_t{a.ttl} << 24); }
  void operator()(const of::DecrementMplsTtl&) { u32(kDecMplsTtl, 0); }
  void operator()(const of::PushVlan& a) { eth_type(kPushVlan, a.eth_type); }
  void operator()(const of::PopVlan&) { u32(kPopVlan, 0); }
  void operator()(const of::PushMpls& a) { eth_type(kPushMpls, a.eth_type); }
  void operator()(const of::PopMpls& a) { eth_type(kPopMpls, a.eth_type); }
  void operator()(const of::PushPbb& a) { eth_type(kPushPbb, a.eth_type); }
  void operator()(const of::PopPbb&) { u32(kPopPbb, 0); }
  void operator()(const of::SetQueue& a) { u32(kSetQueue, a.queue); }
  void operator()(const of::Group& a) { u32(kGroup, a.id); }
  void operator()(const of::SetTtl& a) { u32(kSetNwTtl, uint32_t{a.ttl} << 24); }
  void operator()(const of::DecrementTtl& a) {
    if (a.controllers.empty())
      u32(kDecNwTtl, 0);
    else
      write_nicira_action(a, out);
  }

 private:
  void u32(Type type, uint32_t argument) {
    framed(out, type, [&] { out.u32(argument); });
  }
  void eth_type(Type type, uint16_t number) { u32(type, uint32_t{number} << 16); }
  void set(std::string_view name, FieldValue value) {
    const Field& field = field_named(name);
    (*this)(of::SetField{&field, value, field.all_ones()});
  }

  WireWriter& out;
  OfVersion version;
};

}  // namespace

OfAction read_action_v13(uint16_t type, WireReader& body, OfVersion version) {
  if (type == kSetField) return read_set_field(body, version);
  return read_by(kReaders, type, body, OfFaultKind::kBadActionType);
}

void write_action_v13(const OfAction& action, OfVersion version, WireWriter& writer) {
  std::visit(WriterV13(writer, version), action);
}

}  // namespace flowbed::sw
