// BridgeSet: all bridges of one switchd, and which ports are the two ends of one link.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "switchd/datapath/link_facts.hh"
#include "switchd/slowpath/bridge.hh"

namespace flowbed::sw {

//

class BridgeSet {
 public:
  struct Change {
    std::vector<BridgePort*> added;
    std::vector<PortNo> removed;  // their numbers may be given out again
  };

  // Brings the bridge of this name to what `config` says. A port of the same number and interface stays what
  // it is, with its counters and addresses. Throws Error, and then has changed nothing.
  Change put(const BridgeConfig& config, const LinkFinder& find_link);
  Change remove(std::string_view name);

  Bridge* find(std::string_view name) const;
  BridgePort* port(PortNo number) const {
    return to_number(number) < by_number_.size() ? by_number_[to_number(number)] : nullptr;
  }
  std::string port_name(PortNo number) const;  // for people
  BridgePort* port(IfIndex index) const;
  const std::map<std::string, std::unique_ptr<Bridge>, std::less<>>& bridges() const { return bridges_; }
  bool has_links() const { return links_ > 0; }  // between bridges

 private:
  using BridgePorts = std::vector<std::unique_ptr<BridgePort>>;

  Bridge& find_or_make(const std::string& name);
  std::vector<const PortConfig*> keep_ports(Bridge& bridge, BridgePorts& before);
  void check_interfaces_free(const BridgeConfig& config) const;
  std::unique_ptr<BridgePort> make_port(Bridge& bridge, const PortConfig& config,
                                        const LinkFinder& find_link);
  void forget_port(BridgePort& port);
  void connect(BridgePort& port);
  void disconnect(BridgePort& port);
  PortNo take_number();

  std::map<std::string, std::unique_ptr<Bridge>, std::less<>> bridges_;
  std::vector<BridgePort*> by_number_{nullptr};  // number 0 is nobody's
  std::vector<PortNo> unused_numbers_;
  std::unordered_map<IfIndex, BridgePort*> by_index_;
  std::unordered_map<std::string, BridgePort*> by_interface_;
  size_t links_ = 0;
  uint32_t next_id_ = 1;
};

}  // namespace flowbed::sw
