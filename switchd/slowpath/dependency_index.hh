// DependencyIndex: which cached flows depend on an entry of an address table.
//
// Kept exact: a flow that goes is taken out of all its lists, in constant time for each, because every
// reference knows its place in the list and the flow knows where its references are.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "switchd/datapath/datapath.hh"
#include "switchd/slowpath/translate.hh"

namespace flowbed::sw {

class DependencyIndex {
 public:
  void add(FlowId flow, std::span<const DependencyTag> tags);  // each tag once
  void remove(FlowId flow);
  void clear();
  std::vector<FlowId> dependents(DependencyTag tag) const;

 private:
  struct Reference {
    FlowId flow;
    uint32_t which;  // of the flow's places
  };
  struct Place {
    DependencyTag tag;
    uint32_t position;  // in the list of the tag
  };

  void remove_reference(const Place& place);

  std::unordered_map<DependencyTag, std::vector<Reference>> flows_by_tag_;
  std::vector<std::vector<Place>> places_;  // by flow
};

}  // namespace flowbed::sw
