// BPDUs of arbitrary bytes, and a spanning tree that hears them: never reads beyond the bytes, always comes
// to rest, and never has a port that forwards and may not.
//
// The input is a list of records: a port 0 … 3 and a length, one byte each, then a frame of that length. Port
// 0 is a second that passes.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "switchd/slowpath/stp/rstp.hh"

using namespace flowbed;
using namespace flowbed::sw;

namespace {

RstpConfig three_ports() {
  RstpConfig config;
  config.id = make_bridge_id(32768, MacAddress::from_uint64(0x0a0000000001));
  for (uint16_t port = 1; port <= 3; port++)
    config.ports[port] = {.link = 1, .enabled = true, .admin_edge = port == 3, .path_cost = 20'000};
  return config;
}

void check(const Rstp& bridge) {
  for (const auto& [number, port] : bridge.state().ports) {
    const bool may_forward = port.role == PortRole::kRoot || port.role == PortRole::kDesignated;
    if (port.forwarding && (!may_forward || !port.learning)) abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Rstp bridge;
  bridge.configure(three_ports());
  while (size >= 2) {
    const uint16_t port = data[0] % 4;
    const size_t length = std::min<size_t>(data[1], size - 2);
    const std::vector<uint8_t> frame(data + 2,
                                     data + 2 + length);  // exactly as long: reading past it is seen
    data += 2 + length;
    size -= 2 + length;
    if (port == 0) bridge.tick();
    if (const auto bpdu = parse_bpdu(frame); bpdu && port > 0) bridge.receive(port, *bpdu);
    check(bridge);
  }
  return 0;
}
