// MaskSet: the masks that cached flows have, kept few.
//
// A cache tries one mask after the other, so each one costs packets time. A flow may look at more of a packet
// than its translation did: it then answers for fewer packets, and rightly. So while there are many masks, a
// new one takes the place of none: where one in use looks at the same addresses and ports but at more of
// their bits, the flow takes that; else prefixes are rounded up to whole bytes, and in the end to whole
// addresses. That a flow looks at less is never right.
#pragma once

#include <map>

#include "switchd/flow/flow_key.hh"

namespace flowbed::sw {

class MaskSet {
 public:
  static constexpr size_t kFew = 8;    // from here on, masks are rounded up to bytes
  static constexpr size_t kMany = 20;  // from here on, to whole addresses

  void keep_few(bool on) { keep_few_ = on; }  // else each flow has the mask that it wants
  // With which a flow of that key shall be cached, given what its translation looked at.
  FlowMask acquire(const FlowKey& key, const FlowMask& wanted);
  void release(const FlowKey& key, const FlowMask& mask);
  void clear() { users_.clear(); }
  size_t count() const { return users_.size(); }

 private:
  struct Kind {
    uint16_t eth_type;  // tells what the words of the network layer mean; 0 where nothing looks at it
    FlowMask mask;
    bool operator<(const Kind& other) const;
  };

  static Kind kind_of(const FlowKey& key, const FlowMask& mask);
  Kind choose(const Kind& wanted) const;

  std::map<Kind, size_t> users_;
  bool keep_few_ = true;
};

}  // namespace flowbed::sw
