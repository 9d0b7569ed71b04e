// NftPrograms: a chain of nftables for each distinct thing that is done with packets.
//
// Flows name what is done with their packets by a number, which a small map translates into a verdict. (A
// flow's element cannot hold the verdict itself: the kernel would look through all elements of such a map
// whenever one is added.)
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "switchd/datapath/nft/action_program.hh"
#include "switchd/datapath/nft/nft_batch.hh"

namespace flowbed::sw {

inline constexpr char kProgramMap[] = "programs";

class NftPrograms {
 public:
  using PortFinder = std::function<IfIndex(PortNo)>;  // 0: there is none

  // `user`: the interface that leads to user space.
  NftPrograms(NftSocket& socket, IfIndex user) : socket_(socket), user_(user) {}

  static void make_map(NftBatch& batch);
  // The number of a program that does so; it stays until it was released as often as acquired, and
  // remove_unused was called. Throws SystemError.
  uint32_t acquire(const ActionProgram& program, const PortFinder& find_port);
  void release(uint32_t number);
  void remove_unused();

 private:
  struct Program {
    uint32_t number;
    size_t users = 0;
  };
  using Programs = std::map<ActionProgram, Program>;

  void make(uint32_t number, const ActionProgram& program, const PortFinder& find_port);

  NftSocket& socket_;
  IfIndex user_;
  Programs programs_;
  std::map<uint32_t, Programs::iterator> by_number_;
  uint32_t next_ = 1;
  bool some_are_unused_ = false;
  std::vector<uint32_t> doomed_;  // that nobody finds any more, still to be removed
};

}  // namespace flowbed::sw
