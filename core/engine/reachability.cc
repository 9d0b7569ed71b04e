#include "core/engine/reachability.hh"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

#include <unistd.h>

#include "core/base/error.hh"
#include "core/engine/echo_exchange.hh"
#include "core/os/network_namespace.hh"
#include "core/topo/ifname.hh"
#include "core/topo/meeting.hh"

namespace flowbed {
namespace {

// Half of the kernel's default limit (net.ipv4.neigh.default.gc_thresh3): the network has other entries, too.
constexpr size_t kNeighbourTableShare = 512;

PingEnd ping_end(const Node& node, const MeetingEnd& end) {
  return {node.name, kernel_ifname(end.interface->name), end.address,
          end.interface->mac.value_or(MacAddress{})};
}

// A neighbour entry of `owner` for `other`, while this lives. Best effort: without it, the kernel asks by
// itself.
class TemporaryNeighbour {
 public:
  TemporaryNeighbour(Kernel& kernel, const PingEnd& owner, const PingEnd& other)
      : kernel_(kernel), owner_(owner), address_(other.address.address) {
    if (!owner.address.contains(address_)) return;  // behind a router
    attempt([&] {
      kernel_.add_neighbour(owner_.host, owner_.interface, address_, other.mac, Kernel::IfKnown::fail);
    });
  }
  ~TemporaryNeighbour() {
    if (made_) attempt([&] { kernel_.remove_neighbour(owner_.host, owner_.interface, address_); });
  }
  TemporaryNeighbour(const TemporaryNeighbour&) = delete;
  TemporaryNeighbour& operator=(const TemporaryNeighbour&) = delete;

 private:
  template <class Action>
  void attempt(Action action) {
    try {
      action();
      made_ = true;
    } catch (const Error&) {
      made_ = false;
    }
  }

  Kernel& kernel_;
  const PingEnd& owner_;
  IpAddress address_;
  bool made_ = false;
};

// Two measurements at a time must not take each other's replies.
uint16_t next_identifier() {
  static auto identifier = static_cast<uint16_t>(getpid());
  return ++identifier;
}

// One run over a list of pairs, worked off by several coroutines.
class PingRun {
 public:
  PingRun(EventLoop& loop, Kernel& kernel, std::vector<PingPair>& pairs, const PingOptions& options)
      : loop_(loop), kernel_(kernel), pairs_(pairs), options_(options) {}

  Task<void> work() {
    const bool spare = options_.spare_neighbour_table && pairs_.size() > kNeighbourTableShare;
    while (next_ < pairs_.size()) {
      PingPair& pair = pairs_[next_++];
      std::optional<TemporaryNeighbour> there, back;
      if (spare) {
        there.emplace(kernel_, pair.from, pair.to);
        back.emplace(kernel_, pair.to, pair.from);
      }
      pair.round_trip = co_await exchange_of(pair.from).ping(pair.to.address.address, options_.timeout);
    }
  }

 private:
  EchoExchange& exchange_of(const PingEnd& end) {
    auto& exchange = exchanges_[end.host];
    if (!exchange) {
      InNetworkNamespace inside(kernel_.namespace_fd(end.host), kernel_.namespace_fd(""));
      exchange = std::make_unique<EchoExchange>(loop_, end.address.address.v6, next_identifier());
    }
    return *exchange;
  }

  EventLoop& loop_;
  Kernel& kernel_;
  std::vector<PingPair>& pairs_;
  PingOptions options_;
  size_t next_ = 0;
  std::map<std::string, std::unique_ptr<EchoExchange>> exchanges_;
};

}  // namespace

std::vector<PingPair> all_pairs(const Topology& topology, const std::vector<std::string>& hosts, bool v6) {
  std::vector<const Node*> nodes;
  for (const std::string& host : hosts) {
    if (const Node* node = topology.find(host)) nodes.push_back(node);
  }
  std::vector<PingPair> pairs;
  for (const Node* from : nodes) {
    for (const Node* to : nodes) {
      if (from == to) continue;
      if (const auto meeting = meeting_of(*from, *to, v6))
        pairs.push_back({ping_end(*from, meeting->from), ping_end(*to, meeting->to), std::nullopt});
    }
  }
  return pairs;
}

Task<std::vector<PingPair>> ping_pairs(EventLoop& loop, Kernel& kernel, std::vector<PingPair> pairs,
                                       PingOptions options) {
  PingRun run(loop, kernel, pairs, options);
  std::vector<Task<void>> workers;
  for (size_t i = 0; i < std::min(options.in_flight, pairs.size()); i++) workers.push_back(run.work());
  co_await when_all(std::move(workers));
  co_return pairs;
}

Task<std::vector<PingPair>> time_pairs(EventLoop& loop, Kernel& kernel, std::vector<PingPair> pairs,
                                       PingOptions options) {
  pairs = co_await ping_pairs(loop, kernel, std::move(pairs), options);
  std::vector<PingPair> reached;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(reached),
               [](const PingPair& pair) { return pair.round_trip.has_value(); });
  options.in_flight = 1;
  reached = co_await ping_pairs(loop, kernel, std::move(reached), options);
  auto timed = reached.begin();
  for (PingPair& pair : pairs) {
    if (pair.round_trip) pair = std::move(*timed++);
  }
  co_return pairs;
}

}  // namespace flowbed
