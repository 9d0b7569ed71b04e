#include "switchd/export/ipfix_message.hh"

#include <arpa/inet.h>

#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kVersion = 10, kTemplateSet = 2;
constexpr uint16_t kOther = 256, kIpv4 = 257, kIpv6 = 258;  // templates
constexpr size_t kHeaderSize = 16;
constexpr uint32_t kSeveral = 0xffffffff;

// An information element: its number in the registry, and how many bytes it has here.
struct Element {
  uint16_t id, size;
};

// The order is that in which the functions below write.
constexpr Element kCommon[] = {
    {138, 4},  // observationPointId
    {61, 1},   // flowDirection: 0, ingress
    {136, 1},  // flowEndReason
    {56, 6},   // sourceMacAddress
    {80, 6},   // destinationMacAddress
    {256, 2},  // ethernetType
    {58, 2},   // vlanId
    {10, 4},   // ingressInterface
    {14, 4},   // egressInterface
    {152, 8},  // flowStartMilliseconds
    {153, 8},  // flowEndMilliseconds
    {2, 8},    // packetDeltaCount
    {352, 8},  // layer2OctetDeltaCount
};
constexpr Element kOfIp[] = {
    {1, 8},   // octetDeltaCount
    {60, 1},  // ipVersion
    {4, 1},   // protocolIdentifier
    {5, 1},   // ipClassOfService
    {7, 2},   // sourceTransportPort
    {11, 2},  // destinationTransportPort
    {6, 2},   // tcpControlBits
};
constexpr Element kOfIpv4[] = {
    {8, 4},   // sourceIPv4Address
    {12, 4},  // destinationIPv4Address
    {32, 2},  // icmpTypeCodeIPv4
};
constexpr Element kOfIpv6[] = {
    {27, 16},  // sourceIPv6Address
    {28, 16},  // destinationIPv6Address
    {31, 4},   // flowLabelIPv6
    {139, 2},  // icmpTypeCodeIPv6
};

void write_template(DatagramWriter& out, uint16_t id, std::initializer_list<std::span<const Element>> parts) {
  size_t count = 0;
  for (const auto& part : parts) count += part.size();
  out.u16(id);
  out.u16(count);
  for (const auto& part : parts) {
    for (const Element& element : part) {
      out.u16(element.id);
      out.u16(element.size);
    }
  }
}

uint32_t egress_of(const Leaving& leaving) {
  if (!leaving.is_known || leaving.ports > 1) return kSeveral;
  return leaving.ports == 0 ? 0 : to_number(leaving.index);
}

void write_common(DatagramWriter& out, const FlowRecord& flow, const ReportTime& time, uint32_t point) {
  const flow_key_fields& key = flow.identity.key.f;
  out.u32(point);
  out.u8(0);
  out.u8(static_cast<uint8_t>(flow.end));
  out.raw(key.eth_src);
  out.raw(key.eth_dst);
  out.u16(ntohs(key.eth_type));
  out.u16(flow.identity.vlan);
  out.u32(to_number(flow.identity.in_index));
  out.u32(egress_of(flow.leaving));
  out.u64(time.calendar_ms(flow.first));
  out.u64(time.calendar_ms(flow.last));
  out.u64(flow.packets);
  out.u64(flow.frame_octets);
}

bool is_icmp(const flow_key_fields& key) { return key.ip_proto == kIcmp || key.ip_proto == kIcmp6; }

void write_ip(DatagramWriter& out, const FlowRecord& flow) {
  const flow_key_fields& key = flow.identity.key.f;
  out.u64(flow.octets);
  out.u8(flow.is_ipv4() ? 4 : 6);
  out.u8(key.ip_proto);
  out.u8(key.ip_tos);
  out.u16(is_icmp(key) ? 0 : ntohs(key.tp_src));
  out.u16(is_icmp(key) ? 0 : ntohs(key.tp_dst));
  out.u16(flow.tcp_flags);
}

uint16_t icmp_type_and_code(const flow_key_fields& key, uint8_t protocol) {
  if (key.ip_proto != protocol) return 0;
  return static_cast<uint16_t>(ntohs(key.tp_src) << 8 | ntohs(key.tp_dst));
}

void write_ipv4(DatagramWriter& out, const flow_key_fields& key) {
  out.u32(ntohl(key.ipv4.src));
  out.u32(ntohl(key.ipv4.dst));
  out.u16(icmp_type_and_code(key, kIcmp));
}

void write_ipv6(DatagramWriter& out, const flow_key_fields& key) {
  out.raw(key.ipv6.src);
  out.raw(key.ipv6.dst);
  out.u32(ntohl(key.ipv6.label));
  out.u16(icmp_type_and_code(key, kIcmp6));
}

}  // namespace

void IpfixMessage::add_templates() {
  close_set();
  open_set(kTemplateSet);
  write_template(body_, kOther, {kCommon});
  write_template(body_, kIpv4, {kCommon, kOfIp, kOfIpv4});
  write_template(body_, kIpv6, {kCommon, kOfIp, kOfIpv6});
  close_set();
}

void IpfixMessage::add(const FlowRecord& flow, const ReportTime& time) {
  const uint16_t id = flow.is_ipv4() ? kIpv4 : flow.is_ipv6() ? kIpv6 : kOther;
  if (open_set_ != id) {
    close_set();
    open_set(id);
  }
  records_++;
  write_common(body_, flow, time, point_);
  if (id == kOther) return;
  write_ip(body_, flow);
  if (id == kIpv4) return write_ipv4(body_, flow.identity.key.f);
  write_ipv6(body_, flow.identity.key.f);
}

void IpfixMessage::open_set(uint16_t id) {
  open_set_ = id;
  set_begin_ = body_.size();
  body_.u16(id);
  body_.u16(0);  // its length
}

void IpfixMessage::close_set() {
  if (open_set_ == 0) return;
  body_.patch_u16(set_begin_ + 2, body_.size() - set_begin_);
  open_set_ = 0;
}

Datagram IpfixMessage::finish(const IpfixHeader& header) {
  close_set();
  DatagramWriter out;
  out.u16(kVersion);
  out.u16(kHeaderSize + body_.size());
  out.u32(header.export_time);
  out.u32(header.sequence);
  out.u32(header.domain);
  out.raw(body_.bytes());
  body_ = {};
  records_ = 0;
  return out.take();
}

}  // namespace flowbed::sw
