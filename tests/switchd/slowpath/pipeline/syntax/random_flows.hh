// Rules, groups and meters as somebody could have asked for them.
#pragma once

#include <random>

#include "switchd/flow/protocol_words.hh"
#include "switchd/slowpath/pipeline/requests.hh"

namespace flowbed::sw {

class RandomFlows {
 public:
  explicit RandomFlows(unsigned seed) : random_(seed) {}

  Match match();
  // Of packets as `of` has them.
  OfActions actions(const Match& of);
  Instructions instructions(const Match& of);
  FlowMod flow();
  GroupMod group();
  MeterConfig meter();

 private:
  uint64_t pick(uint64_t limit) { return random_() % limit; }
  bool maybe(unsigned percent) { return pick(100) < percent; }
  template <class Number>
  Number number() {
    return static_cast<Number>(random_());
  }

  FieldValue bits(unsigned count);
  FieldValue value_of(const Field& field);
  FieldValue mask_of(const Field& field);
  OfPort port();
  void add_packet(Match& match);
  void add_vlan(Match& match);
  void add_fields(Match& match);

  const Field& field(const Match& of, bool settable);
  FieldSlice slice(const Match& of, bool settable);
  FieldSlice slice_of(const Match& of, bool settable, unsigned count);
  OfAction set_field(const Match& of);
  OfAction load(const Match& of);
  OfAction move(const Match& of);
  of::LearnSpec learn_spec(const Match& of);
  OfAction learn(const Match& of);
  OfAction forwarding(const Match& of);
  OfAction rewriting(const Match& of);
  Bucket bucket(GroupType type);

  std::mt19937_64 random_;
};

}  // namespace flowbed::sw
