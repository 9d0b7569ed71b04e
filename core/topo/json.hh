// The JSON form of a topology: what files, control sockets and editors exchange. topologies/README.md is the
// page for its users, topologies/schema.json its published schema.
//
// A round trip is exact: value → JSON → value gives an equal value for every valid topology, with the members
// "x-…" of every object. What a person may leave out is not written where it was left out. Reading never
// stops at the first fault: all of them come back, each with its place. A member that nobody knows is a fault
// (a slip in "dealy" must not give an undelayed link), and so is one that stands twice in an object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/topo/topology.hh"

namespace flowbed {

constexpr int kJsonVersion = 1;

struct ReadResult {
  Topology topology;          // what could be read; of use only without faults
  std::vector<Fault> faults;  // for text that is not JSON at all, the place is "line 3, column 7"
};

// Syntax and types only; see load_topology.
ReadResult read_topology(std::string_view text);
ReadResult topology_from_json(const nlohmann::json& json);

// Reads and validates: all faults of both together.
ReadResult load_topology(std::string_view text);

nlohmann::json to_json(const Topology& topology);

// For people: stable order, one line a node and a link where it fits.
std::string write_topology(const Topology& topology);

}  // namespace flowbed
