/* The flow key: everything about a packet that a verdict may depend on, as thirteen 64-bit words.
 *
 * This header is plain C because the BPF programs extract and mask the same key; there is no other definition
 * of it.
 *
 * Header fields stand in network byte order, exactly as in the packet, so that extraction is copying.
 * `in_port` is the switch's own number in host order, and so is `recirculation`: 0 for a packet that came in
 * at a port; else the slow path's number for how far it had got when actions took a header off (a tag, a
 * label) and what is below had to be read first. Fields that a packet does not have are zero, and so is
 * all padding: keys are compared and hashed as words, and a byte left unwritten would make equal packets
 * differ.
 *
 * A mask has the same shape: a bit of the mask that is set says that this bit of the key matters. What the
 * words from FLOW_KEY_L3_WORD on mean depends on `eth_type`; a mask with a bit set there has all of
 * `eth_type` set as well. Extra mask bits are only slow; missing ones are wrong.
 *
 * `eth_type` is that of the payload behind all VLAN tags; FLOW_MORE_TAGS tells that there are others below
 * the outermost.
 *
 * Only the first `flow_key_words(key)` words can be other than zero: four for what is no IP, five for IPv4,
 * nine for IPv6, thirteen for its neighbour discovery. Comparing and hashing stop there; as `eth_type` is in the first word, equal keys agree on
 * where that is. */
#pragma once

#include <stdint.h>

#define FLOW_KEY_WORDS 13
#define FLOW_KEY_L3_WORD 4

enum flow_frag { FLOW_FRAG_NONE = 0, FLOW_FRAG_FIRST = 1, FLOW_FRAG_LATER = 3 };
#define FLOW_FRAG_BITS 0x03
#define FLOW_MORE_TAGS 0x80

/* Bit of `vlan_tpid` that all types of tags have: 0x8100, 0x88a8, 0x9100. */
#define FLOW_VLAN_PRESENT 0x8000

/* What IPv6 extension headers there are, as OFPXMT_OFB_IPV6_EXTHDR has it (OpenFlow 1.3, 7.2.3.8). */
enum flow_ipv6_ext {
  FLOW_IPV6_NO_NEXT = 1 << 0,
  FLOW_IPV6_ESP = 1 << 1,
  FLOW_IPV6_AUTH = 1 << 2,
  FLOW_IPV6_DESTINATION = 1 << 3, /* one or two headers of destination options */
  FLOW_IPV6_FRAGMENT = 1 << 4,
  FLOW_IPV6_ROUTER = 1 << 5,
  FLOW_IPV6_HOP = 1 << 6,
  FLOW_IPV6_REPEATED = 1 << 7,
  FLOW_IPV6_ORDER = 1 << 8 /* not in the order that RFC 2460 prefers */
};

struct flow_key_ipv4 {
  uint32_t src, dst;
};

struct flow_key_ipv6 {
  uint8_t src[16], dst[16];
  uint32_t label; /* 20 bits */
  uint16_t extensions; /* enum flow_ipv6_ext */
  uint16_t zero1;
  uint8_t nd_target[16]; /* from here on: of neighbour solicitations and advertisements */
  uint8_t nd_sll[6];
  uint16_t zero2;
  uint8_t nd_tll[6];
  uint16_t zero3;
};

struct flow_key_mpls {
  uint32_t entry; /* the outermost: label (20 bits), traffic class (3), bottom of stack (1), TTL (8) */
  uint32_t zero;
};

struct flow_key_pbb {
  uint32_t service; /* I-TAG (802.1Q 9.7): priority (3 bits), drop eligible (1), UCA (1), reserved (3), I-SID */
  uint32_t zero;
};

struct flow_key_arp {
  uint32_t spa, tpa;
  uint8_t sha[6];
  uint16_t zero1;
  uint8_t tha[6];
  uint16_t zero2;
};

