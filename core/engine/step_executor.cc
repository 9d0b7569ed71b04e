#include "core/engine/step_executor.hh"

#include <algorithm>

#include "core/base/error.hh"

namespace flowbed {
namespace {

VethSpec spec_of(const VethEnd& end) {
  return {end.node, end.interface, end.alias, end.mac, end.mtu, end.up, end.super_packets};
}

EgressSpec spec_of(const Egress& egress) {
  const LinkShape& shape = egress.shape;
  EgressSpec spec{.rate = shape.rate.value_or(0) / 8,
                  .overhead = shape.overhead.value_or(0),
                  .max_queue = shape.max_queue.value_or(kDefaultMaxQueue),
                  .delay = shape.delay.value_or(Duration::zero()),
                  .jitter = shape.jitter.value_or(Duration::zero()),
                  .loss = shape.loss.value_or(0),
                  .seed = egress.seed};
  if (shape.loss_model) std::ranges::copy(*shape.loss_model, spec.loss_model.emplace().begin());
  return spec;
}

RouteSpec spec_of(const Route& route) { return {route.to, route.via, route.interface}; }

}  // namespace

bool StepExecutor::is_told(const Step& step) {
  return std::holds_alternative<step::PutBridge>(step) || std::holds_alternative<step::RemoveBridge>(step) ||
         std::holds_alternative<step::PutFerryLink>(step) ||
         std::holds_alternative<step::RemoveFerryLink>(step);
}

Task<void> StepExecutor::tell(Step step) {
  if (const auto* put = std::get_if<step::PutBridge>(&step)) {
    BridgeState bridge = with_ifindexes(put->bridge);
    co_await switches_.put_bridge(std::move(bridge));
  } else if (const auto* remove = std::get_if<step::RemoveBridge>(&step)) {
    co_await switches_.remove_bridge(remove->name);
  } else if (const auto* put_link = std::get_if<step::PutFerryLink>(&step)) {
    FerryLinkState link = with_ifindexes(put_link->link);
    co_await ferry_.put_link(std::move(link));
  } else if (const auto* remove_link = std::get_if<step::RemoveFerryLink>(&step)) {
    co_await ferry_.remove_link(remove_link->name);
  }
  record(inventory_, step);
}

void StepExecutor::run_in_kernel(const Step& step) {
  struct Visitor {
    StepExecutor& self;
    std::optional<std::pair<int, int>> ifindexes = {};
    std::optional<int> moved_ifindex = {};

    void operator()(const step::CreateNamespace& s) { self.kernel_.create_namespace(s.node, s.ipv6); }
    void operator()(const step::RemoveNamespace& s) {
      if (self.on_node_leaves_) self.on_node_leaves_(s.node);
      self.kernel_.remove_namespace(s.node);
      if (self.limiter_ != nullptr) self.limiter_->forget(s.node);
    }
    void operator()(const step::LimitHost& s) { self.limit_host(s); }
    void operator()(const step::CreateVeth& s) {
      ifindexes = self.kernel_.create_veth(spec_of(s.a), spec_of(s.b));
    }
    void operator()(const step::RemoveVeth& s) { self.kernel_.remove_interface(s.node, s.interface); }
    void operator()(const step::MoveInterface& s) {
      moved_ifindex = self.kernel_.move_interface(s.node, s.interface, spec_of(s.to));
    }
    void operator()(const step::SetInterface& s) {
      self.kernel_.set_interface(s.node, s.interface, {s.mac, s.mtu, s.up, s.super_packets});
    }
    void operator()(const step::ShapeEgress& s) {
      self.kernel_.shape_egress(s.node, s.interface, spec_of(s.egress));
    }
    void operator()(const step::UnshapeEgress& s) { self.kernel_.unshape_egress(s.node, s.interface); }
    void operator()(const step::AddAddress& s) { self.kernel_.add_address(s.node, s.interface, s.address); }
    void operator()(const step::RemoveAddress& s) {
      self.kernel_.remove_address(s.node, s.interface, s.address);
    }
    void operator()(const step::SetForwarding& s) { self.kernel_.set_forwarding(s.node, s.on); }
    void operator()(const step::AddRoute& s) { self.kernel_.add_route(s.node, spec_of(s.route)); }
    void operator()(const step::RemoveRoute& s) { self.kernel_.remove_route(s.node, spec_of(s.route)); }
    void operator()(const step::AddNeighbour& s) {
      self.kernel_.add_neighbour(s.node, s.interface, s.address, s.mac, Kernel::IfKnown::replace);
    }
    void operator()(const step::RemoveNeighbour& s) {
      self.kernel_.remove_neighbour(s.node, s.interface, s.address);
    }
    void operator()(const step::PutBridge&) {}
    void operator()(const step::RemoveBridge&) {}
    void operator()(const step::PutFerryLink&) {}
    void operator()(const step::RemoveFerryLink&) {}
  } visitor{*this};
  std::visit(visitor, step);
  record(inventory_, step);
  if (visitor.moved_ifindex) {
    const VethEnd& to = std::get<step::MoveInterface>(step).to;
    inventory_.nodes[to.node].interfaces[to.interface].ifindex = *visitor.moved_ifindex;
  }
  if (visitor.ifindexes) {
    const auto& veth = std::get<step::CreateVeth>(step);
    inventory_.nodes[veth.a.node].interfaces[veth.a.interface].ifindex = visitor.ifindexes->first;
    inventory_.nodes[veth.b.node].interfaces[veth.b.interface].ifindex = visitor.ifindexes->second;
  }
}

void StepExecutor::limit_host(const step::LimitHost& step) {
  if (limiter_ == nullptr) throw Error("limit " + step.node + ": hosts cannot be limited here");
  limiter_->limit(step.node, step.limits);
}

FerryLinkState StepExecutor::with_ifindexes(const FerryLink& link) const {
  const auto& inner = inventory_.nodes.at(kFerryNode).interfaces;
  return {link, inner.at(link.a).ifindex, inner.at(link.b).ifindex};
}

BridgeState StepExecutor::with_ifindexes(const BridgeConfig& config) const {
  BridgeState bridge{config, {}, true};
  const auto fabric = inventory_.nodes.find("");
  for (const BridgePort& port : config.ports) {
    if (fabric == inventory_.nodes.end()) break;
    const auto interface = fabric->second.interfaces.find(port.interface);
    if (interface != fabric->second.interfaces.end())
      bridge.ifindexes[port.interface] = interface->second.ifindex;
  }
  return bridge;
}

}  // namespace flowbed
