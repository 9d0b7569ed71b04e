#include "switchd/datapath/nft/nft_flows.hh"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "switchd/datapath/nft/nft_chains.hh"
#include "switchd/datapath/nft/nft_hooks.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kInPortSize = sizeof(uint32_t);
constexpr size_t kRegister = 4;
constexpr size_t kFlowsOfMessage = 256, kFlowsOfBatch = 1024;
constexpr size_t kRemovalsOfBatch = 128;  // their echoes must find room in the socket

void add_map(NftBatch& batch, const std::string& name, const KeyLayout& layout, uint32_t id) {
  const auto map = set_object(name);
  nftnl_set_set_u32(map.get(), NFTNL_SET_FLAGS, NFT_SET_MAP | NFT_SET_EXPR);
  nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_TYPE, kAnyType);
  nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_LEN, static_cast<uint32_t>(layout.size));
  nftnl_set_set_u32(map.get(), NFTNL_SET_DATA_TYPE, kAnyType);
  nftnl_set_set_u32(map.get(), NFTNL_SET_DATA_LEN, sizeof(uint32_t));
  nftnl_set_set_u32(map.get(), NFTNL_SET_ID, id);
  nftnl_set_set_u32(map.get(), NFTNL_SET_DESC_SIZE, NftFlows::kMaxFlowsOfMap);
  add_statistics(map.get(), {"counter", "last"});
  batch.add(NFT_MSG_NEWSET, NLM_F_CREATE,
            [&](nlmsghdr* message) { nftnl_set_nlmsg_build_payload(message, map.get()); });
}

void remove_map(NftBatch& batch, const std::string& name) {
  const auto map = set_object(name);
  batch.add(NFT_MSG_DELSET, 0, [&](nlmsghdr* message) { nftnl_set_nlmsg_build_payload(message, map.get()); });
}

// Flows that cannot be removed must not go on. With this process, all of the table goes.
[[noreturn]] void give_up(const char* attempt, int fault) {
  spdlog::critical("could not {}: {}", attempt, strerror(fault));
  _exit(EXIT_FAILURE);
}

void check(const char* attempt, int fault) {
  if (fault) throw SystemError(attempt, fault);
}

}  // namespace

size_t NftFlows::BytesHash::operator()(const NftKeyBytes& bytes) const {
  uint64_t words[kMaxNftKey / sizeof(uint64_t)];
  memcpy(words, bytes.data(), sizeof words);
  uint64_t hash = 0;
  for (const uint64_t word : words) hash = mix(hash ^ word, 1);
  return hash;
}

NftFlows::NftFlows(NftSocket& socket, const NftMisses& misses, IfIndex upcall,
                   NftPrograms::PortFinder find_port)
    : socket_(socket), misses_(misses), programs_(socket_, upcall), find_port_(std::move(find_port)) {
  NftBatch batch;
  add_chain(batch, kLookupChain);
  NftPrograms::make_map(batch);
  NftMisses::make_sets(batch);
  write_lookups(batch, true);
  check("send packets on by nftables (needs nft_fwd_netdev and nft_limit)", socket_.commit(batch));
  try_map();
  try_copies(upcall);
}

// So that a kernel which cannot have maps of flows, or cannot show them to another socket than their owner's,
// is noticed now.
void NftFlows::try_map() {
  constexpr char kName[] = "flows";
  KeyLayout layout;
  layout.size = kInPortSize;
  layout.mask.fill(0xff);
  NftBatch attempt;
  add_map(attempt, kName, layout, NftSetId::kFirstFlows);
  check("make a map of nftables that counts and knows when it was used (needs Linux 5.14)",
        socket_.commit(attempt));
  NftSocket reader;
  check("read a map of nftables (needs Linux 6.3, or a 6.1 of March 2023 or later)",
        dump_elements(reader, kName, [](const NftElement&) {}));
  NftBatch removal;
  remove_map(removal, kName);
  check("remove a map of nftables", socket_.commit(removal));
}

void NftFlows::try_copies(IfIndex anywhere) {
  constexpr char kName[] = "copies";
  NftBatch attempt;
  add_chain(attempt, kName);
  NftRule rule(kName);
  rule.send_copy(anywhere);
  rule.add_to(attempt);
  check("send copies of packets by nftables (needs nft_dup_netdev)", socket_.commit(attempt));
  NftBatch removal;
  remove_chain(removal, kName);
  check("remove a chain of nftables", socket_.commit(removal));
}

void NftFlows::add_lookup(NftBatch& batch, const Map& map) {
  const auto& [layout, sends_on] = map.kind;
  NftRule rule(kLookupChain);
  for (const KeyGuard& guard : layout.guards) rule.require(guard);
  rule.load_in_port(0);
  size_t at = kInPortSize;
  for (const KeyPiece& piece : layout.pieces) {
    rule.load(piece, at);
    const std::span bits(layout.mask.data() + at, piece.size);
    if (!std::ranges::all_of(bits, [](uint8_t byte) { return byte == 0xff; })) rule.mask(at, bits);
    at += (piece.size + kRegister - 1) / kRegister * kRegister;
  }
  rule.look_up(map.name, 0);
  if (sends_on) {
    rule.send_by_register(0);
  } else {
    rule.look_up_verdict(kProgramMap, 0);
  }
  rule.add_to(batch);
}