struct flow_key_fields {
  /* word 0 */
  uint16_t in_port;
  uint16_t recirculation;
  uint16_t eth_type; /* below 0x0600: a length; the frame is 802.3 */
  uint16_t vlan_tci; /* all 16 bits of the outermost tag */
  /* word 1 */
  uint8_t eth_dst[6];
  uint16_t vlan_tpid; /* 0: there is no tag */
  /* word 2 */
  uint8_t eth_src[6];
  uint16_t tcp_flags; /* the low 12 bits */
  /* word 3 */
  uint8_t ip_proto; /* of ARP: the operation */
  uint8_t ip_tos;
  uint8_t ip_ttl;
  uint8_t flags;           /* enum flow_frag, FLOW_MORE_TAGS */
  uint16_t tp_src, tp_dst; /* ports of TCP, UDP, SCTP; type and code of ICMP */
  /* words 4 … */
  union {
    struct flow_key_ipv4 ipv4;
    struct flow_key_ipv6 ipv6;
    struct flow_key_arp arp;
    struct flow_key_mpls mpls;
    struct flow_key_pbb pbb;
    uint64_t l3_words[FLOW_KEY_WORDS - FLOW_KEY_L3_WORD];
  };
};

struct flow_key {
  union {
    struct flow_key_fields f;
    uint64_t words[FLOW_KEY_WORDS];
  };
};

#ifdef __cplusplus
#define FLOW_KEY_ASSERT(condition) static_assert(condition, #condition)
#else
#define FLOW_KEY_ASSERT(condition) _Static_assert(condition, #condition)
#endif
FLOW_KEY_ASSERT(sizeof(struct flow_key) == FLOW_KEY_WORDS * 8);
FLOW_KEY_ASSERT(sizeof(struct flow_key_fields) == FLOW_KEY_WORDS * 8);
FLOW_KEY_ASSERT(sizeof(struct flow_key_ipv4) == 8);
FLOW_KEY_ASSERT(sizeof(struct flow_key_arp) == 24);
FLOW_KEY_ASSERT(sizeof(struct flow_key_ipv6) == 72);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, eth_dst) == 8);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, eth_src) == 16);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, ip_proto) == 24);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, ipv4) == FLOW_KEY_L3_WORD * 8);

#define FLOW_ETH_TYPE_IPV4 0x0800
#define FLOW_ETH_TYPE_ARP 0x0806
#define FLOW_ETH_TYPE_IPV6 0x86dd
#define FLOW_ETH_TYPE_MPLS 0x8847
#define FLOW_ETH_TYPE_MPLS_MULTICAST 0x8848
#define FLOW_ETH_TYPE_PBB 0x88e7
#define FLOW_IP_PROTO_ICMPV6 58
#define FLOW_ND_SOLICITATION 135
#define FLOW_ND_ADVERTISEMENT 136

/* A 16-bit number as it stands in a key, without a swap at run time for constants. */
static inline uint16_t flow_key_u16(uint16_t value) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return __builtin_bswap16(value);
#else
  return value;
#endif
}

static inline int flow_key_is(const struct flow_key* key, uint16_t type) {
  return key->f.eth_type == flow_key_u16(type);
}

static inline int flow_key_is_mpls(const struct flow_key* key) {
  return flow_key_is(key, FLOW_ETH_TYPE_MPLS) || flow_key_is(key, FLOW_ETH_TYPE_MPLS_MULTICAST);
}

static inline int flow_key_is_nd(const struct flow_key* key) {
  return flow_key_is(key, FLOW_ETH_TYPE_IPV6) && key->f.ip_proto == FLOW_IP_PROTO_ICMPV6 &&
         (key->f.tp_src == flow_key_u16(FLOW_ND_SOLICITATION) ||
          key->f.tp_src == flow_key_u16(FLOW_ND_ADVERTISEMENT));
}

static inline unsigned flow_key_words(const struct flow_key* key) {
  if (flow_key_is(key, FLOW_ETH_TYPE_IPV4)) return 5;
  if (flow_key_is(key, FLOW_ETH_TYPE_IPV6)) return flow_key_is_nd(key) ? 13 : 9;
  if (flow_key_is(key, FLOW_ETH_TYPE_ARP)) return 7;
  if (flow_key_is_mpls(key) || flow_key_is(key, FLOW_ETH_TYPE_PBB)) return 5;
  return 4;
}
