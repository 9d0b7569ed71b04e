// What a rule matches: the bits of the pipeline's key that count, and their values.
#pragma once

#include "switchd/flow/fields.hh"

namespace flowbed::sw {

struct Match {
  PipelineKey key{};  // masked
  PipelineMask mask{};

  void set(const Field& field, FieldValue value, FieldValue mask);
  void set(const Field& field, FieldValue value) { set(field, value, field.all_ones()); }
  bool operator==(const Match& other) const {
    return same_words(key, other.key) && same_words(mask, other.mask);
  }
};

// Every packet that `narrow` matches is matched by `wide`, too.
bool contains(const Match& wide, const Match& narrow);
// Some packet may match both.
bool overlaps(const Match& a, const Match& b);
// The fields that the match looks at, in the table's order, as `wanted` has them: of those that stand for the
// same bits (tcp_src and udp_src, vlan_tci and vlan_vid) the first that the match fulfils the prerequisite
// of.
using FieldFilter = bool (*)(const Field&);
std::vector<const Field*> fields_of(const Match& match, FieldFilter wanted);

}  // namespace flowbed::sw
