#include "switchd/slowpath/classifier/rule_subtable.hh"

#include <algorithm>
#include <span>

#include <arpa/inet.h>

namespace flowbed::sw {

namespace {

constexpr unsigned kPortBits = 32;  // source and destination

bool looks_at_l3(const PipelineMask& mask) {
  return std::any_of(std::begin(mask.f.packet.f.l3_words), std::end(mask.f.packet.f.l3_words),
                     [](uint64_t word) { return word != 0; });
}

bool looks_at_ports(const PipelineMask& mask) {
  return mask.f.packet.f.tp_src != 0 || mask.f.packet.f.tp_dst != 0;
}

void unite(PipelineMask& mask, const PipelineMask& other) {
  for (size_t i = 0; i < kPipelineKeyWords; i++) mask.words[i] |= other.words[i];
}

PipelineMask everything() {
  PipelineMask mask;
  memset(&mask, 0xff, sizeof mask);
  return mask;
}

}  // namespace

RuleSubtable::RuleSubtable(const ClassifierRule& like, const ClassifierOptions& options)
    : mask_(like.match.mask),
      eth_type_(looks_at_l3(like.match.mask) ? like.match.key.f.packet.f.eth_type : 0) {
  const PipelineMask all = everything();
  const auto parts = options.staged_lookup ? std::span<const PipelineMask>(stage_bits()) : std::span(&all, 1);
  PipelineMask looked_at{};
  for (const PipelineMask& part : parts) {
    Stage stage;
    for (uint8_t i = 0; i < kPipelineKeyWords; i++) {
      if (const uint64_t bits = mask_.words[i] & part.words[i]) stage.words.push_back({i, bits});
      looked_at.words[i] |= mask_.words[i] & part.words[i];
    }
    stage.looked_at = looked_at;
    if (!stage.words.empty()) stages_.push_back(std::move(stage));
  }
  if (options.prefix_tracking) {
    for (size_t i = 0; i < kPrefixFields; i++)
      prefix_lengths_[i] = prefix_fields()[i].prefix_length(like.match.key, mask_);
  }
  if (options.port_tries && looks_at_ports(mask_)) ports_.emplace();
}

bool RuleSubtable::takes(const ClassifierRule& rule) const {
  return same_words(rule.match.mask, mask_) &&
         (eth_type_ == 0 || rule.match.key.f.packet.f.eth_type == eth_type_);
}

uint64_t RuleSubtable::add_stage(uint64_t hash, const Stage& stage, const PipelineKey& key) {
  for (const Stage::Word& word : stage.words) hash = mix(hash, key.words[word.index] & word.bits);
  return hash;
}

// In all stages but the last, whose hashes are those of the rules themselves.
void RuleSubtable::count(const PipelineKey& key, int difference) {
  uint64_t hash = 0;
  for (size_t i = 0; i + 1 < stages_.size(); i++) {
    hash = add_stage(hash, stages_[i], key);
    auto& hashes = stages_[i].hashes;
    const auto any = [](const Count&) { return true; };
    Count* known = hashes.find(hash, any);
    if (known == nullptr) {
      hashes.insert(hash, {1});
    } else if ((known->rules += static_cast<uint32_t>(difference)) == 0) {
      hashes.remove(hash, any);
    }
  }
}

uint64_t RuleSubtable::hash_of_rule(const PipelineKey& key) const {
  uint64_t hash = 0;
  for (const Stage& stage : stages_) hash = add_stage(hash, stage, key);
  return hash;
}

LeadingBits RuleSubtable::ports_of(const PipelineKey& key) const {
  const uint16_t ports[] = {static_cast<uint16_t>(key.f.packet.f.tp_src & mask_.f.packet.f.tp_src),
                            static_cast<uint16_t>(key.f.packet.f.tp_dst & mask_.f.packet.f.tp_dst)};
  return leading_bits(ports, sizeof ports);
}

void RuleSubtable::insert(ClassifierRule& rule) {
  priorities_[rule.priority]++;
  const uint64_t hash = hash_of_rule(rule.match.key);
  const auto same = [&](const ClassifierRule* other) { return same_words(other->match.key, rule.match.key); };
  ClassifierRule** place = rules_.find(hash, same);
  if (place == nullptr) {
    rule.next_lower = nullptr;
    count(rule.match.key, 1);
    if (ports_) ports_->insert(ports_of(rule.match.key), kPortBits);
    rules_.insert(hash, &rule);
    return;
  }
  while (*place != nullptr && (*place)->priority > rule.priority) place = &(*place)->next_lower;
  rule.next_lower = *place;
  *place = &rule;
}

void RuleSubtable::remove(ClassifierRule& rule) {
  if (--priorities_[rule.priority] == 0) priorities_.erase(rule.priority);
  const uint64_t hash = hash_of_rule(rule.match.key);
  const auto same = [&](const ClassifierRule* other) { return same_words(other->match.key, rule.match.key); };
  ClassifierRule** place = rules_.find(hash, same);
  if (*place == &rule && rule.next_lower == nullptr) {
    rules_.remove(hash, same);
    count(rule.match.key, -1);
    if (ports_) ports_->remove(ports_of(rule.match.key), kPortBits);
    return;
  }
  while (*place != &rule) place = &(*place)->next_lower;
  *place = rule.next_lower;
}

ClassifierRule* RuleSubtable::find_same(const ClassifierRule& rule) const {
  const auto same = [&](const ClassifierRule* other) { return same_words(other->match.key, rule.match.key); };
  ClassifierRule* const* place = rules_.find(hash_of_rule(rule.match.key), same);
  ClassifierRule* found = place == nullptr ? nullptr : *place;
  while (found != nullptr && found->priority > rule.priority) found = found->next_lower;
  return found != nullptr && found->priority == rule.priority ? found : nullptr;
}

// Only the words that the mask looks at.
bool RuleSubtable::matches_rule(const PipelineKey& key, const ClassifierRule& rule) const {
  uint64_t difference = 0;
  for (const Stage& stage : stages_) {
    for (const Stage::Word& word : stage.words)
      difference |= (key.words[word.index] & word.bits) ^ (rule.match.key.words[word.index] & word.bits);
  }
  return difference == 0;
}

ClassifierRule* RuleSubtable::find(const PipelineKey& key, PipelineMask& looked_at) const {
  uint64_t hash = 0;
  for (size_t i = 0; i < stages_.size(); i++) {
    hash = add_stage(hash, stages_[i], key);
    if (i + 1 == stages_.size() || stages_[i].hashes.find(hash, [](const Count&) { return true; })) continue;
    unite(looked_at, stages_[i].looked_at);
    return nullptr;
  }
  const auto fits = [&](const ClassifierRule* rule) { return matches_rule(key, *rule); };
  if (ClassifierRule* const* rule = rules_.find(hash, fits)) {
    unite(looked_at, mask_);
    return *rule;
  }
  if (!ports_ || !mark_foreign_ports(key, looked_at)) unite(looked_at, mask_);
  return nullptr;
}

// If no rule here has the packet's ports, so many bits of them as show it are all that was looked at, with
// what makes them ports.
bool RuleSubtable::mark_foreign_ports(const PipelineKey& key, PipelineMask& looked_at) const {
  const PrefixAnswer answer = ports_->find(ports_of(key));
  if (answer.contained[kPortBits]) return false;
  const auto bits = static_cast<uint32_t>(leading_ones(answer.looked_at) >> (kMaxPrefixLength - kPortBits));
  looked_at.f.packet.f.tp_src |= mask_.f.packet.f.tp_src & htons(static_cast<uint16_t>(bits >> 16));
  looked_at.f.packet.f.tp_dst |= mask_.f.packet.f.tp_dst & htons(static_cast<uint16_t>(bits));
  looked_at.f.packet.f.eth_type |= mask_.f.packet.f.eth_type;
  looked_at.f.packet.f.ip_proto |= mask_.f.packet.f.ip_proto;
  return true;
}

size_t RuleSubtable::memory() const {
  size_t bytes = sizeof *this + rules_.memory();
  for (const Stage& stage : stages_) bytes += sizeof stage + stage.hashes.memory();
  return bytes;
}

}  // namespace flowbed::sw
