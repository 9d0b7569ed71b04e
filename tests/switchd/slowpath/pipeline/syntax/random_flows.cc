#include "tests/switchd/slowpath/pipeline/syntax/random_flows.hh"

#include <algorithm>

namespace flowbed::sw {

FieldValue RandomFlows::bits(unsigned count) {
  const FieldValue all = FieldValue{random_()} << 64 | random_();
  return count == 128 ? all : all & ((FieldValue{1} << count) - 1);
}

OfPort RandomFlows::port() {
  static constexpr OfPort kReserved[] = {kOfPortLocal, kOfPortController, kOfPortFlood, kOfPortInPort};
  return maybe(30) ? kReserved[pick(4)] : OfPort{static_cast<uint32_t>(1 + pick(60000))};
}

FieldValue RandomFlows::value_of(const Field& field) {
  if (field.format == FieldFormat::kPort) return to_number(port());
  static constexpr uint8_t kProtocols[] = {0, 1, 6, 17, 47, 58, 132};
  if (field.name == "nw_proto" && maybe(80)) return kProtocols[pick(7)];
  if (field.name == "icmpv6_type" && maybe(80)) return 135 + pick(2);
  return bits(field.bits);
}

FieldValue RandomFlows::mask_of(const Field& field) {
  if (!field.maskable || maybe(50)) return field.all_ones();
  if (maybe(50)) return field.all_ones() & ~bits(static_cast<unsigned>(pick(field.bits)));
  return bits(field.bits);
}

void RandomFlows::add_packet(Match& match) {
  const auto words = protocol_words();
  const uint64_t kind = pick(words.size() + 3);
  if (kind == words.size()) match.set(field_named("dl_type"), 0x88e7);
  if (kind == words.size() + 1) match.set(field_named("dl_type"), 0x0600 + pick(0xff));
  if (kind >= words.size()) return;
  match.set(field_named("dl_type"), words[kind].eth_type);
  if (words[kind].ip_proto) match.set(field_named("nw_proto"), words[kind].ip_proto);
}

void RandomFlows::add_vlan(Match& match) {
  const uint64_t kind = pick(6);
  if (kind == 0) match.set(field_named("vlan_vid"), 0);
  if (kind == 1) match.set(field_named("vlan_vid"), 0x1000 | pick(4096));
  if (kind == 2) match.set(field_named("vlan_tci"), 0x1000 | pick(65536));
  if (kind == 3) match.set(field_named("vlan_tci"), pick(65536), pick(65536));
}

void RandomFlows::add_fields(Match& match) {
  const unsigned percent = maybe(20) ? 80 : 15;
  for (const Field& field : fields()) {
    if (field.name.starts_with("vlan_") || field.name == "dl_type" || field.name == "nw_proto") continue;
    if (!maybe(percent) || !has_field(field, match.key) || read_field(field, match.mask) != 0) continue;
    match.set(field, value_of(field), mask_of(field));
  }
}

Match RandomFlows::match() {
  Match match;
  add_packet(match);
  add_vlan(match);
  const Field& protocol = field_named("nw_proto");
  const bool is_open = has_field(protocol, match.key) && read_field(protocol, match.mask) == 0;
  if (is_open && maybe(50)) match.set(protocol, value_of(protocol));
  add_fields(match);
  return match;
}

const Field& RandomFlows::field(const Match& of, bool settable) {
  while (true) {
    const Field& field = fields()[pick(fields().size())];
    if (has_field(field, of.key) && (field.settable || !settable)) return field;
  }
}

// NXM's half of in_port means all of it in what is learned, so there is none here.
FieldSlice RandomFlows::slice(const Match& of, bool settable) {
  const Field& from = field(of, settable);
  const auto first = static_cast<unsigned>(pick(from.bits));
  FieldSlice slice{&from, first, 1 + static_cast<unsigned>(pick(from.bits - first))};
  if (maybe(50) || from.name == "in_port") slice = {&from, 0, from.bits};
  return slice;
}

FieldSlice RandomFlows::slice_of(const Match& of, bool settable, unsigned count) {
  FieldSlice slice = this->slice(of, settable);
  while (slice.count < count || (slice.count > count && slice.field->name == "in_port"))
    slice = this->slice(of, settable);
  slice.count = count;
  return slice;
}

OfAction RandomFlows::set_field(const Match& of) {
  const Field& to = field(of, true);
  const FieldValue mask = std::max<FieldValue>(mask_of(to), 1);
  FieldValue value = value_of(to) & mask;
  if (to.name == "vlan_vid" && mask == to.all_ones()) value |= 0x1000;
  return of::SetField{&to, value, mask};
}

OfAction RandomFlows::load(const Match& of) {
  const FieldSlice to = slice(of, true);
  return of::Load{to, bits(to.count)};
}

OfAction RandomFlows::move(const Match& of) {
  const FieldSlice from = slice(of, false);
  return of::Move{from, slice_of(of, true, from.count > 64 ? 1 : from.count)};
}

of::LearnSpec RandomFlows::learn_spec(const Match& of) {
  using Destination = of::LearnSpec::Destination;
  const auto destination = static_cast<Destination>(pick(3));
  of::LearnSpec spec{.destination = destination, .to = slice(of, destination == Destination::kLoad)};
  if (destination == Destination::kOutput) {
    spec.from = spec.to;
    spec.to = {nullptr, 0, spec.from->count};
  } else if (maybe(50)) {
    spec.from = slice_of(of, false, spec.to.count);
  } else {
    spec.value = bits(spec.to.count);
  }
  return spec;
}

OfAction RandomFlows::learn(const Match& of) {
  of::Learn learn{.idle_timeout = number<uint16_t>(),
                  .hard_timeout = number<uint16_t>(),
                  .priority = number<uint16_t>(),
                  .cookie = number<uint64_t>(),
                  .flags = static_cast<uint16_t>(pick(4)),
                  .table = static_cast<uint8_t>(pick(254)),
                  .fin_idle_timeout = static_cast<uint16_t>(pick(2)),
                  .fin_hard_timeout = static_cast<uint16_t>(pick(2)),
                  .specs = {}};
  for (uint64_t i = pick(5); i > 0; i--) learn.specs.push_back(learn_spec(of));
  return learn;
}

OfAction RandomFlows::forwarding(const Match& of) {
  switch (pick(11)) {
    case 0:
      return of::Output{port()};
    case 1:
      return of::Output{kOfPortController, number<uint16_t>()};
    case 2:
      return of::Enqueue{port(), number<uint32_t>()};
    case 3:
      return of::Controller{number<uint16_t>(), number<uint16_t>(), static_cast<PacketInReason>(pick(6))};
    case 4:
      return of::OutputField{.from = slice(of, false)};
    case 5: {
      of::Resubmit to;
      if (maybe(50)) to.port = OfPort{static_cast<uint32_t>(1 + pick(1000))};
      if (maybe(50)) to.table = static_cast<uint8_t>(pick(254));
      return to;
    }
    case 6:
      return of::Group{static_cast<uint32_t>(pick(kGroupMax))};
    case 7:
      return of::SetQueue{number<uint32_t>()};
    case 8: {
      of::Note note;
      for (uint64_t i = pick(9); i > 0; i--) note.bytes.push_back(number<uint8_t>());
      return note;
    }
    case 9: {
      const auto clauses = static_cast<uint8_t>(2 + pick(63));
      return of::Conjunction{number<uint32_t>(), static_cast<uint8_t>(pick(clauses)), clauses};
    }
    default:
      return learn(of);
  }
}

OfAction RandomFlows::rewriting(const Match& of) {
  switch (pick(12)) {
    case 0:
      return of::SetVlanVid{static_cast<uint16_t>(pick(4096))};
    case 1:
      return of::SetVlanPcp{static_cast<uint8_t>(pick(8))};
    case 2:
      return of::PushVlan{number<uint16_t>()};
    case 3:
      return of::PushMpls{number<uint16_t>()};
    case 4:
      return of::PopMpls{number<uint16_t>()};
    case 5:
      return of::PushPbb{number<uint16_t>()};
    case 6:
      return of::SetTtl{number<uint8_t>()};
    case 7:
      return of::DecrementTtl{maybe(50) ? std::vector<uint16_t>{}
                                        : std::vector<uint16_t>{number<uint16_t>(), 2}};
    case 8:
      return of::SetMplsTtl{number<uint8_t>()};
    case 9:
      return load(of);
    case 10:
      return move(of);
    default:
      return set_field(of);
  }
}

OfActions RandomFlows::actions(const Match& of) {
  static const OfAction kBare[] = {of::PopVlan{},    of::PopPbb{},          of::DecrementMplsTtl{},
                                   of::CopyTtlOut{}, of::CopyTtlIn{},       of::PopQueue{},
                                   of::Exit{},       of::FinTimeout{10, 0}, of::FinTimeout{0, 20}};
  OfActions all;
  for (uint64_t i = pick(6); i > 0; i--) {
    const uint64_t kind = pick(10);
    all.push_back(kind == 0 ? kBare[pick(std::size(kBare))] : kind < 5 ? forwarding(of) : rewriting(of));
    if (const auto* move = std::get_if<of::Move>(&all.back()); move && move->from.count != move->to.count)
      all.pop_back();
  }
  return all;
}

Instructions RandomFlows::instructions(const Match& of) {
  Instructions all;
  if (maybe(20)) all.meter = static_cast<uint32_t>(1 + pick(1000));
  all.apply = actions(of);
  all.has_apply = !all.apply.empty();  // an empty list looks like none
  all.clear = maybe(20);
  if (maybe(30)) {
    all.write = actions(of);
    all.has_write = true;
  }
  if (maybe(20)) all.metadata = WriteMetadata{random_(), maybe(50) ? ~uint64_t{0} : random_()};
  if (maybe(20)) all.goto_table = static_cast<uint8_t>(pick(254));
  return all;
}

FlowMod RandomFlows::flow() {
  FlowMod flow{.table = static_cast<uint8_t>(pick(254)),
               .match = match(),
               .priority = maybe(20) ? uint16_t{0x8000} : number<uint16_t>(),
               .cookie = maybe(50) ? 0 : random_(),
               .idle_timeout = static_cast<uint16_t>(pick(3)),
               .hard_timeout = static_cast<uint16_t>(pick(3)),
               .importance = static_cast<uint16_t>(pick(3)),
               .flags = static_cast<uint16_t>(pick(32))};
  flow.instructions = instructions(flow.match);
  return flow;
}

Bucket RandomFlows::bucket(GroupType type) {
  Bucket bucket;
  if (type == GroupType::kSelect) bucket.weight = number<uint16_t>();
  if (type == GroupType::kFastFailover || maybe(20))
    bucket.watch_port = OfPort{static_cast<uint32_t>(1 + pick(99))};
  if (maybe(20)) bucket.watch_group = static_cast<uint32_t>(pick(kGroupMax));
  bucket.actions = actions({});
  return bucket;
}

GroupMod RandomFlows::group() {
  GroupMod group{.type = static_cast<GroupType>(pick(4)), .id = static_cast<uint32_t>(pick(kGroupMax))};
  const uint64_t buckets = group.type == GroupType::kIndirect ? 1 : pick(4);
  for (uint64_t i = 0; i < buckets; i++) group.buckets.push_back(bucket(group.type));
  return group;
}

MeterConfig RandomFlows::meter() {
  MeterConfig meter{.id = static_cast<uint32_t>(1 + pick(1000))};
  const bool has_burst = maybe(50);
  meter.flags = maybe(50) ? MeterConfig::kKbps : MeterConfig::kPktps;
  if (has_burst) meter.flags |= MeterConfig::kBurst;
  if (maybe(50)) meter.flags |= MeterConfig::kStats;
  for (uint64_t i = 1 + pick(3); i > 0; i--) {
    MeterBand band{.rate = 1 + static_cast<uint32_t>(pick(1u << 31)),
                   .burst = has_burst ? number<uint32_t>() : 0};
    if (maybe(30)) band.type = MeterBand::Type::kDscpRemark;
    if (band.type == MeterBand::Type::kDscpRemark) band.precedence = number<uint8_t>();
    meter.bands.push_back(band);
  }
  return meter;
}

}  // namespace flowbed::sw
