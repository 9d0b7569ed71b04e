// Rule sets for measuring the classifier, from a seed: of so many masks, and of the three kinds that the
// literature measures with (access lists, firewalls, chains of IP rules), which differ in how specific their
// addresses and ports are. No trace of a real network goes into them.
#pragma once

#include <deque>
#include <random>
#include <string>

#include <arpa/inet.h>

#include "switchd/slowpath/classifier/rule.hh"

namespace flowbed::sw {

class RuleSets {
 public:
  explicit RuleSets(unsigned seed = 1) : random_(seed) {}

  // All look at the Ethernet type, the protocol and a prefix of the destination, whose length tells the masks
  // apart; priorities are random.
  std::deque<ClassifierRule> of_masks(size_t masks, size_t count) {
    std::deque<ClassifierRule> rules;
    for (size_t i = 0; i < count; i++)
      rules.push_back(rule({0, 32 - static_cast<unsigned>(i % masks)}, false, true));
    return rules;
  }

  std::deque<ClassifierRule> acl(size_t count) {  // from nearly anywhere to one server and port
    return make(count, [&] {
      return rule({pick({0, 0, 16, 24, 32}), pick({24, 28, 30, 32, 32})}, false, chance(70));
    });
  }
  std::deque<ClassifierRule> firewall(size_t count) {  // wide, with holes
    return make(count, [&] {
      return rule({pick({0, 0, 8, 16, 24, 32}), pick({0, 8, 16, 24, 32})}, chance(20), chance(50));
    });
  }
  std::deque<ClassifierRule> ip_chain(size_t count) {  // pairs of networks
    return make(count, [&] {
      return rule({pick({16, 24, 24, 32}), pick({16, 24, 24, 32})}, chance(10), chance(40));
    });
  }

  // A packet: every second one matches some rule, the others are anything.
  PipelineKey key(const std::deque<ClassifierRule>& rules) {
    PipelineKey key = any_key();
    if (chance(50)) return key;
    const ClassifierRule& rule = rules[random_() % rules.size()];
    for (size_t i = 0; i < kPipelineKeyWords; i++)
      key.words[i] = (key.words[i] & ~rule.match.mask.words[i]) | rule.match.key.words[i];
    return key;
  }

 private:
  struct Prefixes {
    unsigned source, destination;
  };

  bool chance(unsigned percent) { return random_() % 100 < percent; }
  unsigned pick(std::initializer_list<unsigned> values) { return values.begin()[random_() % values.size()]; }

  template <class Make>
  static std::deque<ClassifierRule> make(size_t count, Make one) {
    std::deque<ClassifierRule> rules;
    for (size_t i = 0; i < count; i++) rules.push_back(one());
    return rules;
  }

  PipelineKey any_key() {
    PipelineKey key{};
    key.f.packet.f.in_port = 1;
    key.f.packet.f.eth_type = htons(FLOW_ETH_TYPE_IPV4);
    key.f.packet.f.ip_proto = chance(70) ? 6 : 17;
    key.f.packet.f.ipv4.src = static_cast<uint32_t>(random_());
    key.f.packet.f.ipv4.dst = static_cast<uint32_t>(random_());
    key.f.packet.f.tp_src = static_cast<uint16_t>(random_());
    key.f.packet.f.tp_dst = htons(static_cast<uint16_t>(chance(50) ? random_() % 1024 : random_()));
    return key;
  }

  static uint32_t prefix_mask(unsigned length) {
    return length == 0 ? 0 : htonl(~uint32_t{0} << (32 - length));
  }

  ClassifierRule rule(Prefixes prefixes, bool source_port, bool destination_port) {
    ClassifierRule rule{};
    rule.match.mask.f.packet.f.eth_type = 0xffff;
    rule.match.mask.f.packet.f.ipv4 = {prefix_mask(prefixes.source), prefix_mask(prefixes.destination)};
    if (source_port || destination_port) rule.match.mask.f.packet.f.ip_proto = 0xff;
    if (source_port) rule.match.mask.f.packet.f.tp_src = 0xffff;
    if (destination_port) rule.match.mask.f.packet.f.tp_dst = 0xffff;
    rule.match.key = masked(any_key(), rule.match.mask);
    rule.priority = static_cast<int>(random_() % 60000);
    return rule;
  }

  std::mt19937 random_;
};

}  // namespace flowbed::sw
