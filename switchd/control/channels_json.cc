#include "switchd/control/channels_json.hh"

#include "core/base/json_reader.hh"

namespace flowbed::sw {
namespace {

ofp::ControllerConfig controller_from(const Json& json, const std::string& place) {
  const JsonReader reader(json, place, {"name", "target", "place"});
  ofp::ControllerConfig controller{.name = reader.text("name"),
                                   .endpoint = ofp::parse_endpoint(reader.text("target"))};
  if (controller.endpoint.passive) throw Error(reader.where("target") + " is no controller to connect to");
  if (reader.has("place")) controller.place = reader.text("place");
  return controller;
}

ofp::ListenerConfig listener_from(const Json& json, const std::string& place) {
  const JsonReader reader(json, place, {"target", "place"});
  ofp::ListenerConfig listener{.endpoint = ofp::parse_endpoint(reader.text("target"))};
  if (!listener.endpoint.passive) throw Error(reader.where("target") + " is no place to listen at");
  if (reader.has("place")) listener.place = reader.text("place");
  return listener;
}

ofp::PemText pem_from(const JsonReader& identity, const char* key) {
  const JsonReader reader(identity.at(key), identity.where(key), {"file", "text"});
  return {.file = reader.text("file"), .text = reader.text("text")};
}

}  // namespace

OfVersion parse_protocol(std::string_view text) {
  constexpr std::pair<std::string_view, OfVersion> kProtocols[] = {
      {"OpenFlow10", OfVersion::k10}, {"OpenFlow13", OfVersion::k13}, {"OpenFlow14", OfVersion::k14}};
  for (const auto& [name, version] : kProtocols) {
    if (name == text) return version;
  }
  throw Error("\"" + std::string(text) +
              "\" is not spoken here; choose from OpenFlow10, OpenFlow13, OpenFlow14");
}

ofp::Tls tls_from_json(const Json& json) {
  if (json.empty()) return {};
  const JsonReader reader(json, "tls", {"private_key", "certificate", "ca_certificate"});
  return ofp::Tls({.private_key = pem_from(reader, "private_key"),
                   .certificate = pem_from(reader, "certificate"),
                   .ca_certificate = pem_from(reader, "ca_certificate")});
}

ofp::ChannelsConfig channels_from_json(const Json& json) {
  const JsonReader reader(json, "openflow", {"controllers", "listen", "protocols"});
  ofp::ChannelsConfig config;
  if (reader.has("controllers")) config.controllers = list_from(reader, "controllers", controller_from);
  if (reader.has("listen")) config.listeners = list_from(reader, "listen", listener_from);
  if (reader.has("protocols")) {
    config.versions.clear();
    for (const Json& name : reader.list("protocols"))
      config.versions.push_back(parse_protocol(name.get<std::string>()));
    std::ranges::sort(config.versions);
  }
  return config;
}

}  // namespace flowbed::sw
