#include "switchd/datapath/nft/nft_programs.hh"

#include <algorithm>
#include <cstring>
#include <span>

#include <linux/netfilter/nf_tables.h>

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "switchd/datapath/nft/nft_chains.hh"
#include "switchd/datapath/nft/nft_elements.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kRemovalsOfBatch = 256;
constexpr uint32_t kMaxPrograms = 65536;
constexpr size_t kStepsOfRule = 40;  // the kernel takes 128 expressions a rule, and a step needs up to three

std::string chain_name(uint32_t number) { return "do" + std::to_string(number); }

// As many steps as find room in a rule, but not what is saved without what restores it: registers are a
// rule's own.
size_t end_of_rule(const ActionProgram& program, size_t begin) {
  const size_t most = std::min(begin + kStepsOfRule, program.size());
  size_t end = begin, saved = 0;
  for (size_t i = begin; i < most; i++) {
    if (program[i].kind == ActionStep::Kind::kSave) saved++;
    if (program[i].kind == ActionStep::Kind::kRestore) saved--;
    if (saved == 0) end = i + 1;
  }
  return end > begin ? end : most;
}

void add_element(NftBatch& batch, uint16_t message_type, uint16_t flags, uint32_t number) {
  const auto map = set_object(kProgramMap);
  nftnl_set_elem* element = new_element(&number, sizeof number);
  if (message_type == NFT_MSG_NEWSETELEM) {
    nftnl_set_elem_set_u32(element, NFTNL_SET_ELEM_VERDICT, static_cast<uint32_t>(NFT_GOTO));
    nftnl_set_elem_set_str(element, NFTNL_SET_ELEM_CHAIN, chain_name(number).c_str());
  }
  nftnl_set_elem_add(map.get(), element);
  batch.add(message_type, flags,
            [&](nlmsghdr* message) { nftnl_set_elems_nlmsg_build_payload(message, map.get()); });
}

}  // namespace

void NftPrograms::make_map(NftBatch& batch) {
  const auto map = set_object(kProgramMap);
  nftnl_set_set_u32(map.get(), NFTNL_SET_FLAGS, NFT_SET_MAP);
  nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_TYPE, kAnyType);
  nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_LEN, sizeof(uint32_t));
  nftnl_set_set_u32(map.get(), NFTNL_SET_DATA_TYPE, NFT_DATA_VERDICT);
  nftnl_set_set_u32(map.get(), NFTNL_SET_DATA_LEN, 16);
  nftnl_set_set_u32(map.get(), NFTNL_SET_ID, NftSetId::kPrograms);
  nftnl_set_set_u32(map.get(), NFTNL_SET_DESC_SIZE, kMaxPrograms);
  batch.add(NFT_MSG_NEWSET, NLM_F_CREATE,
            [&](nlmsghdr* message) { nftnl_set_nlmsg_build_payload(message, map.get()); });
}

uint32_t NftPrograms::acquire(const ActionProgram& program, const PortFinder& find_port) {
  auto found = programs_.find(program);
  if (found == programs_.end()) {
    make(next_, program, find_port);
    found = programs_.emplace(program, Program{next_}).first;
    by_number_[next_++] = found;
  }
  found->second.users++;
  return found->second.number;
}

void NftPrograms::make(uint32_t number, const ActionProgram& program, const PortFinder& find_port) {
  NftBatch batch;
  add_chain(batch, chain_name(number));
  for (size_t begin = 0; begin < program.size();) {
    NftRule rule(chain_name(number));
    const size_t end = end_of_rule(program, begin);
    for (size_t i = std::exchange(begin, end); i < end; i++) {
      const ActionStep& step = program[i];
      if (step.kind == ActionStep::Kind::kWrite) rule.write(step);
      if (step.kind == ActionStep::Kind::kSave) rule.save(step);
      if (step.kind == ActionStep::Kind::kRestore) rule.restore(step);
      if (step.kind == ActionStep::Kind::kToUser) rule.send_to_user(user_);
      if (step.kind != ActionStep::Kind::kOutput) continue;
      const IfIndex to = find_port(step.port);
      if (to == IfIndex{}) continue;
      i + 1 == program.size() ? rule.send(to) : rule.send_copy(to);
    }
    rule.add_to(batch);
  }
  NftRule end(chain_name(number));
  end.drop();
  end.add_to(batch);
  add_element(batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, number);
  if (const int fault = socket_.commit(batch)) throw SystemError("put a flow's actions into nftables", fault);
}

void NftPrograms::release(uint32_t number) { some_are_unused_ |= --by_number_.at(number)->second.users == 0; }

// Those that cannot be removed now are not used again, for ports may change meanwhile.
void NftPrograms::remove_unused() {
  if (std::exchange(some_are_unused_, false)) {
    std::erase_if(programs_, [this](const auto& entry) {
      const Program& program = entry.second;
      if (program.users) return false;
      by_number_.erase(program.number);
      doomed_.push_back(program.number);
      return true;
    });
  }
  while (!doomed_.empty()) {
    NftBatch batch;
    const auto some = std::span(doomed_).last(std::min(doomed_.size(), kRemovalsOfBatch));
    for (const uint32_t number : some) {
      add_element(batch, NFT_MSG_DELSETELEM, 0, number);
      remove_chain(batch, chain_name(number));
    }
    if (const int fault = socket_.commit(batch))
      return spdlog::warn("flows' actions could not be taken out of nftables: {}", strerror(fault));
    doomed_.resize(doomed_.size() - some.size());
  }
}

}  // namespace flowbed::sw
