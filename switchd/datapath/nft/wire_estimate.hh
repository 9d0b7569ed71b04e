// What the kernel's counters mean on the wire.
//
// The kernel counts a super-packet as one packet, with one set of headers, and none of the link layer. Where
// the packets of a flow are larger than the MTU on average they were super-packets of TCP, whose segments are
// as large as the MTU allows. This is exact for bulk transfers; a mixture of small packets and super-packets
// is taken for fewer packets than there were.
#pragma once

#include "switchd/datapath/datapath.hh"

namespace flowbed::sw {

struct FlowHeaders {
  uint32_t link = kEthernetHeaderSize;  // bytes that the kernel does not count
  uint32_t above = 0;                   // of IP and TCP, in each segment
};
FlowHeaders headers_of(const FlowKey& key);

// `packets` of together `bytes`, from the network header on. `mtu`: of the interface by which they came.
Counters estimate_on_wire(uint64_t packets, uint64_t bytes, const FlowHeaders& headers, uint32_t mtu);

}  // namespace flowbed::sw
