#include "switchd/openflow/action_frame.hh"
#include "switchd/openflow/nicira_learn.hh"
#include "switchd/openflow/nicira_subtypes.hh"
#include "switchd/openflow/port_numbers.hh"
#include "switchd/openflow/set_field.hh"
#include "switchd/openflow/slice_codec.hh"

namespace flowbed::sw {
namespace {

using namespace nicira;

class NiciraWriter {
 public:
  explicit NiciraWriter(WireWriter& to) : out(to) {}

  template <class Action>
  void operator()(const Action&) {}  // has no such form

  void operator()(const of::SetTtl& a) {
    static const Field& ttl = field_named("nw_ttl");
    (*this)(of::SetField{&ttl, a.ttl, ttl.all_ones()});
  }
  void operator()(const of::SetField& a) {
    const bool is_whole = a.mask == a.field->all_ones();
    if (a.field->name == "metadata")
      set_metadata(static_cast<uint64_t>(a.value), static_cast<uint64_t>(a.mask));
    else if (is_whole && a.field->name == "mpls_label")
      padded_u32(kSetMplsLabel, static_cast<uint32_t>(a.value));
    else if (is_whole && a.field->name == "mpls_tc")
      frame(kSetMplsTc, [&] { out.u8(static_cast<uint8_t>(a.value)); });
    else
      frame(kRegLoad2, [&] { write_masked_set_field(a, out); });
  }
  void operator()(const of::Load& a) {
    if (a.to.field->name == "tun_id" && a.to.count == a.to.field->bits)
      set_tunnel(static_cast<uint64_t>(a.value));
    else if (a.to.count > 64)
      (*this)(of::SetField{a.to.field, a.value << a.to.offset, bits_of(a.to)});
    else
      load(a);
  }
  void operator()(const of::Move& a) {
    frame(kRegMove, [&] {
      out.u16(static_cast<uint16_t>(a.from.count));
      out.u16(static_cast<uint16_t>(offset_on_wire(a.from)));
      out.u16(static_cast<uint16_t>(offset_on_wire(a.to)));
      write_slice_field(a.from, out);
      write_slice_field(a.to, out);
    });
  }
  void operator()(const of::OutputField& a) {
    frame(kOutputReg, [&] {
      write_slice_bits(a.from, out);
      write_slice_field(a.from, out);
      out.u16(a.max_len);
      out.zeros(6);
    });
  }
  void operator()(const of::Resubmit& a) {
    const bool plain = a.port && !a.table;
    frame(plain ? kResubmit : kResubmitTable, [&] {
      out.u16(a.port ? narrow_port(*a.port) : kSamePort);
      out.u8(plain ? uint8_t{0} : a.table.value_or(kSameTable));
      out.zeros(3);
    });
  }
  void operator()(const of::DecrementTtl& a) {
    if (a.controllers.empty()) return empty(kDecTtl);
    frame(kDecTtlCntIds, [&] {
      out.u16(static_cast<uint16_t>(a.controllers.size()));
      out.zeros(4);
      for (const uint16_t id : a.controllers) out.u16(id);
    });
  }
  void operator()(const of::Controller& a) {
    frame(kController, [&] {
      out.u16(a.max_len);
      out.u16(a.id);
      out.u8(static_cast<uint8_t>(a.reason));
      out.zeros(1);
    });
  }
  void operator()(const of::Conjunction& a) {
    frame(kConjunction, [&] {
      out.u8(a.clause);
      out.u8(a.clauses);
      out.u32(a.id);
    });
  }
  void operator()(const of::Note& a) {
    frame(kNote, [&] {
      out.bytes(a.bytes);
      if (a.bytes.empty()) out.zeros(6);
    });
  }
  void operator()(const of::Learn& a) {
    frame(kLearn, [&] { write_learn(a, out); });
  }
  void operator()(const of::SetQueue& a) { padded_u32(kSetQueue, a.queue); }
  void operator()(const of::PopQueue&) { empty(kPopQueue); }
  void operator()(const of::FinTimeout& a) {
    frame(kFinTimeout, [&] {
      out.u16(a.idle_timeout);
      out.u16(a.hard_timeout);
      out.zeros(2);
    });
  }
  void operator()(const of::Exit&) { empty(kExit); }
  void operator()(const of::PushMpls& a) { eth_type(kPushMpls, a.eth_type); }
  void operator()(const of::PopMpls& a) { eth_type(kPopMpls, a.eth_type); }
  void operator()(const of::DecrementMplsTtl&) { empty(kDecMplsTtl); }
  void operator()(const of::SetMplsTtl& a) {
    frame(kSetMplsTtl, [&] {
      out.u8(a.ttl);
      out.zeros(5);
    });
  }

 private:
  template <class Body>
  void frame(uint16_t subtype, Body body) {
    framed_nicira(out, subtype, body);
  }
  void empty(uint16_t subtype) {
    frame(subtype, [&] { out.zeros(6); });
  }
  void padded_u32(uint16_t subtype, uint32_t number) {
    frame(subtype, [&] {
      out.zeros(2);
      out.u32(number);
    });
  }
  void eth_type(uint16_t subtype, uint16_t type) {
    frame(subtype, [&] {
      out.u16(type);
      out.zeros(4);
    });
  }
  void set_tunnel(uint64_t id) {
    if (id <= 0xffffffff) return padded_u32(kSetTunnel, static_cast<uint32_t>(id));
    frame(kSetTunnel64, [&] {
      out.zeros(6);
      out.u64(id);
    });
  }
  void set_metadata(uint64_t value, uint64_t mask) {
    frame(kWriteMetadata, [&] {
      out.zeros(6);
      out.u64(value);
      out.u64(mask);
    });
  }
  void load(const of::Load& a) {
    frame(kRegLoad, [&] {
      write_slice_bits(a.to, out);
      write_slice_field(a.to, out);
      out.u64(static_cast<uint64_t>(a.value));
    });
  }
  static FieldValue bits_of(const FieldSlice& slice) {
    const FieldValue ones = slice.count >= 128 ? ~FieldValue{0} : (FieldValue{1} << slice.count) - 1;
    return ones << slice.offset;
  }

  WireWriter& out;
};

}  // namespace

void write_nicira_action(const OfAction& action, WireWriter& writer) {
  std::visit(NiciraWriter(writer), action);
}

}  // namespace flowbed::sw
