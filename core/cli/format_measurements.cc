#include <spdlog/fmt/fmt.h>

#include "core/base/units.hh"
#include "core/cli/format.hh"

namespace flowbed {
namespace {

// "h1 -> h2 X h4 \n": a line for each sender, X for a lost reply.
std::string reachability(const Json& pairs) {
  std::string text, sender;
  for (const Json& pair : pairs) {
    const std::string from = pair.at("from");
    if (from != sender) text += (text.empty() ? "" : "\n") + from + " -> ";
    sender = from;
    text += (pair.at("received") == pair.at("sent") ? pair.at("to").get<std::string>() : "X") + " ";
  }
  return text.empty() ? "" : text + "\n";
}

std::string loss_line(int64_t sent, int64_t received) {
  if (sent == 0) return "*** Warning: No packets sent\n";
  return fmt::format("*** Results: {}% dropped ({}/{} received)\n", 100 * (sent - received) / sent, received,
                     sent);
}

std::string round_trips(const Json& pairs) {
  std::string text;
  for (const Json& pair : pairs) {
    text +=
        fmt::format(" {}->{}: {}/{}, ", pair.at("from").get<std::string>(), pair.at("to").get<std::string>(),
                    pair.at("sent").get<int>(), pair.at("received").get<int>());
    const auto rtt = pair.find("rtt_ms");
    if (rtt == pair.end()) {
      text += "no reply\n";
      continue;
    }
    const auto ms = [&](const char* which) { return rtt->at(which).get<double>(); };
    text += fmt::format("rtt min/avg/max/mdev {:.3f}/{:.3f}/{:.3f}/{:.3f} ms\n", ms("min"), ms("avg"),
                        ms("max"), ms("mdev"));
  }
  return text;
}

}  // namespace

std::string format_ping(const Json& answer) {
  std::string text = reachability(answer.at("pairs")) + loss_line(answer.at("sent"), answer.at("received"));
  if (!answer.contains("pairs6")) return text;
  text += "*** Ping: the same over IPv6\n" + reachability(answer.at("pairs6"));
  return text + loss_line(answer.at("sent6"), answer.at("received6"));
}

std::string format_ping_full(const Json& answer) {
  std::string text = reachability(answer.at("pairs")) + "*** Results: \n" + round_trips(answer.at("pairs"));
  if (!answer.contains("pairs6")) return text;
  text += "*** Ping: the same over IPv6\n" + reachability(answer.at("pairs6"));
  return text + "*** Results: \n" + round_trips(answer.at("pairs6"));
}

std::string format_iperf(const Json& answer) {
  const std::string requested =
      answer.at("protocol") == "UDP" ? "'" + answer.at("bandwidth").get<std::string>() + "', " : "";
  return fmt::format("*** Results: [{}'{}', '{}']\n", requested,
                     format_throughput(answer.at("server_bits_per_second")),
                     format_throughput(answer.at("client_bits_per_second")));
}

double lost_fraction(const Json& answer) {
  const double sent = answer.value("sent", 0.0) + answer.value("sent6", 0.0);
  const double received = answer.value("received", 0.0) + answer.value("received6", 0.0);
  return sent > 0 ? (sent - received) / sent : 0;
}

}  // namespace flowbed