// Anew: the chain's rules are replaced at once.
void NftFlows::write_lookups(NftBatch& batch, bool with_maps) const {
  const auto all = checked(NftRuleObject(nftnl_rule_alloc()));
  nftnl_rule_set_str(all.get(), NFTNL_RULE_TABLE, kNftTable);
  nftnl_rule_set_str(all.get(), NFTNL_RULE_CHAIN, kLookupChain);
  batch.add(NFT_MSG_DELRULE, 0,
            [&](nlmsghdr* message) { nftnl_rule_nlmsg_build_payload(message, all.get()); });
  if (with_maps) {
    for (const auto& map : maps_) add_lookup(batch, *map);
  }
  misses_.write_rules(batch);
}

NftFlows::Map* NftFlows::map_of(const Kind& kind) {
  const auto found = std::ranges::find_if(maps_, [&](const auto& map) { return map->kind == kind; });
  if (found != maps_.end()) return found->get();
  if (maps_.size() == kMaxMaps) return nullptr;
  maps_.push_back(std::make_unique<Map>("flows" + std::to_string(next_map_), kind));
  NftBatch batch;
  add_map(batch, maps_.back()->name, kind.layout, next_map_ + NftSetId::kFirstFlows);
  write_lookups(batch, true);
  if (const int fault = socket_.commit(batch)) {
    maps_.pop_back();
    throw SystemError("make a map of nftables", fault);
  }
  next_map_++;
  return maps_.back().get();
}

// Where all packets of the flow leave unchanged; 0: more is done to them.
IfIndex NftFlows::only_output(const ActionProgram& program) const {
  const bool is_one = program.size() == 1 && program[0].kind == ActionStep::Kind::kOutput;
  return is_one ? find_port_(program[0].port) : IfIndex{};
}

void NftFlows::release(const Place& place) {
  if (!place.map->kind.sends_on) programs_.release(place.value);
}

bool NftFlows::put(const Flow& flow) {
  try {
    const IfIndex to = only_output(flow.program);
    Map* map = map_of({flow.key.layout, to != IfIndex{}});
    // Flows that are the same to nftables agree: one of them is enough.
    if (!map || map->flows.size() == kMaxFlowsOfMap || map->flows.contains(flow.key.bytes)) return false;
    const uint32_t value = map->kind.sends_on ? to_number(to) : programs_.acquire(flow.program, find_port_);
    places_[flow.id] = {map, flow.key.bytes, value, dumps_};
    map->flows[flow.key.bytes] = flow.id;
  } catch (const SystemError& fault) {
    refuse_(flow.id, fault.errnum());
    return false;
  }
  waiting_.push_back(flow.id);
  return true;
}

// A message holds as many flows as follow each other in one map.
int NftFlows::insert(std::span<const FlowId> flows) {
  NftBatch batch;
  while (!flows.empty()) {
    const Map& map = *places_.at(flows.front()).map;
    const auto object = set_object(map.name);
    for (size_t some = 0; some < kFlowsOfMessage && !flows.empty(); some++, flows = flows.subspan(1)) {
      const Place& place = places_.at(flows.front());
      if (place.map != &map) break;
      nftnl_set_elem* element = new_element(place.key.data(), map.kind.layout.size);
      nftnl_set_elem_set(element, NFTNL_SET_ELEM_DATA, &place.value, sizeof place.value);
      nftnl_set_elem_add(object.get(), element);
    }
    batch.add(NFT_MSG_NEWSETELEM, NLM_F_CREATE,
              [&](nlmsghdr* message) { nftnl_set_elems_nlmsg_build_payload(message, object.get()); });
  }
  return socket_.commit(batch);
}

void NftFlows::commit() {
  const std::vector<FlowId> all = std::exchange(waiting_, {});
  for (std::span<const FlowId> left = all; !left.empty();) {
    const auto some = left.first(std::min(left.size(), kFlowsOfBatch));
    left = left.subspan(some.size());
    commit(some);
  }
}

void NftFlows::commit(std::span<const FlowId> flows) {
  if (insert(flows) == 0) return;
  for (const FlowId id : flows) {
    const int fault = insert({&id, 1});
    if (fault == 0) continue;
    forget(id);
    refuse_(id, fault);
  }
}

void NftFlows::forget(FlowId id) {
  const auto place = places_.find(id);
  place->second.map->flows.erase(place->second.key);
  release(place->second);
  places_.erase(place);
}

