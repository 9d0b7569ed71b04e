// Standalone: one plain OpenFlow switch on interfaces that exist, with no engine above it.
#pragma once

#include <string>
#include <vector>

#include "switchd/datapath_choice.hh"
#include "switchd/export/export_config.hh"
#include "switchd/openflow/channel/bridge_channels.hh"

namespace flowbed::sw {

struct StandaloneOptions {
  std::string bridge;
  uint64_t dpid = 0;
  std::vector<std::string> ports;  // interfaces of this namespace; OpenFlow numbers from 1 on, in this order
  FailMode fail_mode = FailMode::kStandalone;
  ofp::ChannelsConfig channels;
  ofp::Tls tls;
  ExportConfig exports;
  CachingOptions caching;
  DatapathChoice datapath = DatapathChoice::kUserspace;
};

// Throw Error that names the option and the fault.
uint64_t parse_dpid(const std::string& text);  // "1", "0x1f", "00:00:00:00:00:00:00:01"
ofp::ChannelsConfig standalone_channels(const std::vector<std::string>& controllers,
                                        const std::vector<std::string>& listen,
                                        const std::vector<std::string>& protocols);
CachingOptions caching_without(const std::vector<std::string>& features);

// Of three files; all or none are given, and all where a channel needs them.
ofp::Tls standalone_tls(const std::string& private_key, const std::string& certificate,
                        const std::string& ca_certificate, const ofp::ChannelsConfig& channels);

// Values as "10.0.0.9:6343,sampling=64"; several collectors as "10.0.0.9+10.0.0.8". Empty: that export is
// off.
ExportConfig standalone_exports(const std::string& sflow, const std::string& netflow,
                                const std::string& ipfix);

// Until SIGTERM or SIGINT. Throws Error: an interface is not there, a right is missing.
void run_standalone(const StandaloneOptions& options);

}  // namespace flowbed::sw
