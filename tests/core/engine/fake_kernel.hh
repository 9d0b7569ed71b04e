// FakeKernel: records what it is asked to do, in order, and can be told to fail at the n-th call.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/error.hh"
#include "core/engine/host_limiter.hh"
#include "core/engine/link_ferry.hh"
#include "core/engine/switches.hh"
#include "core/os/kernel.hh"

namespace flowbed {

class FakeKernel : public Kernel {
 public:
  std::vector<std::string> calls;
  int fail_at = -1;  // this call (from 0) throws and is not recorded

  void create_namespace(const std::string& node, bool) override { note("create_namespace " + node); }
  void remove_namespace(const std::string& node) override { note("remove_namespace " + node); }
  std::pair<int, int> create_veth(const VethSpec& a, const VethSpec& b) override {
    note("create_veth " + a.interface + " " + b.interface);
    next_ifindex_ += 2;
    return {next_ifindex_ - 1, next_ifindex_};
  }
  int move_interface(const std::string&, const std::string& interface, const VethSpec& to) override {
    note("move_interface " + interface + " " + to.interface);
    return ++next_ifindex_;
  }
  void remove_interface(const std::string& node, const std::string& interface) override {
    note("remove_interface " + node + " " + interface);
  }
  void set_interface(const std::string&, const std::string& interface,
                     const InterfaceChange& change) override {
    note("set_interface " + interface + (change.up ? (*change.up ? " up" : " down") : ""));
  }
  void add_address(const std::string&, const std::string& interface, const IpPrefix& address) override {
    note("add_address " + interface + " " + address.to_string());
  }
  void remove_address(const std::string&, const std::string& interface, const IpPrefix& address) override {
    note("remove_address " + interface + " " + address.to_string());
  }
  void set_forwarding(const std::string& node, bool on) override {
    note("set_forwarding " + node + (on ? " on" : " off"));
  }
  void add_route(const std::string& node, const RouteSpec&) override { note("add_route " + node); }
  void remove_route(const std::string& node, const RouteSpec&) override { note("remove_route " + node); }
  void add_neighbour(const std::string& node, const std::string&, const IpAddress& address, const MacAddress&,
                     IfKnown) override {
    note("add_neighbour " + node + " " + address.to_string());
  }
  void remove_neighbour(const std::string& node, const std::string&, const IpAddress& address) override {
    note("remove_neighbour " + node + " " + address.to_string());
  }
  void shape_egress(const std::string& node, const std::string& interface, const EgressSpec& spec) override {
    note("shape_egress " + node + " " + interface);
    egress[interface] = spec;
  }
  void unshape_egress(const std::string& node, const std::string& interface) override {
    note("unshape_egress " + node + " " + interface);
    egress.erase(interface);
  }
  std::map<std::string, EgressSpec> egress;  // by interface
  EgressCounters counted;
  EgressCounters egress_counters(const std::string&, const std::string&) override { return counted; }
  std::optional<NetemAbilities> netem;  // none: there is no netem
  NetemAbilities find_netem() override {
    return netem ? *netem : throw Error("add a netem qdisc: refused by the fake");
  }
  void forget_neighbours_soon(const std::string& node, const std::string& interface) override {
    note("forget_neighbours_soon " + node + " " + interface);
  }
  // What the test put there, by node; no call of note.
  std::map<std::string, std::vector<LiveInterface>> live;
  std::vector<LiveInterface> interfaces(const std::string& node) override { return live[node]; }
  int asked_until_settled = 0;  // how often `is_settled` is still answered with false
  bool is_settled(const std::string&, const std::string&) override { return asked_until_settled-- <= 0; }
  void run_in(const std::string&, const std::function<void()>& work) override { work(); }
  int namespace_fd(const std::string&) override { return -1; }

  void note(const std::string& call) {
    if (static_cast<int>(count_++) == fail_at) throw Error(call + ": refused by the fake");
    calls.push_back(call);
  }

 private:
  size_t count_ = 0;
  int next_ifindex_ = 10;
};

class FakeSwitches : public Switches {
 public:
  explicit FakeSwitches(FakeKernel& journal) : journal_(journal) {}
  std::map<std::string, BridgeState> bridges;
  std::vector<std::string> still_waiting;  // the answer of settle_trees
  int settlings = 0;
  Json identity;

  Task<void> identify(Json wanted, bool only_check) override {
    journal_.note(only_check ? "check identity" : "identify");
    if (!only_check) identity = std::move(wanted);
    co_return;
  }
  Task<void> put_bridge(BridgeState bridge) override {
    journal_.note("put_bridge " + bridge.config.name +
                  " ports=" + std::to_string(bridge.config.ports.size()));
    bridges[bridge.config.name] = std::move(bridge);
    co_return;
  }
  Task<void> remove_bridge(std::string name) override {
    journal_.note("remove_bridge " + name);
    bridges.erase(name);
    co_return;
  }
  Task<void> set_running(std::string name, bool on) override {
    bridges.at(name).running = on;
    co_return;
  }
  bool is_running(const std::string& name) const override { return bridges.at(name).running; }
  Task<void> refresh_links() override { co_return; }
  Task<bool> is_connecting(bool) override { co_return false; }
  Task<std::vector<std::string>> settle_trees(Duration) override {
    settlings++;
    co_return still_waiting;
  }
  Task<Json> call(std::string verb, Json) override { co_return Json{{"verb", verb}}; }
  std::vector<Verb> verbs() const override { return {}; }
  Task<Json> describe_datapath() override {
    Json fake = {{"kind", "fake"}};
    co_return fake;
  }
  int pid() const override { return 0; }

 private:
  FakeKernel& journal_;
};

class FakeFerry : public LinkFerry {
 public:
  explicit FakeFerry(FakeKernel& journal) : journal_(journal) {}
  std::map<std::string, FerryLinkState> links;

  void prepare(const Topology&) override {}
  Task<void> put_link(FerryLinkState link) override {
    journal_.note("put_link " + link.link.a_end + " " + link.link.b_end);
    links[link.link.name] = std::move(link);
    co_return;
  }
  Task<void> remove_link(std::string name) override {
    journal_.note("remove_link " + name);
    links.erase(name);
    co_return;
  }
  bool has_link(const std::string& name) const override { return links.contains(name); }
  Task<Json> describe_link(std::string) override { co_return Json::object(); }
  Task<void> record_link(std::string, FileDescriptor, LinkEndNames) override { co_return; }
  Task<uint64_t> end_recording(std::string) override { co_return 0; }

 private:
  FakeKernel& journal_;
};

// Notes limits in the kernel's journal; can do what `can` says.
class FakeLimiter : public HostLimiter {
 public:
  explicit FakeLimiter(FakeKernel& journal) : journal_(journal) {}
  LimitCapabilities can{
      .cpu = true, .cores = true, .memory = true, .realtime = true, .processors = {}, .why_not = ""};
  int prepared = 0;

  Task<LimitCapabilities> prepare() override {
    prepared++;
    co_return can;
  }
  void limit(const std::string& node, const HostLimits& limits) override {
    journal_.note(to_string(Step(step::LimitHost{node, limits})));
  }
  void forget(const std::string& node) override { forgotten.push_back(node); }
  HostEntrance entrance(const std::string&) const override { return {}; }

  std::vector<std::string> forgotten;

 private:
  FakeKernel& journal_;
};

}  // namespace flowbed
