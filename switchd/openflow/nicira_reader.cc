#include "switchd/openflow/action_frame.hh"
#include "switchd/openflow/nicira_learn.hh"
#include "switchd/openflow/nicira_subtypes.hh"
#include "switchd/openflow/port_numbers.hh"
#include "switchd/openflow/set_field.hh"
#include "switchd/openflow/slice_codec.hh"

namespace flowbed::sw {
namespace {

using namespace nicira;

OfAction resubmit(WireReader& in, bool with_table) {
  const uint16_t port = in.u16();
  const uint8_t table = in.u8();
  of::Resubmit action;
  if (port != kSamePort) action.port = widen_port(port);
  if (with_table && table != kSameTable) action.table = table;
  return action;
}

OfAction set_tunnel(uint64_t id) {
  static const Field& field = field_named("tun_id");
  return of::Load{{&field, 0, field.bits}, id};
}

OfAction move(WireReader& in) {
  if (in.left() < 14) throw OfFault(OfFaultKind::kBadActionLength, "reg_move: too short");
  const unsigned count = in.u16(), from = in.u16(), to = in.u16();
  const WireSlice source = read_slice(in, {from, count});
  return move_of(source, settable(read_slice(in, {to, count})));
}

OfAction load(WireReader& in) {
  const SliceBits bits = read_slice_bits(in);
  const WireSlice to = settable(read_slice(in, bits));
  return load_of(to, in.u64());
}

OfAction output_field(WireReader& in) {
  const SliceBits bits = read_slice_bits(in);
  const FieldSlice from = slice_of(read_slice(in, bits));
  return of::OutputField{from, in.u16()};
}

OfAction output_field_2(WireReader& in) {
  const SliceBits bits = read_slice_bits(in);
  const uint16_t max_len = in.u16();
  return of::OutputField{slice_of(read_slice(in, bits)), max_len};
}

OfAction note(WireReader& in) {
  const auto bytes = in.rest();
  return of::Note{{bytes.begin(), bytes.end()}};
}

OfAction fin_timeout(WireReader& in) {
  of::FinTimeout action;
  action.idle_timeout = in.u16();
  action.hard_timeout = in.u16();
  return action;
}

PacketInReason reason(uint8_t number) {
  if (number > static_cast<uint8_t>(PacketInReason::kPacketOut)) bad_argument("no such reason");
  return static_cast<PacketInReason>(number);
}

OfAction controller(WireReader& in) {
  of::Controller action;
  action.max_len = in.u16();
  action.id = in.u16();
  action.reason = reason(in.u8());
  return action;
}

// One property: what is asked beyond length, id and reason (userdata, a pause, a meter) is not known here.
void read_property(WireReader& in, of::Controller& action) {
  const uint16_t type = in.u16(), length = in.u16();
  if (length < 4) throw OfFault(OfFaultKind::kBadActionLength, "controller: a property is too short");
  WireReader value = in.part(length - 4u);
  in.skip(std::min<size_t>(in.left(), (8 - length % 8u) % 8));
  if (type == 0)
    action.max_len = value.u16();
  else if (type == 1)
    action.id = value.u16();
  else if (type == 2)
    action.reason = reason(value.u8());
  else
    bad_argument("controller: an unknown property");
}

OfAction controller_2(WireReader& in) {
  of::Controller action;
  in.skip(6);
  while (in.left() > 0) read_property(in, action);
  return action;
}

OfAction decrement_ttl(WireReader& in) {
  const size_t count = in.u16();
  in.skip(4);
  of::DecrementTtl action;
  for (size_t i = 0; i < count; i++) action.controllers.push_back(in.u16());
  if (in.left() >= 8) throw OfFault(OfFaultKind::kBadActionLength, "dec_ttl: too long");
  return action;
}

OfAction write_metadata(WireReader& in) {
  static const Field& field = field_named("metadata");
  in.skip(6);
  const uint64_t value = in.u64(), mask = in.u64();
  return of::SetField{&field, value & mask, mask};
}

OfAction set_mpls_label(WireReader& in) {
  static const Field& field = field_named("mpls_label");
  in.skip(2);
  const uint32_t label = in.u32();
  if (label > field.all_ones()) bad_argument("a label has 20 bits");
  return of::SetField{&field, label, field.all_ones()};
}

OfAction set_mpls_tc(WireReader& in) {
  static const Field& field = field_named("mpls_tc");
  const uint8_t tc = in.u8();
  if (tc > field.all_ones()) bad_argument("a traffic class has 3 bits");
  return of::SetField{&field, tc, field.all_ones()};
}

uint16_t mpls_type(WireReader& in) {
  const uint16_t type = in.u16();
  if (type != FLOW_ETH_TYPE_MPLS && type != FLOW_ETH_TYPE_MPLS_MULTICAST)
    throw OfFault(OfFaultKind::kBadTag, "push_mpls: no EtherType of MPLS");
  return type;
}

OfAction conjunction(WireReader& in) {
  const uint8_t clause = in.u8(), clauses = in.u8();
  if (clauses < 2 || clauses > 64 || clause >= clauses) bad_argument("conjunction: no such clause");
  return of::Conjunction{in.u32(), clause, clauses};
}

uint32_t behind_padding(WireReader& in) {
  in.skip(2);
  return in.u32();
}

// Sizes are those behind the subtype.
constexpr ActionReader kReaders[] = {
    {kResubmit, 6, [](WireReader& in) { return resubmit(in, false); }},
    {kSetTunnel, 6, [](WireReader& in) { return set_tunnel(behind_padding(in)); }},
    {kSetQueue, 6, [](WireReader& in) -> OfAction { return of::SetQueue{behind_padding(in)}; }},
    {kPopQueue, 6, [](WireReader&) -> OfAction { return of::PopQueue{}; }},
    {kRegMove, kAnySize, move},
    {kRegLoad, 14, load},
    {kNote, kAnySize, note},
    {kSetTunnel64, 14,
     [](WireReader& in) {
       in.skip(6);
       return set_tunnel(in.u64());
     }},
    {kResubmitTable, 6, [](WireReader& in) { return resubmit(in, true); }},
    {kOutputReg, 14, output_field},
    {kLearn, kAnySize, [](WireReader& in) -> OfAction { return read_learn(in); }},
    {kExit, 6, [](WireReader&) -> OfAction { return of::Exit{}; }},
    {kFinTimeout, 6, fin_timeout},
    {kDecTtl, 6, [](WireReader&) -> OfAction { return of::DecrementTtl{}; }},
    {kController, 6, controller},
    {kDecTtlCntIds, kAnySize, decrement_ttl},
    {kWriteMetadata, 22, write_metadata},
    {kPushMpls, 6, [](WireReader& in) -> OfAction { return of::PushMpls{mpls_type(in)}; }},
    {kPopMpls, 6, [](WireReader& in) -> OfAction { return of::PopMpls{in.u16()}; }},
    {kSetMplsTtl, 6, [](WireReader& in) -> OfAction { return of::SetMplsTtl{in.u8()}; }},
    {kDecMplsTtl, 6, [](WireReader&) -> OfAction { return of::DecrementMplsTtl{}; }},
    {kSetMplsLabel, 6, set_mpls_label},
    {kSetMplsTc, 6, set_mpls_tc},
    {kOutputReg2, 14, output_field_2},
    {kRegLoad2, kAnySize, [](WireReader& in) -> OfAction { return read_masked_set_field(in); }},
    {kConjunction, 6, conjunction},
    {kController2, kAnySize, controller_2},
};

}  // namespace

OfAction read_vendor_action(WireReader& body) {
  if (body.u32() != kNiciraVendor)
    throw OfFault(OfFaultKind::kBadActionExperimenter, "an unknown vendor's action");
  const uint16_t subtype = body.u16();
  return read_by(kReaders, subtype, body, OfFaultKind::kBadActionExperimenterType);
}

}  // namespace flowbed::sw
