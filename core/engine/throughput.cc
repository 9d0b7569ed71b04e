#include "core/engine/throughput.hh"

#include "core/base/error.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPort = "5201";
constexpr int kConnectAttempts = 40;  // the server needs a moment to listen
constexpr Duration kConnectPause = 25ms;

std::vector<std::string> client_command(const ThroughputRequest& request) {
  std::vector<std::string> argv = {"iperf3", "-c", request.server_address.to_string(), "-p", kPort,
                                   "-J",     "-t", std::to_string(request.seconds)};
  if (request.udp_bits_per_second)
    argv.insert(argv.end(), {"-u", "-b", std::to_string(*request.udp_bits_per_second)});
  return argv;
}

std::vector<std::string> server_command() {
  return {"iperf3", "-s", "-1", "-p", kPort, "--idle-timeout", "10"};
}

Throughput read_report(const Json& report, bool udp) {
  const Json& end = report.at("end");
  Throughput result;
  if (!udp) {
    result.server_bits_per_second = end.at("sum_received").at("bits_per_second");
    result.client_bits_per_second = end.at("sum_sent").at("bits_per_second");
    return result;
  }
  const Json& sum = end.at("sum");
  result.client_bits_per_second = sum.at("bits_per_second");
  result.lost_percent = sum.at("lost_percent");
  result.server_bits_per_second = result.client_bits_per_second * (1 - result.lost_percent / 100);
  return result;
}

Task<void> serve_once(Commands& commands, const Node* server) {
  co_await commands.run(server, server_command());
}

Task<Throughput> run_client(EventLoop& loop, Commands& commands, const ThroughputRequest& request) {
  for (int attempt = 0;; attempt++) {
    const CommandOutput output = co_await commands.run(request.client, client_command(request));
    const Json report = Json::parse(output.out, nullptr, false);
    if (!report.is_object()) throw Error("iperf3 in " + request.client->name + ": " + output.err);
    if (!report.contains("error")) co_return read_report(report, request.udp_bits_per_second.has_value());
    const std::string error = report["error"];
    const bool not_yet = error.find("refused") != std::string::npos && attempt < kConnectAttempts;
    if (!not_yet)
      throw Error("iperf3 from " + request.client->name + " to " + request.server->name + ": " + error);
    co_await sleep_for(loop, kConnectPause);
  }
}

}  // namespace

Task<Throughput> measure_throughput(EventLoop& loop, Commands& commands, ThroughputRequest request) {
  TaskGroup server;
  server.start(serve_once(commands, request.server));
  co_return co_await run_client(loop, commands, request);
}

}  // namespace flowbed
