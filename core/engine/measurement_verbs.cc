#include <cmath>

#include "core/base/error.hh"
#include "core/base/units.hh"
#include "core/engine/engine_verbs.hh"
#include "core/engine/reachability.hh"
#include "core/engine/throughput.hh"
#include "core/topo/meeting.hh"

namespace flowbed {
namespace {

constexpr double kDefaultSeconds = 5, kMaxSeconds = 86400;

std::vector<std::string> hosts_of(const Topology& topology) {
  std::vector<std::string> hosts;
  for (const Node& node : topology.nodes) {
    if (node.kind == NodeKind::host) hosts.push_back(node.name);
  }
  return hosts;
}

Json pairs_to_json(const std::vector<PingPair>& pairs, size_t& received) {
  Json list = Json::array();
  for (const PingPair& pair : pairs) {
    Json entry = {
        {"from", pair.from.host}, {"to", pair.to.host}, {"sent", 1}, {"received", pair.round_trip ? 1 : 0}};
    if (pair.round_trip) {
      const double ms = to_milliseconds(*pair.round_trip);
      entry["rtt_ms"] = {{"min", ms}, {"avg", ms}, {"max", ms}, {"mdev", 0.0}};
      received++;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

using Ping = Task<std::vector<PingPair>> (*)(EventLoop&, Kernel&, std::vector<PingPair>, PingOptions);

// What is asked of a ping: over all hosts or the first two, and with times that can be believed or not.
struct PingKind {
  bool first_pair_only;
  Ping ping;
};

Task<void> ping_family(VerbContext& context, std::vector<std::string> hosts, PingOptions options, Ping ping,
                       bool v6, Json& result) {
  const std::string suffix = v6 ? "6" : "";
  size_t received = 0;
  const auto pairs =
      co_await ping(context.loop, context.kernel, all_pairs(context.network.current(), hosts, v6), options);
  result["pairs" + suffix] = pairs_to_json(pairs, received);
  result["sent" + suffix] = pairs.size();
  result["received" + suffix] = received;
}

Task<Json> ping_hosts(VerbContext& context, std::vector<std::string> hosts, PingOptions options, Ping ping) {
  Json result;
  co_await ping_family(context, hosts, options, ping, false, result);
  if (context.network.current().options.ipv6)
    co_await ping_family(context, hosts, options, ping, true, result);
  co_return result;
}

PingOptions options_from(const VerbContext& context, const Json& params) {
  PingOptions options;
  options.spare_neighbour_table = !context.network.current().options.static_arp;
  if (!params.contains("timeout")) return options;
  const double seconds = params["timeout"];
  if (!(seconds > 0) || seconds > kMaxSeconds) throw Error("timeout: give a number of seconds above 0");
  options.timeout = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  return options;
}

Verb ping_verb(VerbContext& context, const std::string& name, const std::string& help, PingKind kind) {
  auto handler = [&context, kind](Json params) -> Task<Json> {
    std::vector<std::string> hosts = hosts_of(context.network.current());
    if (kind.first_pair_only && hosts.size() > 2) hosts.resize(2);
    return ping_hosts(context, std::move(hosts), options_from(context, params), kind.ping);
  };
  return {.name = name,
          .parameters = {{"timeout", "number", "seconds to wait for each reply; 2 if not given", false}},
          .help = help,
          .handler = handler,
          .breaks_off = true};
}

const Node* host_named(const Topology& topology, const std::string& name) {
  const Node* node = topology.find(name);
  if (node == nullptr) throw Error("there is no node " + name);
  if (!node->is_host()) throw Error(name + " is not a host; iperf runs between hosts");
  return node;
}

// Pointers into the topology would not survive a change that is made while a measurement runs.
struct Ends {
  Node client, server;
};

Ends choose_ends(const Topology& topology, const Json& params) {
  const std::vector<std::string> hosts = hosts_of(topology);
  if (hosts.size() < 2)
    throw Error("iperf needs two hosts; this network has " + std::to_string(hosts.size()));
  const Node* client = host_named(topology, params.value("client", hosts.front()));
  const Node* server = host_named(topology, params.value("server", hosts.back()));
  if (client == server) throw Error("iperf: client and server are both " + client->name + "; name two hosts");
  return {*client, *server};
}

// `bandwidth` as it was given; empty: TCP.
Task<Json> iperf(VerbContext& context, Json params, std::string bandwidth) {
  const Ends ends = choose_ends(context.network.current(), params);
  const double seconds = params.value("seconds", kDefaultSeconds);
  if (!(seconds >= 1) || seconds > kMaxSeconds) throw Error("seconds: give a number from 1 to 86400");
  ThroughputRequest request;
  request.client = &ends.client;
  request.server = &ends.server;
  const auto address = address_towards(&ends.client, ends.server);
  if (!address) throw Error(ends.server.name + " has no address; give it one to measure to it");
  request.server_address = *address;
  request.seconds = static_cast<int>(std::lround(seconds));
  if (!bandwidth.empty()) request.udp_bits_per_second = parse_bandwidth(bandwidth);
  const Throughput result = co_await measure_throughput(context.loop, context.commands, request);
  Json report = {{"client", ends.client.name},
                 {"server", ends.server.name},
                 {"protocol", bandwidth.empty() ? "TCP" : "UDP"},
                 {"server_bits_per_second", result.server_bits_per_second},
                 {"client_bits_per_second", result.client_bits_per_second}};
  if (!bandwidth.empty()) {
    report["bandwidth"] = bandwidth;
    report["lost_percent"] = result.lost_percent;
  }
  co_return report;
}

void add_iperf_verbs(VerbTable& table, VerbContext& context) {
  const VerbParameter client{"client", "host", "sends; the first host if not given", false};
  const VerbParameter server{"server", "host", "receives; the last host if not given", false};
  const VerbParameter seconds{"seconds", "number", "how long; 5 if not given", false};
  table.add({"iperf",
             {client, server, seconds},
             "Measure TCP throughput between two hosts (iperf3).",
             [&context](Json params) { return iperf(context, std::move(params), ""); },
             true});
  table.add(
      {"iperfudp",
       {{"bandwidth", "rate", "what the client sends; 10M if not given", false}, client, server, seconds},
       "Measure UDP throughput between two hosts (iperf3).",
       [&context](Json params) {
         const std::string bandwidth = params.value("bandwidth", "10M");
         return iperf(context, std::move(params), bandwidth);
       },
       true});
}

}  // namespace

void add_measurement_verbs(VerbTable& table, VerbContext& context) {
  const std::string times =
      ", and show the round-trip times: of a second request each, one at a time, once a first has filled "
      "the hosts' and switches' tables.";
  table.add(ping_verb(context, "pingall", "Ping between all hosts.", {false, ping_pairs}));
  table.add(ping_verb(context, "pingpair", "Ping between the first two hosts.", {true, ping_pairs}));
  table.add(ping_verb(context, "pingallfull", "Ping between all hosts" + times, {false, time_pairs}));
  table.add(
      ping_verb(context, "pingpairfull", "Ping between the first two hosts" + times, {true, time_pairs}));
  add_iperf_verbs(table, context);
}

}  // namespace flowbed
