// Actions as steps of nftables.
#include "switchd/datapath/nft/action_program.hh"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;

constexpr uint16_t kEthDst = 4, kTtl = 13, kTpDst = 15;  // chunks of the key

FlowKey tcp_key() {
  FlowKey key{};
  key.f.eth_type = htons(FLOW_ETH_TYPE_IPV4);
  key.f.ip_proto = kTcp;
  return key;
}
FlowMask tcp_mask() {
  FlowMask mask{};
  mask.f.in_port = mask.f.eth_type = 0xffff;
  mask.f.ip_proto = 0xff;
  return mask;
}
Action output(unsigned port) { return Action::output(PortNo{static_cast<uint16_t>(port)}); }

// As text: "save 0@dst", …
std::string describe(const ActionStep& step) {
  const std::string place = std::to_string(static_cast<int>(step.part)) + "+" + std::to_string(step.offset);
  switch (step.kind) {
    case ActionStep::Kind::kWrite:
      return "write " + place + "=" + std::to_string(step.value);
    case ActionStep::Kind::kSave:
      return "save " + place + " in " + std::to_string(step.slot);
    case ActionStep::Kind::kRestore:
      return "restore " + place + " from " + std::to_string(step.slot);
    case ActionStep::Kind::kOutput:
      return "output " + std::to_string(to_number(step.port));
    default:
      return "to user";
  }
}

std::vector<std::string> steps(const ActionList& actions, const FlowKey& key = tcp_key(),
                               const FlowMask& mask = tcp_mask()) {
  const auto program = action_program(actions, key, mask);
  if (!program) return {"none"};
  std::vector<std::string> all;
  for (const ActionStep& step : *program) all.push_back(describe(step));
  return all;
}

TEST(ActionProgram, WritesInPlace) {
  EXPECT_THAT(steps({Action::set(kEthDst, 7, 0xffff), Action::set(kTtl, 0x3f00, 0xff00), output(2)}),
              ElementsAre("write 0+0=7", "write 1+8=16128", "output 2"));
}

TEST(ActionProgram, PutsRightBehindACopyWhatWasChangedForIt) {
  EXPECT_THAT(steps({Action::clone(2), Action::set(kEthDst, 7, 0xffff), output(2), output(3)}),
              ElementsAre("save 0+0 in 0", "write 0+0=7", "output 2", "restore 0+0 from 0", "output 3"));
}

TEST(ActionProgram, TheLastCopyIsThePacketItself) {
  EXPECT_THAT(steps({output(3), Action::clone(2), Action::set(kEthDst, 7, 0xffff), output(2)}),
              ElementsAre("output 3", "write 0+0=7", "output 2"));
}

TEST(ActionProgram, ACopyOfACopyHasSlotsOfItsOwn) {
  EXPECT_THAT(steps({Action::clone(6), Action::set(kEthDst, 7, 0xffff), Action::clone(2),
                     Action::set(kTpDst, 9, 0xffff), output(1), Action::set(kEthDst, 8, 0xffff), output(2),
                     output(3)}),
              ElementsAre("save 0+0 in 1", "save 2+2 in 2", "write 0+0=7", "save 2+2 in 0", "write 2+2=9",
                          "output 1", "restore 2+2 from 0", "write 0+0=8", "output 2", "restore 0+0 from 1",
                          "restore 2+2 from 2", "output 3"));
}

TEST(ActionProgram, SlotsAreUsedAgainByTheNextCopy) {
  ActionList actions;
  for (uint16_t i = 0; i < 40; i++) {
    actions.insert(actions.end(), {Action::clone(2), Action::set(kEthDst, i, 0xffff), output(1)});
  }
  actions.push_back(output(2));
  EXPECT_EQ(steps(actions).size(), 40u * 4 + 1);
}

TEST(ActionProgram, MoreThanThereAreSlotsForIsNone) {
  ActionList changes;
  for (uint16_t chunk = kEthDst; chunk < kEthDst + 3; chunk++)
    changes.push_back(Action::set(chunk, 1, 0xffff));
  for (uint16_t chunk = 8; chunk < 11; chunk++) changes.push_back(Action::set(chunk, 1, 0xffff));
  for (uint16_t chunk = 16; chunk < 20; chunk++) changes.push_back(Action::set(chunk, 1, 0xffff));
  changes.push_back(output(1));
  ActionList inner = changes;
  inner.insert(inner.begin(), Action::clone(inner.size()));
  inner.insert(inner.end(), changes.begin(), changes.end());
  inner.insert(inner.begin(), Action::clone(inner.size()));
  inner.push_back(output(2));
  EXPECT_THAT(steps(inner), ElementsAre("none"));
}

TEST(ActionProgram, WhatHappensBehindTheLastOutputIsLeftOut) {
  EXPECT_THAT(steps({output(2), Action::set(kEthDst, 7, 0xffff)}), ElementsAre("output 2"));
}

TEST(ActionProgram, ATagInThePlaceOfAnotherIsWritten) {
  FlowKey key = tcp_key();
  FlowMask mask = tcp_mask();
  key.f.vlan_tpid = htons(kEtherTypeVlan);
  key.f.vlan_tci = htons(5);
  mask.f.vlan_tpid = mask.f.vlan_tci = 0xffff;
  const auto change_to = [](uint16_t tpid) {
    return ActionList{Action::pop_vlan(), Action::push_vlan({tpid, 7}), output(2)};
  };
  EXPECT_THAT(steps(change_to(kEtherTypeVlan), key, mask), ElementsAre("write 0+14=7", "output 2"));
  EXPECT_THAT(steps(change_to(kEtherTypeServiceVlan), key, mask), ElementsAre("none"));
  EXPECT_THAT(steps({Action::pop_vlan(), output(2)}, key, mask), ElementsAre("none"));
  EXPECT_THAT(steps({Action::push_vlan({kEtherTypeVlan, 7}), output(2)}), ElementsAre("none"));
}

}  // namespace
}  // namespace flowbed::sw
