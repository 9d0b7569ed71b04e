// Packets of every shape with random values in their headers, all lengths and checksums right.
#pragma once

#include <random>

#include "tests/switchd/checksums.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {

// What stays the same when headers are set.
struct Shape {
  uint16_t eth_type = 0x0800;
  int tags_in_line = 0;
  bool tag_out_of_band = false;
  uint8_t proto = 6;
  uint8_t nd_type = 0;  // of ICMPv6: 135, 136, or another if 0
  bool ipv4_options = false, extensions = false, rerouted = false;
  bool first_fragment = false, later_fragment = false;
  bool unfinished = false, no_checksum = false;
  size_t payload = 0, padding = 0;
};

inline Shape random_shape(std::mt19937& random) {
  constexpr uint16_t kTypes[] = {0x0800, 0x0800, 0x0800, 0x86dd, 0x86dd,
                                 0x86dd, 0x0806, 0x8847, 0x88e7, 0x88cc};
  constexpr uint8_t kIpv4Protocols[] = {6, 17, 132, 1, 47}, kIpv6Protocols[] = {6, 17, 132, 58, 58};
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  Shape shape;
  shape.eth_type = kTypes[random() % std::size(kTypes)];
  shape.tag_out_of_band = one_in(2);
  if (shape.tag_out_of_band) shape.tags_in_line = static_cast<int>(random() % 3);
  const bool ipv6 = shape.eth_type == 0x86dd;
  const size_t proto = random() % 5;
  shape.proto = ipv6 ? kIpv6Protocols[proto] : kIpv4Protocols[proto];
  if (shape.proto == 58 && !one_in(3)) shape.nd_type = one_in(2) ? 135 : 136;
  shape.ipv4_options = one_in(4);
  shape.extensions = one_in(3);
  shape.rerouted = shape.extensions && one_in(2);
  if (shape.proto != 132 && !shape.nd_type) shape.first_fragment = one_in(8);
  shape.later_fragment = !shape.first_fragment && one_in(8);
  if (shape.proto == 6 || shape.proto == 17) shape.unfinished = one_in(3);
  shape.no_checksum = shape.proto == 17 && !shape.unfinished && one_in(4);
  shape.payload = random() % 100;
  shape.padding = one_in(3) ? random() % 20 : 0;
  return shape;
}

struct BuiltPacket {
  std::vector<uint8_t> bytes;
  VlanTag vlan;
  OffloadHeader offload;
  Layout layout;

  Packet view() const {
    Packet packet{.bytes = bytes, .vlan = vlan, .offload = offload, .wire = {}};
    packet.wire = wire_size(packet);
    return packet;
  }
};

// Builds packets of one shape; each with values of its own from `random`, and the same payload.
class PacketBuilder {
 public:
  explicit PacketBuilder(const Shape& shape) : shape_(shape) {}

  BuiltPacket build(std::mt19937& random) {
    random_ = &random;
    built_ = {};
    out_ = {};
    fill(12);
    if (shape_.tag_out_of_band) built_.vlan = {kEtherTypeVlan, number16()};
    for (int i = 0; i < shape_.tags_in_line; i++) out_.u16(0x8100).u16(100u + static_cast<unsigned>(i));
    out_.u16(shape_.eth_type);
    add_network();
    if (built_.layout.end == 0) add_payload();
    out_.zeros(shape_.padding);
    built_.bytes = out_.get();
    if (built_.layout.network) finish_ip(built_.bytes, built_.layout);
    return built_;
  }

 private:
  uint16_t number16() { return static_cast<uint16_t>((*random_)()); }
  void fill(size_t size) {
    for (size_t i = 0; i < size; i++) out_.u8((*random_)() & 0xff);
  }
  void add_payload() {
    for (size_t i = 0; i < shape_.payload; i++) out_.u8(static_cast<unsigned>(i * 7) & 0xff);
  }

  void add_network() {
    switch (shape_.eth_type) {
      case 0x0800:
        return add_ipv4();
      case 0x86dd:
        return add_ipv6();
      case 0x0806:
        out_.u16(1).u16(0x0800).u8(6).u8(4).u8(0);
        return fill(21);
      case 0x8847:
        return fill(4);
      case 0x88e7:
        fill(4);
        out_.zeros(12).u16(0x88cc);
    }
  }

  void add_ipv4() {
    const size_t words = shape_.ipv4_options ? 8 : 5;
    built_.layout.network = out_.get().size();
    out_.u8(0x40u | static_cast<unsigned>(words));
    fill(1);
    out_.u16(0).u16(0x1234).u16(shape_.first_fragment ? 0x2000 : shape_.later_fragment ? 0x0010 : 0x4000);
    fill(1);
    out_.u8(shape_.proto).u16(0);
    fill(8);
    for (size_t i = 5; i < words; i++) out_.u32(0x01010101);
    add_transport();
  }

  void add_ipv6() {
    built_.layout.network = out_.get().size();
    const bool fragment = shape_.first_fragment || shape_.later_fragment;
    const unsigned last = fragment ? 44u : shape_.proto;
    out_.u8(0x60u | ((*random_)() & 15));
    fill(3);
    out_.u16(0).u8(shape_.extensions ? 0 : last);
    fill(33);
    if (shape_.extensions) {
      out_.u8(43).u8(0).zeros(6);
      out_.u8(last).u8(2).u8(0).u8(shape_.rerouted).zeros(20);
      built_.layout.final_destination = !shape_.rerouted;
    }
    if (fragment) out_.u8(shape_.proto).u8(0).u16(shape_.first_fragment ? 1 : 0x0040).u32(7);
    add_transport();
  }

  void add_transport() {
    if (!shape_.later_fragment && shape_.proto != 47) {
      built_.layout.transport = out_.get().size();
      built_.layout.proto = shape_.proto;
      add_transport_header();
    }
    add_payload();
    built_.layout.end = out_.get().size();
    if (built_.layout.transport == 0) return;
    built_.layout.no_checksum = shape_.no_checksum;
    if (!shape_.unfinished) return;
    built_.layout.unfinished = true;
    built_.offload.flags = OffloadHeader::kNeedsChecksum;
    built_.offload.csum_start = static_cast<uint16_t>(built_.layout.transport);
    built_.offload.csum_offset = shape_.proto == 6 ? 16 : 6;
  }

  void add_transport_header() {
    switch (shape_.proto) {
      case 6:
        fill(4);
        out_.u32(1).u32(2).u16(0x5018).u16(100).u16(0).u16(0);
        return;
      case 17:
        fill(4);
        out_.u32(0);
        return;
      case 132:
        fill(4);
        out_.u32(77).u32(0);
        return;
      case 58:
        if (shape_.nd_type) return add_nd();
        [[fallthrough]];
      default:
        out_.u8((*random_)() & 0x7f);
        fill(1);
        out_.u16(0).u32(0);
    }
  }

  void add_nd() {
    out_.u8(shape_.nd_type).u8(0).u16(0).u32(0);
    fill(16);
    out_.u8(5).u8(1).zeros(6);
    out_.u8(shape_.nd_type == 135 ? 1 : 2).u8(1);
    fill(6);
  }

  Shape shape_;
  std::mt19937* random_ = nullptr;
  Bytes out_;
  BuiltPacket built_;
};

}  // namespace flowbed::sw
