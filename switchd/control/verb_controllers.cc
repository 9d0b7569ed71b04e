#include "switchd/control/verb_controllers.hh"

namespace flowbed::sw {
namespace {

const char* name_of(ofp::ControllerLink::State state) {
  using enum ofp::ControllerLink::State;
  switch (state) {
    case kConnecting:
      return "connecting";
    case kConnected:
      return "connected";
    case kWaiting:
      break;
  }
  return "waiting";
}

const char* name_of(ofp::Listener::State state) {
  using enum ofp::Listener::State;
  switch (state) {
    case kOpening:
      return "opening";
    case kListening:
      return "listening";
    case kClosed:
      break;
  }
  return "closed";
}

const char* name_of(OfVersion version) {
  switch (version) {
    case OfVersion::k10:
      return "1.0";
    case OfVersion::k13:
      return "1.3";
    case OfVersion::k14:
      break;
  }
  return "1.4";
}

const char* name_of(ofp::Role role) {
  switch (role) {
    case ofp::Role::kMaster:
      return "master";
    case ofp::Role::kSlave:
      return "slave";
    default:
      return "equal";
  }
}

void describe(const ofp::Conversation& conversation, Json& entry) {
  const ofp::Session& session = conversation.session();
  if (session.version) entry["version"] = name_of(*session.version);
  entry["peer"] = conversation.peer();
  entry["role"] = name_of(session.role);
  entry["packet_ins"] = session.packet_ins;
  entry["dropped_packet_ins"] = session.dropped_packet_ins;
}

Json describe(const ofp::ControllerLink& link) {
  Json entry = {{"name", link.config().name},
                {"target", link.config().endpoint.to_string()},
                {"place", link.config().place},
                {"state", name_of(link.state())}};
  if (!link.is_connected() && !link.last_fault().empty()) entry["fault"] = link.last_fault();
  if (link.conversation()) describe(*link.conversation(), entry);
  return entry;
}

Json describe(const ofp::Listener& listener) {
  Json conversations = Json::array();
  for (const ofp::Conversation& conversation : listener.conversations())
    describe(conversation, conversations.emplace_back(Json::object()));
  Json entry = {{"target", listener.config().endpoint.to_string()},
                {"place", listener.config().place},
                {"state", name_of(listener.state())},
                {"conversations", std::move(conversations)}};
  if (!listener.fault().empty()) entry["fault"] = listener.fault();
  return entry;
}

}  // namespace

Json describe_controllers(const ofp::BridgeChannels* channels) {
  Json controllers = Json::array(), listening = Json::array();
  if (channels) {
    for (const auto& link : channels->links()) controllers.push_back(describe(*link));
    for (const auto& listener : channels->listeners()) listening.push_back(describe(*listener));
  }
  return {{"controllers", std::move(controllers)}, {"listening", std::move(listening)}};
}

}  // namespace flowbed::sw
