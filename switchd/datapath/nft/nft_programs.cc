#include "switchd/datapath/nft/nft_programs.hh"

#include <algorithm>
#include <cstring>

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
constexpr size_t kStepsOfRule = 30;  // the kernel takes 128 expressions a rule, and a step needs up to three

std::string chain_name(uint32_t number) { return "do" + std::to_string(number); }

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
  for (size_t first = 0; first < program.size(); first += kStepsOfRule) {
    NftRule rule(chain_name(number));
    for (size_t i = first; i < std::min(first + kStepsOfRule, program.size()); i++) {
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

void NftPrograms::remove_unused() {
  while (some_are_unused_) {
    NftBatch batch;
    std::vector<Programs::iterator> unused;
    for (auto program = programs_.begin(); program != programs_.end() && unused.size() < kRemovalsOfBatch;
         ++program) {
      if (program->second.users) continue;
      unused.push_back(program);
      add_element(batch, NFT_MSG_DELSETELEM, 0, program->second.number);
      remove_chain(batch, chain_name(program->second.number));
    }
    some_are_unused_ = unused.size() == kRemovalsOfBatch;
    if (const int fault = unused.empty() ? 0 : socket_.commit(batch)) {
      spdlog::warn("flows' actions could not be taken out of nftables: {}", strerror(fault));
      return;
    }
    for (const auto& program : unused) {
      by_number_.erase(program->second.number);
      programs_.erase(program);
    }
  }
}

}  // namespace flowbed::sw
