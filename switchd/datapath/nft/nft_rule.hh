// NftRule: one rule of nftables, expression by expression, as they run.
#pragma once

#include <optional>
#include <span>

#include "core/base/fd.hh"
#include "switchd/datapath/nft/action_program.hh"
#include "switchd/datapath/nft/key_layout.hh"
#include "switchd/datapath/nft/nft_batch.hh"
#include "switchd/datapath/nft/nft_objects.hh"

namespace flowbed::sw {

inline constexpr char kNftTable[] = "flowbed";

// A rule whose expression fails (the packet is too short, a comparison does not hold, a key is not in a map)
// ends there, and the next rule runs.
class NftRule {
 public:
  explicit NftRule(const std::string& chain);

  void load_in_port(size_t at);  // registers are named by the byte of the key at which they begin
  void load(const KeyPiece& piece, size_t at);
  void mask(size_t at, std::span<const uint8_t> bits);
  void require(const KeyGuard& guard);
  void look_up(const std::string& map, size_t at);  // the value replaces the key
  void look_up_verdict(const std::string& map, size_t at);
  void require_in(const std::string& set, size_t at);
  void write(const ActionStep& step);
  void save(const ActionStep& step);
  void restore(const ActionStep& step);
  void send_copy(IfIndex to);
  void send(IfIndex to);             // the packet is gone then
  void send_by_register(size_t at);  // to the interface whose index it holds
  void send_to_user(IfIndex to);     // marked with the interface by which it came
  void go_to(const std::string& chain);
  void drop();

  void add_to(NftBatch& batch) const;  // behind the rules that the chain has

 private:
  void put(nftnl_expr* expression) { nftnl_rule_add_expr(rule_.get(), expression); }
  void store(const ActionStep& step, size_t from);
  void set_register(size_t at, const void* value, uint32_t size);
  void send_by(const char* kind, uint16_t device, IfIndex to);
  void verdict(uint32_t code, const char* chain);

  NftRuleObject rule_;
  std::optional<KeyPiece> in_spare_;  // what the register for comparisons holds
};

}  // namespace flowbed::sw
