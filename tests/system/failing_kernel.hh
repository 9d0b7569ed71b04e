// FailingKernel: another kernel, one of whose calls fails.
#pragma once

#include "core/base/error.hh"
#include "core/os/kernel.hh"

namespace flowbed {

class FailingKernel : public Kernel {
 public:
  explicit FailingKernel(Kernel& real) : real_(real) {}

  // After `good` more calls that succeed, one fails without having done anything; all after it succeed.
  void fail_after(int good) { left_ = good; }

  void create_namespace(const std::string& node, bool ipv6) override {
    step();
    real_.create_namespace(node, ipv6);
  }
  void remove_namespace(const std::string& node) override {
    step();
    real_.remove_namespace(node);
  }
  std::pair<int, int> create_veth(const VethSpec& a, const VethSpec& b) override {
    step();
    return real_.create_veth(a, b);
  }
  int move_interface(const std::string& node, const std::string& interface, const VethSpec& to) override {
    step();
    return real_.move_interface(node, interface, to);
  }
  void remove_interface(const std::string& node, const std::string& interface) override {
    step();
    real_.remove_interface(node, interface);
  }
  void set_interface(const std::string& node, const std::string& interface,
                     const InterfaceChange& change) override {
    step();
    real_.set_interface(node, interface, change);
  }
  void add_address(const std::string& node, const std::string& interface, const IpPrefix& address) override {
    step();
    real_.add_address(node, interface, address);
  }
  void remove_address(const std::string& node, const std::string& interface,
                      const IpPrefix& address) override {
    step();
    real_.remove_address(node, interface, address);
  }
  void set_forwarding(const std::string& node, bool on) override {
    step();
    real_.set_forwarding(node, on);
  }
  void add_route(const std::string& node, const RouteSpec& route) override {
    step();
    real_.add_route(node, route);
  }
  void remove_route(const std::string& node, const RouteSpec& route) override {
    step();
    real_.remove_route(node, route);
  }
  void add_neighbour(const std::string& node, const std::string& interface, const IpAddress& address,
                     const MacAddress& mac, IfKnown if_known) override {
    step();
    real_.add_neighbour(node, interface, address, mac, if_known);
  }
  void remove_neighbour(const std::string& node, const std::string& interface,
                        const IpAddress& address) override {
    step();
    real_.remove_neighbour(node, interface, address);
  }
  void shape_egress(const std::string& node, const std::string& interface, const EgressSpec& spec) override {
    step();
    real_.shape_egress(node, interface, spec);
  }
  void unshape_egress(const std::string& node, const std::string& interface) override {
    step();
    real_.unshape_egress(node, interface);
  }
  EgressCounters egress_counters(const std::string& node, const std::string& interface) override {
    return real_.egress_counters(node, interface);
  }
  NetemAbilities find_netem() override { return real_.find_netem(); }
  void forget_neighbours_soon(const std::string& node, const std::string& interface) override {
    step();
    real_.forget_neighbours_soon(node, interface);
  }
  std::vector<LiveInterface> interfaces(const std::string& node) override { return real_.interfaces(node); }
  bool is_settled(const std::string& node, const std::string& interface) override {
    return real_.is_settled(node, interface);
  }
  void run_in(const std::string& node, const std::function<void()>& work) override {
    real_.run_in(node, work);
  }
  int namespace_fd(const std::string& node) override { return real_.namespace_fd(node); }

 private:
  void step() {
    if (left_ < 0 || left_-- > 0) return;
    throw Error("a step that the test lets fail");
  }

  Kernel& real_;
  int left_ = -1;  // calls that still succeed; negative: all
};

}  // namespace flowbed
