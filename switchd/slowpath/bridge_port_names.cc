#include "switchd/slowpath/bridge_port_names.hh"

namespace flowbed::sw {

PortNames port_names(const Bridge& bridge) {
  return {.find = [&bridge](std::string_view name) -> std::optional<OfPort> {
            const BridgePort* port = bridge.find_port(name);
            if (!port) return std::nullopt;
            return port->config.number;
          },
          .name =
              [&bridge](OfPort number) {
                const BridgePort* port = bridge.find_port(number);
                return port ? port->config.name : std::string();
              }};
}

}  // namespace flowbed::sw
