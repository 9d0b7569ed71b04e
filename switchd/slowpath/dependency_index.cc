#include "switchd/slowpath/dependency_index.hh"

namespace flowbed::sw {

void DependencyIndex::add(FlowId flow, std::span<const DependencyTag> tags) {
  const auto index = static_cast<size_t>(flow);
  if (index >= places_.size()) places_.resize(index + 1);
  auto& places = places_[index];
  for (const DependencyTag tag : tags) {
    auto& list = flows_by_tag_[tag];
    places.push_back({tag, static_cast<uint32_t>(list.size())});
    list.push_back({flow, static_cast<uint32_t>(places.size() - 1)});
  }
}

void DependencyIndex::remove(FlowId flow) {
  const auto index = static_cast<size_t>(flow);
  if (index >= places_.size()) return;
  for (const Place& place : places_[index]) remove_reference(place);
  places_[index].clear();
}

void DependencyIndex::remove_reference(const Place& place) {
  const auto found = flows_by_tag_.find(place.tag);
  auto& list = found->second;
  const Reference last = list.back();
  list[place.position] = last;
  places_[static_cast<size_t>(last.flow)][last.which].position = place.position;
  list.pop_back();
  if (list.empty()) flows_by_tag_.erase(found);
}

void DependencyIndex::clear() {
  flows_by_tag_.clear();
  places_.clear();
}

std::vector<FlowId> DependencyIndex::dependents(DependencyTag tag) const {
  std::vector<FlowId> flows;
  const auto found = flows_by_tag_.find(tag);
  if (found == flows_by_tag_.end()) return flows;
  for (const Reference& reference : found->second) flows.push_back(reference.flow);
  return flows;
}

}  // namespace flowbed::sw
