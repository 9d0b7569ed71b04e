// Segmenter: cuts a super-packet into the packets that it stands for, with finished checksums.
//
// Else the kernel does that, or nobody: a super-packet travels whole between hosts of one machine. But the
// kernel cannot when there is a header that it does not know in between (MPLS, PBB), and a meter must judge
// what a real switch would see.
#pragma once

#include "switchd/packet/headers.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

class Segmenter {
 public:
  // `packet` and its bytes stay as they are while this exists.
  explicit Segmenter(const Packet& packet);

  // 0: this is no super-packet that can be cut; those of TCP and UDP over IPv4 and IPv6 can.
  size_t count() const { return count_; }
  size_t size(size_t index) const;
  // Into `storage`, of that size.
  Packet write(size_t index, std::span<uint8_t> storage) const;

  // Some of them as one packet, which is a super-packet again if they are several: its headers, in the
  // storage that was given, and its payload, where it always was. The checksum is left unfinished.
  struct Run {
    Packet packet;  // its headers only, but `wire` counts all
    std::span<const uint8_t> payload;
  };
  size_t header_size() const { return header_size_; }
  // `storage` has header_size() bytes.
  Run run(size_t first, size_t count, std::span<uint8_t> storage) const;

 private:
  bool has_right_headers(uint8_t gso_type) const;
  size_t payload_size(size_t index) const;
  void finish_network(size_t index, uint8_t* ip, size_t length) const;
  void finish_tcp(size_t first, size_t count, uint8_t* tcp) const;
  void finish_headers(size_t first, size_t count, std::span<uint8_t> headers, size_t payload) const;
  uint16_t pseudo_sum(std::span<const uint8_t> headers, size_t payload) const;
  uint16_t checksum_offset() const;  // in the transport header
  uint8_t* checksum_in(std::span<uint8_t> headers) const;

  const Packet& packet_;
  Headers headers_;
  size_t header_size_ = 0;  // of all headers, which each segment repeats
  size_t count_ = 0;
};

}  // namespace flowbed::sw
