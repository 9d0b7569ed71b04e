#include "core/engine/reachability.hh"

#include <map>
#include <memory>

#include <unistd.h>

#include "core/engine/echo_exchange.hh"
#include "core/os/network_namespace.hh"

namespace flowbed {
namespace {

std::optional<IpAddress> first_address(const Node& node, bool v6) {
  for (const Interface& interface : node.interfaces) {
    for (const IpPrefix& prefix : interface.addresses) {
      if (prefix.address.v6 == v6) return prefix.address;
    }
  }
  return std::nullopt;
}

// The exchanges of the hosts that ping, opened as they are needed.
class Exchanges {
 public:
  Exchanges(EventLoop& loop, Kernel& kernel) : loop_(loop), kernel_(kernel) {}

  EchoExchange& of(const std::string& host, bool v6) {
    auto& exchange = exchanges_[host];
    if (!exchange) {
      InNetworkNamespace inside(kernel_.namespace_fd(host), kernel_.namespace_fd(""));
      exchange = std::make_unique<EchoExchange>(loop_, v6, static_cast<uint16_t>(getpid()));
    }
    return *exchange;
  }

 private:
  EventLoop& loop_;
  Kernel& kernel_;
  std::map<std::string, std::unique_ptr<EchoExchange>> exchanges_;
};

Task<void> work_off(Exchanges& exchanges, std::vector<PingPair>& pairs, size_t& next, Duration timeout) {
  while (next < pairs.size()) {
    PingPair& pair = pairs[next++];
    pair.round_trip = co_await exchanges.of(pair.from, pair.address.v6).ping(pair.address, timeout);
  }
}

}  // namespace

std::vector<PingPair> all_pairs(const Topology& topology, const std::vector<std::string>& hosts, bool v6) {
  std::vector<PingPair> pairs;
  for (const std::string& from : hosts) {
    const Node* source = topology.find(from);
    if (source == nullptr || !first_address(*source, v6)) continue;
    for (const std::string& to : hosts) {
      const Node* target = to == from ? nullptr : topology.find(to);
      const auto address = target == nullptr ? std::nullopt : first_address(*target, v6);
      if (address) pairs.push_back({from, to, *address, std::nullopt});
    }
  }
  return pairs;
}

Task<std::vector<PingPair>> ping_pairs(EventLoop& loop, Kernel& kernel, std::vector<PingPair> pairs,
                                       PingOptions options) {
  Exchanges exchanges(loop, kernel);
  size_t next = 0;
  std::vector<Task<void>> workers;
  for (size_t i = 0; i < std::min(options.in_flight, pairs.size()); i++) {
    workers.push_back(work_off(exchanges, pairs, next, options.timeout));
  }
  co_await when_all(std::move(workers));
  co_return pairs;
}

}  // namespace flowbed
