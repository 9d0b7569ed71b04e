#include "core/topo/numbering.hh"

#include <algorithm>
#include <unordered_set>

#include "core/topo/ifname.hh"
#include "core/topo/node_index.hh"

namespace flowbed {
namespace {

// The names and numbers of one node's interfaces while they are being given out.
class NodeNumbers {
 public:
  explicit NodeNumbers(Node& node) : node_(node), last_(node.is_switch() ? 0 : -1) {}

  // Before all else: a link names this interface, so nobody else may take it.
  void claim(const std::string& interface) {
    claimed_.insert(interface);
    if (const auto number = ifname_number(node_.name, interface)) numbers_.insert(*number);
  }

  void number_listed() {
    for (const Interface& i : node_.interfaces) {
      if (!i.name.empty()) names_.insert(i.name);
      if (i.port) use(*i.port);
    }
    for (Interface& i : node_.interfaces) adopt_name(i);
    for (Interface& i : node_.interfaces) fill(i);
    if (!node_.is_switch()) last_ = std::max(last_, static_cast<int64_t>(node_.interfaces.size()) - 1);
  }

  void resolve(LinkEnd& end) {
    if (end.interface.empty()) {
      end.interface = next_listed();
      if (end.interface.empty()) end.interface = add({});
    } else if (!names_.contains(end.interface)) {
      add(end.interface);
    }
  }

 private:
  void use(uint32_t number) {
    numbers_.insert(number);
    used_.insert(number);
    last_ = std::max(last_, static_cast<int64_t>(number));
  }

  // A port without a number takes the one in its name, if no other port has it.
  void adopt_name(Interface& i) {
    if (i.port || i.name.empty()) return;
    const auto number = ifname_number(node_.name, i.name);
    if (!number || (node_.is_switch() && (*number == 0 || *number > kMaxPort || used_.contains(*number))))
      return;
    use(*number);
    if (node_.is_switch()) i.port = static_cast<uint16_t>(*number);
  }

  void fill(Interface& i) {
    if (!i.name.empty() && (i.port || !node_.is_switch())) return;
    const uint32_t number = i.port ? *i.port : next_number();
    if (node_.is_switch()) i.port = static_cast<uint16_t>(number);
    if (!i.name.empty()) return;
    i.name = numbered_ifname(node_.name, number);
    names_.insert(i.name);
  }

  uint32_t next_number() {
    do last_++;
    while (numbers_.contains(static_cast<uint32_t>(last_)) ||
           names_.contains(numbered_ifname(node_.name, static_cast<uint32_t>(last_))));
    use(static_cast<uint32_t>(last_));
    return static_cast<uint32_t>(last_);
  }

  // The first listed interface that no link has named or taken so far.
  std::string next_listed() {
    while (cursor_ < node_.interfaces.size()) {
      const std::string& name = node_.interfaces[cursor_++].name;
      if (claimed_.insert(name).second) return name;
    }
    return {};
  }

  std::string add(const std::string& name) {
    Interface added;
    added.name = name;
    adopt_name(added);
    fill(added);
    names_.insert(added.name);
    claimed_.insert(added.name);
    node_.interfaces.push_back(added);
    return added.name;
  }

  Node& node_;
  std::unordered_set<std::string> names_;    // of the interfaces that are there
  std::unordered_set<std::string> claimed_;  // named or taken by a link
  std::unordered_set<uint32_t> numbers_;     // in use, or to be kept for a claimed name
  std::unordered_set<uint32_t> used_;
  int64_t last_;  // the highest in use
  size_t cursor_ = 0;
};

template <class Action>
void for_each_end(Topology& topology, const NodeIndex& index, Action action) {
  for (Link& link : topology.links) {
    for (LinkEnd* end : {&link.a, &link.b}) {
      const auto node = index.find(end->node);
      if (node && topology.nodes[*node].kind != NodeKind::controller) action(*node, *end);
    }
  }
}

}  // namespace

void number_interfaces(Topology& topology) {
  const NodeIndex index(topology.nodes);
  std::vector<NodeNumbers> numbers;
  numbers.reserve(topology.nodes.size());
  for (Node& node : topology.nodes) numbers.emplace_back(node);
  for_each_end(topology, index, [&](size_t node, LinkEnd& end) {
    if (!end.interface.empty()) numbers[node].claim(end.interface);
  });
  for (NodeNumbers& n : numbers) n.number_listed();
  for_each_end(topology, index, [&](size_t node, LinkEnd& end) { numbers[node].resolve(end); });
}

}  // namespace flowbed
