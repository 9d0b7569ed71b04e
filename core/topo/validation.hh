// Validation: what the checks behind `validate` share. Each check looks at one subject and adds all faults it
// finds.
//
// Checks read two values: `given`, as the person wrote it, for what is missing or malformed; and `completed`,
// with all interfaces numbered and addressed, for what only shows then (a port used twice, a gateway out of
// reach). Interfaces keep their positions in `completed`; those that completion added come after them.
#pragma once

#include <string>
#include <vector>

#include "core/topo/node_index.hh"
#include "core/topo/topology.hh"

namespace flowbed {

class Validation {
 public:
  explicit Validation(const Topology& topology)
      : given(topology), completed(complete(topology)), index(given.nodes) {}

  void fault(std::string place, std::string message) {
    faults.push_back({std::move(place), std::move(message)});
  }

  std::string node_place(size_t node) const;
  // Of an interface that completion added, the place is the link end that asked for it.
  std::string interface_place(size_t node, size_t interface) const;
  // What may have been meant by `word`: see suggest.hh. Only for the first faults, as looking is slow and
  // nobody reads on.
  std::string suggest_node(const std::string& word) const;
  std::string suggest_interface(const Node& node, const std::string& word) const;

  static constexpr size_t kMaxSuggestions = 50;

  const Topology& given;
  const Topology completed;
  const NodeIndex index;
  std::vector<Fault> faults;
};

std::string link_place(size_t link);
std::string end_place(size_t link, bool second);

void check_options(Validation& v);
void check_nodes(Validation& v);
void check_interfaces(Validation& v);
void check_addresses(Validation& v);
void check_routes(Validation& v);
void check_switches(Validation& v);
void check_openflow(Validation& v);
void check_exports(Validation& v);
void check_links(Validation& v);
void check_shape(Validation& v, const Link& link, const std::string& place);
void check_layout(Validation& v);

}  // namespace flowbed
