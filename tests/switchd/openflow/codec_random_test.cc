// Random matches and actions, written and read again, in each version; what is read is what was written.
#include <random>

#include <gtest/gtest.h>

#include "switchd/openflow/action_codec.hh"
#include "switchd/openflow/match_codec.hh"
#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw {
namespace {

constexpr int kRounds = 5000;

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}

  uint64_t number() { return engine_(); }
  uint64_t below(uint64_t limit) { return engine_() % limit; }
  bool coin() { return below(2) == 0; }
  FieldValue value(unsigned bits) {
    const FieldValue random = FieldValue{number()} << 64 | number();
    return bits == 128 ? random : random & ((FieldValue{1} << bits) - 1);
  }
  FieldValue value(const Field& field) { return value(field.bits); }
  const Field& field() { return fields()[below(fields().size())]; }
  const Field& settable_field() {
    for (;;) {
      if (const Field& found = field(); found.settable) return found;
    }
  }

 private:
  std::mt19937_64 engine_;
};

// The base of what a packet may be, so that prerequisites are fulfilled often.
void choose_kind(Dice& dice, Match& match) {
  static constexpr uint16_t kTypes[] = {0x0800, 0x86dd, 0x0806, 0x8847, 0x88e7, 0x88cc};
  static constexpr uint8_t kProtocols[] = {1, 6, 17, 58, 132, 47};
  match.set(field_named("dl_type"), kTypes[dice.below(std::size(kTypes))]);
  const Field& protocol = field_named("nw_proto");
  if (!has_field(protocol, match.key) || dice.coin()) return;
  match.set(protocol, kProtocols[dice.below(std::size(kProtocols))]);
  const Field& type = field_named("icmpv6_type");
  if (has_field(type, match.key) && dice.coin()) match.set(type, 135 + dice.below(2));
}

void choose_tag(Dice& dice, Match& match) {
  const Field& vid = field_named("vlan_vid");
  switch (dice.below(5)) {
    case 0:
      return match.set(vid, 0);
    case 1:
      return match.set(vid, 0x1000 | dice.below(4096));
    case 2:
      return match.set(vid, 0x1000, 0x1000);
    case 3:
      return match.set(field_named("vlan_tci"), dice.value(16), dice.value(16));
    default:
      return;
  }
}

void add_field(Dice& dice, Match& match) {
  const Field& field = dice.field();
  if (!has_field(field, match.key) || read_field(field, match.mask) != 0) return;
  const FieldValue value = dice.value(field);
  const FieldValue mask = field.maskable && dice.coin() ? dice.value(field) : field.all_ones();
  const bool is_tag = field.format == FieldFormat::kVlanVid || field.format == FieldFormat::kVlanTci;
  if (!is_tag) match.set(field, value & mask, mask);
}

Match random_match(Dice& dice) {
  Match match;
  if (dice.below(8) != 0) choose_kind(dice, match);
  choose_tag(dice, match);
  for (uint64_t i = dice.below(12); i > 0; i--) add_field(dice, match);
  return match;
}

// 16 bits of a port are its short form, which is read as the whole.
FieldSlice random_slice(Dice& dice, const Field& field, unsigned most) {
  auto count = static_cast<unsigned>(1 + dice.below(std::min(most, field.bits)));
  if (field.format == FieldFormat::kPort && count == 16) count = 15;
  return {&field, static_cast<unsigned>(dice.below(field.bits - count + 1)), count};
}

OfAction random_set_field(Dice& dice) {
  const Field& field = dice.settable_field();
  if (field.format == FieldFormat::kTos) return random_set_field(dice);  // is written as DSCP
  FieldValue mask = field.all_ones();
  if (field.maskable && dice.coin()) mask = dice.value(field) | 1;
  FieldValue value = dice.value(field);
  if (field.format == FieldFormat::kVlanVid) value |= 0x1000;
  return of::SetField{&field, value & mask, mask};
}

OfAction random_load(Dice& dice) {
  const FieldSlice to = random_slice(dice, dice.settable_field(), 64);
  return of::Load{to, dice.value(to.count)};
}

OfAction random_move(Dice& dice) {
  for (;;) {
    const FieldSlice from = random_slice(dice, dice.field(), 128);
    const Field& to = dice.settable_field();
    if (to.bits < from.count) continue;
    return of::Move{from, {&to, static_cast<unsigned>(dice.below(to.bits - from.count + 1)), from.count}};
  }
}

of::LearnSpec random_piece(Dice& dice) {
  using Destination = of::LearnSpec::Destination;
  of::LearnSpec piece{.destination = static_cast<Destination>(dice.below(3))};
  if (dice.coin()) {
    const auto move = std::get<of::Move>(random_move(dice));
    piece.from = move.from;
    piece.to = move.to;
  } else {
    const auto load = std::get<of::Load>(random_load(dice));
    piece.value = load.value;
    piece.to = load.to;
  }
  if (piece.destination == Destination::kOutput) piece.to = {nullptr, 0, piece.to.count};
  return piece;
}

