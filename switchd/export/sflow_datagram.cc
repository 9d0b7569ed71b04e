#include "switchd/export/sflow_datagram.hh"

namespace flowbed::sw {
namespace {

constexpr uint32_t kVersion = 5, kIpv4 = 1, kIpv6 = 2;
constexpr uint32_t kFlowSample = 1, kCountersSample = 2;    // formats of samples
constexpr uint32_t kRawHeader = 1, kExtendedSwitch = 1001;  // of flow records
constexpr uint32_t kInterfaceCounters = 1;                  // of counter records
constexpr uint32_t kEthernet = 1, kEthernetCsmacd = 6, kFullDuplex = 1;
constexpr uint32_t kCheckSequenceSize = 4, kNotCounted = 0xffffffff;

// Writes what `write` does, with its format and its length in front.
template <class Write>
void enclose(DatagramWriter& out, uint32_t format, Write write) {
  out.u32(format);
  out.u32(0);
  const size_t begin = out.size();
  write();
  out.patch_u32(begin - 4, out.size() - begin);
}

void write_raw_header(DatagramWriter& out, const SflowPacketSample& sample) {
  out.u32(kEthernet);
  out.u32(sample.frame_size + kCheckSequenceSize);
  out.u32(kCheckSequenceSize);  // stripped
  out.u32(sample.header.size());
  out.raw(sample.header);
  out.pad_to(4);
}

void write_tags(DatagramWriter& out, const SflowPacketSample& sample) {
  for (const VlanTag& tag : {sample.in, sample.out}) {
    out.u32(tag.vid());
    out.u32(tag.tci >> 13);
  }
}

void write_counters(DatagramWriter& out, const SflowCounterSample& sample) {
  const auto direction = [&](uint64_t octets, uint32_t packets, uint32_t discards) {
    out.u64(octets);
    out.u32(packets);
    out.u32(kNotCounted);  // multicast
    out.u32(kNotCounted);  // broadcast
    out.u32(discards);
    out.u32(0);  // errors
  };
  out.u32(sample.source);
  out.u32(kEthernetCsmacd);
  out.u64(sample.speed);
  out.u32(kFullDuplex);
  out.u32(sample.is_up ? 3 : 1);  // administratively and in fact
  direction(sample.in_octets, sample.in_packets, sample.in_discards);
  out.u32(kNotCounted);  // unknown protocols
  direction(sample.out_octets, sample.out_packets, sample.out_discards);
  out.u32(0);  // not promiscuous
}

}  // namespace

void SflowDatagram::add(const SflowPacketSample& sample) {
  samples_++;
  enclose(body_, kFlowSample, [&] {
    for (const uint32_t number : {sample.sequence, sample.source, sample.one_in, sample.pool, sample.drops,
                                  sample.input, sample.output})
      body_.u32(number);
    body_.u32(2);  // records
    enclose(body_, kRawHeader, [&] { write_raw_header(body_, sample); });
    enclose(body_, kExtendedSwitch, [&] { write_tags(body_, sample); });
  });
}

void SflowDatagram::add(const SflowCounterSample& sample) {
  samples_++;
  enclose(body_, kCountersSample, [&] {
    body_.u32(sample.sequence);
    body_.u32(sample.source);
    body_.u32(1);  // records
    enclose(body_, kInterfaceCounters, [&] { write_counters(body_, sample); });
  });
}

Datagram SflowDatagram::finish(const SflowHeader& header) {
  DatagramWriter out;
  out.u32(kVersion);
  out.u32(header.agent.v6 ? kIpv6 : kIpv4);
  out.raw(std::span(header.agent.bytes).first(header.agent.size()));
  out.u32(header.sub_agent);
  out.u32(header.sequence);
  out.u32(header.uptime_ms);
  out.u32(samples_);
  out.raw(body_.bytes());
  body_ = {};
  samples_ = 0;
  return out.take();
}

}  // namespace flowbed::sw
