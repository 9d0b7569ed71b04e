// PacketEditor: a packet that actions change as it goes from one to the next.
//
// The bytes that it is given belong to somebody else: to the receive ring, or to another editor. They may
// also wait for the output's flush. So the first change makes a copy, with room in front for headers, and so
// does the first change after `lend`. Making an editor, and giving a tag to a packet without one or taking
// off the only one, copies nothing.
//
// Every change keeps the packet whole: checksums of IPv4, TCP, UDP, SCTP and ICMP follow (also unfinished
// ones, of which the field holds the pseudo-header's sum), as do the offsets in the offload header, and
// `wire`. A change of what the packet does not have does nothing.
#pragma once

#include "switchd/packet/edit_memory.hh"
#include "switchd/packet/headers.hh"
#include "switchd/packet/packet.hh"
#include "switchd/packet/segment.hh"

namespace flowbed::sw {

class PacketEditor {
 public:
  PacketEditor(const Packet& packet, EditMemory& memory) : packet_(packet), memory_(&memory) {}

  const Packet& packet() const { return packet_; }
  // The packet for someone who may keep its bytes until the output's flush.
  const Packet& lend() {
    lent_ = true;
    return packet_;
  }
  // The `index`th of the packets into which this super-packet is cut.
  PacketEditor segment(const Segmenter& cut, size_t index);
  // The same packet, to be changed without changing this one.
  PacketEditor copy() {
    PacketEditor other(lend(), *memory_);
    other.headers_ = headers_;
    other.headers_known_ = headers_known_;
    return other;
  }
  const Headers& headers() {
    if (!headers_known_) headers_ = find_headers(packet_.bytes);
    headers_known_ = true;
    return headers_;
  }

  void push_vlan(VlanTag tag) {
    if (packet_.vlan.present() || has_tag_in_line()) write_tag_in_line();
    set_vlan(packet_, tag);
  }
  void pop_vlan() {
    if (packet_.vlan.present() && !has_tag_in_line()) return set_vlan(packet_, {});
    pop_vlan_before_another();
  }
  void set_tci(uint16_t value, uint16_t mask);
  // Right behind the Ethernet header, before VLAN tags (OpenFlow 1.3, 5.12).
  void push_mpls(uint16_t eth_type, uint32_t entry);
  void pop_mpls(uint16_t eth_type);  // `eth_type`: of what is below
  // Between the outermost label and what is below it: another label, or IP.
  void copy_ttl_out();
  void copy_ttl_in();
  // The packet as it is, tags and all, becomes the customer's within a backbone frame with the same
  // addresses. A super-packet must be cut before (see segment.hh); so must it for push_mpls.
  void push_pbb(uint32_t service);
  void pop_pbb();  // leaves the backbone's own tags, if there are any

  // What a change of 16 bits of a header means for checksums.
  enum class Covered : uint8_t {
    kNot,
    kNetwork,       // by IPv4's header checksum
    kTransport,     // by that of the transport header, of which it is a part
    kPseudoHeader,  // by that of the transport header
    kBoth,          // by IPv4's header checksum and by that of the transport header
  };
  // Changes the bits of `mask` in the 16 bits at `offset`, which are within the packet.
  void change(size_t offset, uint16_t value, uint16_t mask, Covered covered);

  // Raises the drop precedence of assured forwarding (RFC 2597), at most to the highest; other packets stay.
  void raise_drop_precedence(uint8_t steps);

 private:
  static constexpr size_t kHeadroom = 64;  // for what is pushed on the way; more takes another copy

  bool has_tag_in_line() const {
    return packet_.bytes.size() >= kEthernetHeaderSize + kVlanTagSize &&
           is_vlan_type(read_u16(&packet_.bytes[12]));
  }
  void write_tag_in_line();
  void take_tag_out_of_line();
  void pop_vlan_before_another();

  size_t ttl_below_label();                     // where it is, from the packet's beginning; 0: nowhere
  uint8_t* writable(size_t room_in_front = 0);  // the packet's bytes
  uint8_t* insert(size_t offset, size_t size);  // returns where; what was behind `offset` stays in place
  void remove(size_t offset, size_t size);
  void shape_changed();

  void fix_network_checksum(uint16_t before, uint16_t after);
  void fix_transport_checksum(uint16_t before, uint16_t after, Covered covered);
  uint8_t* transport_checksum();
  // In a tunnel, the unfinished checksum may be one farther in; the outer one then is as if that were
  // finished.
  bool is_unfinished() {
    return packet_.offload.needs_checksum() && packet_.offload.csum_start == headers().transport;
  }
  void change_sctp(size_t offset, uint16_t value);

  Packet packet_;
  EditMemory* memory_;
  uint8_t* own_ = nullptr;    // == packet_.bytes.data() when the bytes are a copy of ours
  size_t room_in_front_ = 0;  // of that copy
  bool lent_ = false;
  bool headers_known_ = false;
  Headers headers_;
};

}  // namespace flowbed::sw
