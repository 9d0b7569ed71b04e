#include "core/topo/builders_internal.hh"

#include <cmath>
#include <numbers>

#include "core/topo/ifname.hh"

namespace flowbed::build {

void Draft::node(const std::string& name, NodeKind kind, double column, double row) {
  Node node;
  node.name = name;
  node.kind = kind;
  topology_.nodes.push_back(std::move(node));
  topology_.layout[name] = {column * kSpacing, row * kSpacing, {}};
}

void Draft::switch_at(const std::string& name, double column, double row, std::optional<uint64_t> dpid) {
  node(name, NodeKind::switch_, column, row);
  topology_.nodes.back().dpid = dpid;
}

void Draft::link(const std::string& a, uint32_t a_number, const std::string& b, uint32_t b_number) {
  topology_.links.push_back(link_of({a, numbered_ifname(a, a_number)}, {b, numbered_ifname(b, b_number)}));
}

Link Draft::link_of(LinkEnd a, LinkEnd b) {
  Link link;
  link.a = std::move(a);
  link.b = std::move(b);
  return link;
}

std::string numbered(const char* letter, uint64_t number) { return letter + std::to_string(number); }

Position on_circle(uint64_t i, uint64_t count) {
  const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(count);
  const double radius =
      count < 2 ? 0 : std::max(1.0, 0.5 / std::sin(std::numbers::pi / static_cast<double>(count)));
  const auto rounded = [](double v) { return std::round(v * 100) / 100 + 0.0; };
  return {rounded(radius * std::sin(angle)), rounded(-radius * std::cos(angle)), {}};
}

}  // namespace flowbed::build
