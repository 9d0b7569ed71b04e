#include "switchd/export/sflow_exporter.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {

constexpr uint64_t kDefaultSpeed = 10'000'000'000;  // bit/s, as a veth pair says of itself

uint32_t output_of(const Leaving& leaving) {
  if (!leaving.is_known) return kSflowUnknown;
  if (leaving.ports == 0) return kSflowDropped;
  return leaving.ports == 1 ? to_number(leaving.index) : sflow_several(leaving.ports);
}

// The first bytes of the frame as it is on the wire, with its tag in line.
std::vector<uint8_t> first_bytes(const Packet& packet, size_t size) {
  std::vector<uint8_t> frame(packet.bytes.begin(), packet.bytes.begin() + static_cast<ptrdiff_t>(std::min(
                                                                              size, packet.bytes.size())));
  constexpr size_t kAddresses = 12;
  if (packet.vlan.present() && frame.size() >= kAddresses) {
    const uint8_t tag[kVlanTagSize] = {
        static_cast<uint8_t>(packet.vlan.tpid >> 8), static_cast<uint8_t>(packet.vlan.tpid),
        static_cast<uint8_t>(packet.vlan.tci >> 8), static_cast<uint8_t>(packet.vlan.tci)};
    frame.insert(frame.begin() + kAddresses, std::begin(tag), std::end(tag));
    frame.resize(std::min(size, frame.size()));
  }
  return frame;
}

}  // namespace

SflowExporter::SflowExporter(EventLoop& loop, DatagramSource& sockets, const SflowConfig& config,
                             uint64_t dpid, TimePoint now)
    : config_(config),
      sub_agent_(static_cast<uint32_t>(dpid)),
      started_(now),
      collectors_(loop, sockets, config.to),
      next_poll_(now) {}

void SflowExporter::sample(const PacketSample& sample) {
  const uint32_t source = to_number(sample.in.config.ifindex);
  const std::vector<uint8_t> header = first_bytes(sample.packet, config_.header);
  const size_t tag_size = sample.packet.vlan.present() ? kVlanTagSize : 0;
  if (!datagram_.has_room(header.size())) flush(monotonic_now());
  packet_samples_++;
  datagram_.add(SflowPacketSample{.sequence = ++sources_[source].packet_samples,
                                  .source = source,
                                  .one_in = config_.sampling,
                                  .pool = static_cast<uint32_t>(sample.pool),
                                  .drops = 0,
                                  .input = source,
                                  .output = output_of(sample.leaving),
                                  .frame_size = static_cast<uint32_t>(sample.packet.bytes.size() + tag_size),
                                  .header = header,
                                  .in = sample.packet.vlan,
                                  .out = sample.leaving.ports == 1 ? sample.leaving.tag : VlanTag{}});
}

void SflowExporter::tick(const SlowPath& slow_path, const Bridge& bridge, TimePoint now) {
  if (config_.polling > Duration{} && now >= next_poll_ && collectors_.is_any_open()) {
    next_poll_ = now + config_.polling;
    for (const auto& port : bridge.ports) {
      if (!datagram_.has_room(0)) flush(now);
      add_counters(slow_path, *port);
    }
  }
  flush(now);
}

void SflowExporter::add_counters(const SlowPath& slow_path, const BridgePort& port) {
  const PortTotals totals = slow_path.totals(port);
  const uint32_t source = to_number(port.config.ifindex);
  counter_samples_++;
  datagram_.add(SflowCounterSample{.sequence = ++sources_[source].counter_samples,
                                   .source = source,
                                   .speed = port.config.rate.value_or(kDefaultSpeed),
                                   .is_up = port.link.up,
                                   .in_octets = totals.rx.bytes,
                                   .out_octets = totals.tx.bytes,
                                   .in_packets = static_cast<uint32_t>(totals.rx.packets),
                                   .out_packets = static_cast<uint32_t>(totals.tx.packets),
                                   .in_discards = static_cast<uint32_t>(totals.rx.dropped),
                                   .out_discards = static_cast<uint32_t>(totals.tx.dropped)});
}

void SflowExporter::flush(TimePoint now) {
  if (datagram_.is_empty()) return;
  const auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_).count();
  collectors_.send(datagram_.finish({.agent = collectors_.local_address(),
                                     .sub_agent = sub_agent_,
                                     .sequence = ++sequence_,
                                     .uptime_ms = static_cast<uint32_t>(uptime)}));
}

}  // namespace flowbed::sw
