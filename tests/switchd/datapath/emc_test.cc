#include "switchd/datapath/userspace/emc.hh"

#include <gtest/gtest.h>

#include "tests/switchd/datapath/flows.hh"

namespace flowbed::sw {
namespace {

FlowKey nth_key(uint32_t n) { return ipv4_key(1, n, ~n, 80); }

// All of these go to one set.
uint64_t colliding_hash(uint64_t n) { return n << 56 | 7; }

TEST(Emc, FindsWhatWasInserted) {
  Emc emc;
  Flow flow;
  EXPECT_EQ(emc.find(nth_key(1), hash_of(nth_key(1))), nullptr);
  emc.insert(nth_key(1), hash_of(nth_key(1)), flow);
  EXPECT_EQ(emc.find(nth_key(1), hash_of(nth_key(1))), &flow);
  EXPECT_EQ(emc.find(nth_key(2), hash_of(nth_key(2))), nullptr);
  EXPECT_EQ(flow.emc_entries, 1u);
}

TEST(Emc, HoldsEightThousandFlows) {
  Emc emc;
  Flow flow;
  for (uint32_t i = 0; i < 8000; i++) emc.insert(nth_key(i), hash_of(nth_key(i)), flow);
  uint32_t found = 0;
  for (uint32_t i = 0; i < 8000; i++) found += emc.find(nth_key(i), hash_of(nth_key(i))) != nullptr;
  EXPECT_GE(found, 7950u);
}

TEST(Emc, DeadEntriesAreNotFound) {
  Emc emc;
  Flow flow;
  emc.insert(nth_key(1), hash_of(nth_key(1)), flow);
  flow.generation++;
  EXPECT_EQ(emc.find(nth_key(1), hash_of(nth_key(1))), nullptr);
}

TEST(Emc, EvictsTheDeadEntryFirst) {
  Emc emc;
  Flow alive, dying;
  for (uint32_t i = 0; i < Emc::kWays; i++) emc.insert(nth_key(i), colliding_hash(i), i == 5 ? dying : alive);
  dying.generation++;
  emc.insert(nth_key(100), colliding_hash(100), alive);
  EXPECT_EQ(emc.find(nth_key(100), colliding_hash(100)), &alive);
  for (uint32_t i = 0; i < Emc::kWays; i++)
    EXPECT_EQ(emc.find(nth_key(i), colliding_hash(i)) != nullptr, i != 5);
}

TEST(Emc, FullSetGivesUpAPlaceForOneNewcomerInSixteen) {
  Emc emc;
  Flow flow;
  for (uint32_t i = 0; i < Emc::kWays; i++) emc.insert(nth_key(i), colliding_hash(i), flow);
  uint32_t admitted = 0;
  for (uint32_t i = 100; i < 260; i++) {
    emc.insert(nth_key(i), colliding_hash(i), flow);
    admitted += emc.find(nth_key(i), colliding_hash(i)) != nullptr;
  }
  EXPECT_EQ(admitted, 10u);
  EXPECT_EQ(flow.emc_entries, Emc::kWays);
}

TEST(Emc, ClearForgetsAll) {
  Emc emc;
  Flow flow;
  emc.insert(nth_key(1), hash_of(nth_key(1)), flow);
  emc.clear();
  EXPECT_EQ(emc.find(nth_key(1), hash_of(nth_key(1))), nullptr);
}

}  // namespace
}  // namespace flowbed::sw
