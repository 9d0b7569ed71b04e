// Frames that come in flows: from few values a field, so that rules written in the same values meet them, and
// the next frame often differs from an earlier one in a single field.
#pragma once

#include <random>
#include <vector>

#include "tests/switchd/checksums.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {

struct FrameSpec {
  enum Kind { kIpv4, kIpv6, kArp, kOther };
  Kind kind = kIpv4;
  unsigned dst = 1, src = 2;
  std::vector<unsigned> tags = {};  // TCIs, outermost first
  bool backbone = false;            // PBB
  unsigned service = 1;
  std::vector<uint32_t> labels = {};  // MPLS: label << 12 | tc << 9 | ttl
  unsigned source = 1, destination = 2, tos = 0, ttl = 64, fragment = 0, protocol = 6;
  unsigned sport = 1, dport = 80, flags = 2;
  size_t payload = 20;

  std::vector<uint8_t> build() const {
    Bytes out = ethernet(mac(dst), mac(src), 0);
    std::vector<uint8_t> head = out.get();
    head.resize(12);
    out = Bytes().add(head);
    for (const unsigned tci : tags) out.u16(0x8100).u16(tci);
    if (backbone) out.u16(0x88e7).u32(service).mac(mac(dst)).mac(mac(src));
    if (!labels.empty()) out.u16(0x8847);
    for (size_t i = 0; i < labels.size(); i++) out.u32(labels[i] | (i + 1 == labels.size() ? 0x100u : 0u));
    constexpr unsigned kTypes[] = {0x0800, 0x86dd, 0x0806, 0x88b5};
    if (labels.empty()) out.u16(kTypes[kind]);
    return add_network(std::move(out));
  }

 private:
  static std::string mac(unsigned number) {
    if (number == 9) return std::string(kBroadcast);
    return "00:00:00:00:00:0" + std::to_string(number);
  }

  std::vector<uint8_t> add_network(Bytes out) const {
    Layout at{.network = out.get().size(), .proto = static_cast<uint8_t>(protocol)};
    if (kind == kArp) {
      out.u16(1).u16(0x0800).u8(6).u8(4).u16(1 + dport % 2).mac(mac(src)).u32(0x0a000000 + source);
      return out.mac(mac(dst)).u32(0x0a000000 + destination).zeros(18).get();
    }
    if (kind == kOther) return out.zeros(50).get();
    if (kind == kIpv4) {
      out.u8(0x45).u8(tos).u16(0).u16(0x1234).u16(fragment == 1 ? 0x2000 : fragment == 2 ? 0x0010 : 0x4000);
      out.u8(ttl).u8(protocol == 58 ? 1 : protocol).u16(0).u32(0x0a000000 + source);
      out.u32(0x0a000000 + destination);
      if (at.proto == 58) at.proto = 1;
    } else {
      if (at.proto == 1) at.proto = 58;
      out.u32(0x60000000 | tos << 20 | (sport % 4)).u16(0).u8(fragment ? 44 : at.proto).u8(ttl);
      out.u16(0xfd00).zeros(13).u8(source).u16(0xfd00).zeros(13).u8(destination);
      if (fragment) out.u8(at.proto).u8(0).u16(fragment == 1 ? 1 : 0x0040).u32(7);
    }
    return add_transport(std::move(out), at);
  }

  std::vector<uint8_t> add_transport(Bytes out, Layout at) const {
    if (fragment != 2) {
      at.transport = out.get().size();
      if (at.proto == 6) {
        out = tcp(std::move(out), sport, dport, flags);
      } else if (at.proto == 17) {
        out = udp(std::move(out), sport, dport);
      } else if (at.proto == 58 && dport == 81) {
        out.u8(135).u8(0).u16(0).u32(0).u16(0xfd00).zeros(13).u8(destination).u8(1).u8(1).mac(mac(src));
      } else {
        out.u8(sport % 2 ? 8 : 0).u8(0).u16(0).u32(0);
      }
    }
    out.zeros(payload);
    at.end = out.get().size();
    std::vector<uint8_t> bytes = out.get();
    finish_ip(bytes, at);
    return bytes;
  }
};

class RandomFrames {
 public:
  explicit RandomFrames(std::mt19937& random) : random_(random) {}

  FrameSpec next() {
    if (known_.empty() || pick(6) == 0) return keep(fresh());
    FrameSpec spec = known_[pick(known_.size())];
    if (pick(2) == 0) return spec;
    change(spec);
    return keep(spec);
  }

 private:
  unsigned pick(size_t below) { return static_cast<unsigned>(random_() % below); }
  template <class Value, size_t N>
  Value one_of(const Value (&values)[N]) {
    return values[pick(N)];
  }

  FrameSpec keep(const FrameSpec& spec) {
    constexpr size_t kFlows = 40;
    if (known_.size() < kFlows) {
      known_.push_back(spec);
    } else {
      known_[pick(kFlows)] = spec;
    }
    return spec;
  }

  FrameSpec fresh() {
    FrameSpec spec;
    for (int i = 0; i < 20; i++) change(spec);
    return spec;
  }

  void change(FrameSpec& spec) {
    using enum FrameSpec::Kind;
    switch (pick(17)) {
      case 0:
        spec.kind = one_of({kIpv4, kIpv4, kIpv4, kIpv6, kIpv6, kArp, kOther});
        break;
      case 1:
        spec.dst = one_of({1u, 2u, 3u, 4u, 9u});
        break;
      case 2:
        spec.src = 1 + pick(4);
        break;
      case 3:
        spec.tags.resize(pick(2) ? 0 : pick(3));
        for (unsigned& tci : spec.tags) tci = pick(3) | pick(2) << 13;
        break;
      case 4:
        spec.backbone = pick(8) == 0;
        spec.service = 1 + pick(2);
        break;
      case 5:
        spec.labels.resize(pick(4) ? 0 : pick(3));
        for (uint32_t& label : spec.labels)
          label = (16 + pick(2)) << 12 | pick(2) << 9 | one_of({1u, 2u, 64u});
        break;
      case 6:
      case 7:
        spec.source = 1 + pick(4);
        break;
      case 8:
      case 9:
        spec.destination = 1 + pick(4);
        break;
      case 10:
        spec.tos = one_of({0u, 0x28u, 0x2eu, 0x30u});
        break;
      case 11:
        spec.ttl = one_of({0u, 1u, 2u, 64u, 64u});
        break;
      case 12:
        spec.fragment = pick(3) ? 0 : pick(3);
        break;
      case 13:
        spec.protocol = one_of({6u, 6u, 17u, 17u, 58u, 47u});
        break;
      case 14:
        spec.sport = 1 + pick(4);
        break;
      case 15:
        spec.dport = one_of({80u, 81u, 443u, 8080u});
        break;
      default:
        spec.flags = one_of({2u, 0x10u, 0x11u, 0x12u});
        spec.payload = pick(2) ? 20 : 100;
    }
  }

  std::mt19937& random_;
  std::vector<FrameSpec> known_;
};

}  // namespace flowbed::sw