bool NftFlows::remove(std::span<const FlowId> flows, const CountVisitor& last_count) {
  std::map<Map*, std::vector<FlowId>> by_map;
  for (const FlowId id : flows) by_map[places_.at(id).map].push_back(id);
  int fault = 0;
  for (const auto& [map, all] : by_map) {
    for (std::span<const FlowId> left(all); !left.empty() && fault == 0;) {
      const auto some = left.first(std::min(left.size(), kRemovalsOfBatch));
      left = left.subspan(some.size());
      fault = take_out(*map, some, last_count);
    }
  }
  if (fault) spdlog::warn("flows could not be taken out of nftables one by one: {}", strerror(fault));
  if (fault) return false;
  for (const FlowId id : flows) forget(id);
  return true;
}

int NftFlows::take_out(const Map& map, std::span<const FlowId> flows, const CountVisitor& last_count) {
  NftBatch batch;
  const auto object = set_object(map.name);
  for (const FlowId id : flows)
    nftnl_set_elem_add(object.get(), new_element(places_.at(id).key.data(), map.kind.layout.size));
  batch.add(NFT_MSG_DELSETELEM, NLM_F_ECHO,
            [&](nlmsghdr* message) { nftnl_set_elems_nlmsg_build_payload(message, object.get()); });
  return socket_.commit(batch, [&](const nlmsghdr* message) {
    read_elements(message, [&](const NftElement& element) {
      const auto flow = map.flows.find(element.key);
      if (flow != map.flows.end()) last_count(flow->second, element.count);
    });
  });
}

void NftFlows::flush(const CountVisitor& last_count) {
  if (maps_.empty()) return;
  NftBatch aside;
  write_lookups(aside, false);
  if (const int fault = socket_.commit(aside)) give_up("take flows out of nftables", fault);
  dump(last_count);
  NftBatch removal;
  for (const auto& map : maps_) remove_map(removal, map->name);
  if (const int fault = socket_.commit(removal)) give_up("take maps out of nftables", fault);
  for (const auto& [id, place] : places_) release(place);
  places_.clear();
  waiting_.clear();
  maps_.clear();
  programs_.remove_unused();
}

void NftFlows::dump(const CountVisitor& visit) {
  const bool has_parts_left = dump_.is_going_on() || std::exchange(has_been_dumped_, false);
  while (dump_.is_going_on()) dump_some(visit);
  while (!dump_some(visit)) continue;
  has_been_dumped_ = has_parts_left;
}

bool NftFlows::dump_some(const CountVisitor& visit) {
  if (std::exchange(has_been_dumped_, false)) return true;
  if (!dump_.is_going_on()) start_dump();
  dump_.go_on([&](const std::string& name, const NftElement& element) {
    const auto map = std::ranges::find_if(maps_, [&](const auto& m) { return m->name == name; });
    if (map == maps_.end()) return;
    (*map)->hits_so_far += element.count.packets;
    const auto flow = (*map)->flows.find(element.key);
    if (flow != (*map)->flows.end() && places_.at(flow->second).since < dumps_)
      visit(flow->second, element.count);
  });
  if (dump_.is_going_on()) return false;
  for (const auto& map : maps_) map->hits = map->hits_so_far;
  return true;
}

void NftFlows::start_dump() {
  dumps_++;
  std::vector<std::string> names;
  for (const auto& map : maps_) {
    map->hits_so_far = 0;
    names.push_back(map->name);
  }
  dump_.start(std::move(names));
}

size_t NftFlows::layout_count() const {
  const auto is_first = [this](const auto& map) {
    return map ==
           *std::ranges::find_if(maps_, [&](const auto& m) { return m->kind.layout == map->kind.layout; });
  };
  return static_cast<size_t>(std::ranges::count_if(maps_, is_first));
}

void NftFlows::tidy() {
  programs_.remove_unused();
  const auto recent_hits = [](const auto& map) { return map->hits - std::min(map->hits, map->earlier_hits); };
  const auto is_empty = [](const auto& map) { return map->flows.empty(); };
  const bool in_order = !busiest_first_ || std::ranges::is_sorted(maps_, std::greater(), recent_hits);
  if (in_order && std::ranges::none_of(maps_, is_empty)) return;
  NftBatch batch;
  if (!in_order) std::ranges::stable_sort(maps_, std::greater(), recent_hits);
  const auto emptied = std::ranges::stable_partition(maps_, std::not_fn(is_empty));
  std::vector<std::unique_ptr<Map>> unused(std::make_move_iterator(emptied.begin()),
                                           std::make_move_iterator(emptied.end()));
  maps_.erase(emptied.begin(), emptied.end());
  for (const auto& map : maps_) map->earlier_hits = map->hits;
  write_lookups(batch, true);
  for (const auto& map : unused) remove_map(batch, map->name);
  if (const int fault = socket_.commit(batch))
    spdlog::warn("the lookups of nftables could not be put in order: {}", strerror(fault));
}

}  // namespace flowbed::sw
