// What a topology says of OpenFlow: where controllers are, and how switches speak to them.
#include <algorithm>
#include <set>

#include "core/base/suggest.hh"
#include "core/topo/controllers.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

template <class Words>
void check_word(Validation& v, const std::string& word, const Words& valid, const std::string& place) {
  if (std::ranges::find(valid, word) != valid.end()) return;
  std::string names;
  for (const std::string_view name : valid) names += (names.empty() ? "" : ", ") + std::string(name);
  v.fault(place, in_quotes(word) + " is not known; valid: " + names);
}

void check_transport(Validation& v, const std::string& word, const std::string& place) {
  if (word.empty()) return;
  check_word(v, word, kTransports, place);
  if (word == kTls && v.given.tls.is_none())
    v.fault(place,
            "\"ssl\" needs the certificates of the switches; add \"tls\": {\"private_key\": \"…\", "
            "\"certificate\": \"…\", \"ca_certificate\": \"…\"}, three files (--tls-key, "
            "--tls-certificate, --tls-ca)");
}

void check_tls(Validation& v) {
  const TlsFiles& tls = v.given.tls;
  const std::pair<const char*, const std::string&> all[] = {{"private_key", tls.private_key},
                                                            {"certificate", tls.certificate},
                                                            {"ca_certificate", tls.ca_certificate}};
  for (const auto& [member, file] : all) {
    if (file.empty() && !tls.is_none()) v.fault(std::string("tls.") + member, "no file is named; name one");
  }
}

void check_controller(Validation& v, const Node& node, const std::string& place) {
  if (!node.address.empty() && !IpAddress::parse(node.address))
    v.fault(place + ".address", in_quotes(node.address) + " is no IP address; write e.g. 127.0.0.1");
  check_transport(v, node.protocol, place + ".protocol");
  if (node.place.empty() || node.place == kMachine || node.place == kFabric) return;
  const auto host = v.index.find(node.place);
  if (!host || !v.given.nodes[*host].is_host())
    v.fault(place + ".place", in_quotes(node.place) + " is neither \"machine\" nor \"fabric\" nor a host" +
                                  v.suggest_node(node.place));
  if (!node.program.empty())
    v.fault(place + ".program", "a controller's program runs in the fabric; start it in " + node.place +
                                    " by a command, or leave out \"place\"");
}

std::string known_controllers(const Topology& topology) {
  std::string names;
  for (const Node& node : topology.nodes) {
    if (node.kind == NodeKind::controller) names += (names.empty() ? "; it has " : ", ") + node.name;
  }
  return names.empty() ? ", which has none; --controller makes one" : names;
}

void check_controllers_of(Validation& v, const std::vector<std::string>& names, const std::string& place) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < names.size(); i++) {
    const std::string where = place + "[" + std::to_string(i) + "]";
    const auto node = v.index.find(names[i]);
    if (!node || v.given.nodes[*node].kind != NodeKind::controller) {
      v.fault(where, in_quotes(names[i]) + " is no controller of this network" + known_controllers(v.given));
    } else if (!seen.insert(names[i]).second) {
      v.fault(where, in_quotes(names[i]) + " is listed twice; remove one");
    }
  }
}

void check_switch(Validation& v, const Node& node, const std::string& place,
                  std::set<uint16_t>& listen_ports) {
  if (!node.fail_mode.empty()) check_word(v, node.fail_mode, kFailModes, place + ".fail_mode");
  for (size_t i = 0; i < node.protocols.size(); i++)
    check_word(v, node.protocols[i], kProtocols, place + ".protocols[" + std::to_string(i) + "]");
  if (node.controllers) check_controllers_of(v, *node.controllers, place + ".controllers");
  check_transport(v, node.listen_protocol, place + ".listen_protocol");
  if (!node.listen_port) return;
  if (*node.listen_port == 0) return v.fault(place + ".listen_port", "0 is no port; write e.g. 6654");
  if (!listen_ports.insert(*node.listen_port).second)
    v.fault(place + ".listen_port",
            "another switch listens on " + std::to_string(*node.listen_port) + " already; give each its own");
}

}  // namespace

void check_openflow(Validation& v) {
  check_tls(v);
  std::set<uint16_t> listen_ports;
  for (size_t n = 0; n < v.given.nodes.size(); n++) {
    const Node& node = v.given.nodes[n];
    if (node.kind == NodeKind::controller) check_controller(v, node, v.node_place(n));
    if (node.kind == NodeKind::switch_) check_switch(v, node, v.node_place(n), listen_ports);
  }
}

}  // namespace flowbed