OfAction random_learn(Dice& dice) {
  of::Learn learn{.specs = {}};
  learn.idle_timeout = static_cast<uint16_t>(dice.number());
  learn.cookie = dice.number();
  learn.table = static_cast<uint8_t>(dice.below(255));
  learn.flags = static_cast<uint16_t>(dice.below(4));
  for (uint64_t i = dice.below(5); i > 0; i--) learn.specs.push_back(random_piece(dice));
  return learn;
}

uint16_t u16(Dice& dice) { return static_cast<uint16_t>(dice.number()); }
uint8_t u8(Dice& dice) { return static_cast<uint8_t>(dice.number()); }

// Those that are read as they were written in every version.
OfAction random_common_action(Dice& dice) {
  const OfPort port{static_cast<uint32_t>(dice.below(0xff00))};
  switch (dice.below(14)) {
    case 0:
      return of::Output{port, u16(dice)};
    case 1:
      return of::PopVlan{};
    case 2:
      return of::SetQueue{static_cast<uint32_t>(dice.number())};
    case 3:
      return of::DecrementTtl{std::vector<uint16_t>(dice.below(5), u16(dice))};
    case 4:
      return of::Controller{u16(dice), u16(dice), static_cast<PacketInReason>(dice.below(6))};
    case 5:
      return of::OutputField{random_slice(dice, dice.field(), 64), u16(dice)};
    case 6:
      return of::Resubmit{port, static_cast<uint8_t>(dice.below(255))};
    case 7:
      return of::Note{std::vector<uint8_t>(6 + 8 * dice.below(4), u8(dice))};
    case 8:
      return of::Conjunction{static_cast<uint32_t>(dice.number()), 1, 2};
    case 9:
      return of::PushMpls{0x8848};
    case 10:
      return of::SetMplsTtl{u8(dice)};
    case 11:
      return random_move(dice);
    case 12:
      return random_load(dice);
    default:
      return random_learn(dice);
  }
}

OfAction random_action(Dice& dice, OfVersion version) {
  if (dice.below(3) > 0) return random_common_action(dice);
  if (version != OfVersion::k10) return random_set_field(dice);
  switch (dice.below(4)) {
    case 0:
      return of::Enqueue{OfPort{1}, static_cast<uint32_t>(dice.number())};
    case 1:
      return of::SetTransport{dice.coin(), u16(dice)};
    case 2:
      return of::SetVlanVid{static_cast<uint16_t>(dice.below(4096))};
    default:
      return of::SetVlanPcp{static_cast<uint8_t>(dice.below(8))};
  }
}

class CodecRandom : public testing::Test {
 protected:
  Dice dice() {
    const uint32_t seed = std::random_device{}();
    RecordProperty("seed", static_cast<int>(seed));
    printf("seed %u\n", seed);
    return Dice(seed);
  }
};

TEST_F(CodecRandom, MatchesSurviveOxmAndNxm) {
  Dice dice = this->dice();
  for (int i = 0; i < kRounds; i++) {
    const Match match = random_match(dice);
    for (const bool nicira : {false, true}) {
      WireWriter writer;
      write_match_entries(match, OfVersion::k14, nicira, writer);
      const Match again = read_match_entries(WireReader(writer.written()));
      ASSERT_TRUE(again == match) << i << ": " << to_hex(writer.written());
    }
  }
}

TEST_F(CodecRandom, OldMatchesAreWiderOnly) {
  Dice dice = this->dice();
  for (int i = 0; i < kRounds; i++) {
    const Match match = random_match(dice);
    WireWriter writer, second;
    write_match(match, OfVersion::k10, writer);
    WireReader reader(writer.written());
    const Match wider = read_match(reader, OfVersion::k10);
    write_match(wider, OfVersion::k10, second);
    ASSERT_EQ(to_hex(second.written()), to_hex(writer.written())) << i;
  }
}

TEST_F(CodecRandom, ActionsSurviveEachVersion) {
  Dice dice = this->dice();
  for (int i = 0; i < kRounds; i++) {
    for (const OfVersion version : {OfVersion::k10, OfVersion::k13, OfVersion::k14}) {
      OfActions actions;
      for (uint64_t n = dice.below(4); n > 0; n--) actions.push_back(random_action(dice, version));
      WireWriter writer;
      write_actions(actions, version, writer);
      ASSERT_TRUE(read_actions(WireReader(writer.written()), version) == actions)
          << i << ": " << to_hex(writer.written());
    }
  }
}

}  // namespace
}  // namespace flowbed::sw
