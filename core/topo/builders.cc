#include "core/topo/builders.hh"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/topo/builders_internal.hh"

namespace flowbed {
namespace {

using Values = std::vector<uint64_t>;

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::string usage(const Builder& builder) {
  std::string text = builder.name;
  for (const BuilderParameter& p : builder.parameters)
    text += "," + p.name + "=" + std::to_string(p.standard);
  return text;
}

const Builder& find_builder(std::string_view name) {
  std::vector<std::string> names;
  for (const Builder& builder : builders()) {
    if (builder.name == name) return builder;
    names.push_back(builder.name);
  }
  const std::string near = nearest(name, names);
  throw Error("there is no topology " + in_quotes(name) +
              (near.empty() ? "; valid: " : "; did you mean " + in_quotes(near) + "? Valid: ") +
              joined(names));
}

// The position of the parameter in "name=value"; for a bare value the next position.
size_t find_parameter(const Builder& builder, std::string_view name) {
  std::vector<std::string> names;
  for (size_t i = 0; i < builder.parameters.size(); i++) {
    if (builder.parameters[i].name == name) return i;
    names.push_back(builder.parameters[i].name);
  }
  throw Error(builder.name + " has no parameter " + in_quotes(name) + suggestion(name, names));
}

uint64_t parse_value(const Builder& builder, const BuilderParameter& parameter, std::string_view text) {
  uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = fault == std::errc() && end == text.data() + text.size();
  if (is_number && value >= parameter.least && value <= parameter.most) return value;
  throw Error(builder.name + ": " + parameter.name + " (" + parameter.help + ") is " + in_quotes(text) +
              ", but must be a number from " + std::to_string(parameter.least) + " to " +
              std::to_string(parameter.most));
}

Values parse_values(const Builder& builder, const std::vector<std::string_view>& arguments) {
  std::vector<std::optional<uint64_t>> given(builder.parameters.size());
  for (size_t i = 0; i < arguments.size(); i++) {
    const size_t equals = arguments[i].find('=');
    const bool named = equals != std::string_view::npos;
    if (!named && i >= given.size()) {
      throw Error(builder.name + " takes at most " + std::to_string(given.size()) +
                  " values: " + usage(builder));
    }
    const size_t position = named ? find_parameter(builder, arguments[i].substr(0, equals)) : i;
    const BuilderParameter& parameter = builder.parameters[position];
    if (given[position]) throw Error(builder.name + ": " + parameter.name + " is given twice; remove one");
    given[position] = parse_value(builder, parameter, named ? arguments[i].substr(equals + 1) : arguments[i]);
  }
  Values values;
  for (size_t i = 0; i < given.size(); i++)
    values.push_back(given[i].value_or(builder.parameters[i].standard));
  return values;
}

// Of a network that is connected, as all of these are.
bool has_loop(const Topology& topology) { return topology.links.size() >= topology.nodes.size(); }

void run_spanning_tree(Topology& topology) {
  for (Node& node : topology.nodes) node.stp = node.kind == NodeKind::switch_;
}

double real(uint64_t value) { return static_cast<double>(value); }

std::vector<Builder> make_table() {
  using namespace build;
  return {
      {"minimal",
       {},
       "Two hosts at one switch.",
       [](const Values&) { return 5.0; },
       [](const Values&) { return minimal(); }},
      {"single",
       {{"k", 2, 1, 65000, "hosts"}},
       "One switch with k hosts.",
       [](const Values& v) { return 2 * real(v[0]); },
       [](const Values& v) { return single(v[0]); }},
      {"reversed",
       {{"k", 2, 1, 65000, "hosts"}},
       "One switch with k hosts, its ports in reverse order.",
       [](const Values& v) { return 2 * real(v[0]); },
       [](const Values& v) { return reversed(v[0]); }},
      {"linear",
       {{"k", 2, 1, 10000, "switches"}, {"n", 1, 1, 10000, "hosts at each switch"}},
       "A row of k switches with n hosts at each.",
       [](const Values& v) { return 2 * real(v[0]) * (real(v[1]) + 1); },
       [](const Values& v) { return linear(v[0], v[1]); }},
      {"tree",
       {{"depth", 1, 1, 12, "levels of switches"}, {"fanout", 2, 1, 1000, "children of each switch"}},
       "A tree of switches with hosts as its leaves.",
       [](const Values& v) { return 4 * std::pow(real(v[1]), real(v[0])); },
       [](const Values& v) { return tree(v[0], v[1]); }},
      {"torus",
       {{"x", 3, 3, 255, "rows of switches"},
        {"y", 3, 3, 255, "columns of switches"},
        {"n", 1, 1, 1000, "hosts at each switch"}},
       "A grid of switches whose rows and columns are rings.",
       [](const Values& v) { return real(v[0]) * real(v[1]) * (2 * real(v[2]) + 3); },
       [](const Values& v) { return torus(v[0], v[1], v[2]); }},
      {"ring",
       {{"n", 4, 3, 10000, "switches"}},
       "A ring of n switches with one host at each.",
       [](const Values& v) { return 4 * real(v[0]); },
       [](const Values& v) { return ring(v[0]); }},
      {"mesh",
       {{"n", 4, 2, 250, "switches"}},
       "n switches, each linked to every other, with one host at each.",
       [](const Values& v) { return real(v[0]) * real(v[0]) / 2; },
       [](const Values& v) { return mesh(v[0]); }},
      {"star",
       {{"n", 4, 1, 10000, "outer switches"}},
       "A switch in the middle, n switches around it, and one host at each of those.",
       [](const Values& v) { return 4 * real(v[0]); },
       [](const Values& v) { return star(v[0]); }},
      {"leafspine",
       {{"spines", 2, 1, 250, "spine switches"},
        {"leaves", 4, 1, 1000, "leaf switches"},
        {"hosts", 2, 0, 1000, "hosts at each leaf"}},
       "Leaf switches with hosts, each linked to every spine switch.",
       [](const Values& v) { return real(v[1]) * (2 * real(v[2]) + real(v[0]) + 1); },
       [](const Values& v) { return leafspine(v[0], v[1], v[2]); }},
      {"fattree",
       {{"k", 4, 2, 48, "ports of each switch, an even number"}},
       "A three-level fat tree of switches with k ports each; k*k*k/4 hosts.",
       [](const Values& v) { return real(v[0]) * real(v[0]) * real(v[0]); },
       [](const Values& v) { return fattree(v[0]); }},
      {"random",
       {{"switches", 8, 1, 5000, "switches"},
        {"degree", 3, 1, 100, "links of a switch to other switches, on average"},
        {"hosts", 1, 0, 1000, "hosts at each switch"},
        {"seed", 1, 0, UINT64_MAX, "the same seed gives the same network"}},
       "Switches linked at random, all connected.",
       [](const Values& v) { return real(v[0]) * (2 * real(v[2]) + real(v[1])); },
       [](const Values& v) { return random(v[0], v[1], v[2], v[3]); }},
  };
}

}  // namespace

const std::vector<Builder>& builders() {
  static const std::vector<Builder> kTable = make_table();
  return kTable;
}

Topology build_topology(std::string_view spec) {
  auto arguments = split(spec);
  const Builder& builder = find_builder(arguments[0]);
  arguments.erase(arguments.begin());
  const Values values = parse_values(builder, arguments);
  if (builder.size(values) > static_cast<double>(kMaxBuiltSize)) {
    throw Error(std::string(spec) + " has more than " + std::to_string(kMaxBuiltSize) +
                " nodes and links; choose smaller numbers");
  }
  Topology topology = builder.build(values);
  if (has_loop(topology)) run_spanning_tree(topology);
  return topology;
}

}  // namespace flowbed
