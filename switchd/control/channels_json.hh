// What the engine says of a bridge's OpenFlow channels: the member "openflow" of bridge.put.
#pragma once

#include "core/base/channel.hh"
#include "switchd/openflow/channel/bridge_channels.hh"

namespace flowbed::sw {

// {"controllers": [{"name", "target", "place"}], "listen": [{"target", "place"}], "protocols": ["OpenFlow10",
// …]}; all may be left out. Targets as in endpoint.hh, places as in socket_source.hh. Throws Error.
ofp::ChannelsConfig channels_from_json(const Json& json);

// {"private_key": {"file", "text"}, "certificate": …, "ca_certificate": …}: the text is PEM, the file's name
// is for messages. An empty object: there is none. Throws Error.
ofp::Tls tls_from_json(const Json& json);

// "OpenFlow13". Throws Error.
OfVersion parse_protocol(std::string_view text);

}  // namespace flowbed::sw
