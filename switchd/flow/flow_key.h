/* The flow key: everything about a packet that a verdict may depend on, as nine 64-bit words.
 *
 * This header is plain C because the BPF programs extract and mask the same key; there is no other definition
 * of it.
 *
 * Header fields stand in network byte order, exactly as in the packet, so that extraction is copying.
 * `in_port` is the switch's own number in host order. Fields that a packet does not have are zero, and so is
 * all padding: keys are compared and hashed as words, and a byte left unwritten would make equal packets
 * differ.
 *
 * A mask has the same shape: a bit of the mask that is set says that this bit of the key matters. What the
 * words from FLOW_KEY_L3_WORD on mean depends on `eth_type`; a mask with a bit set there has all of
 * `eth_type` set as well. Extra mask bits are only slow; missing ones are wrong.
 *
 * Only the first `flow_key_words(key)` words can be other than zero: three for what is no IP, five for IPv4,
 * nine for IPv6. Comparing and hashing stop there; as `eth_type` is in the first word, equal keys agree on
 * where that is. */
#pragma once

#include <stdint.h>

#define FLOW_KEY_WORDS 9
#define FLOW_KEY_L3_WORD 4

enum flow_frag { FLOW_FRAG_NONE = 0, FLOW_FRAG_FIRST = 1, FLOW_FRAG_LATER = 3 };

struct flow_key_ipv4 {
  uint32_t src, dst;
};

struct flow_key_ipv6 {
  uint8_t src[16], dst[16];
  uint32_t label; /* 20 bits */
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
  uint32_t in_port;
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
  uint8_t ip_frag;         /* enum flow_frag */
  uint16_t tp_src, tp_dst; /* ports of TCP, UDP, SCTP; type and code of ICMP */
  /* words 4 … */
  union {
    struct flow_key_ipv4 ipv4;
    struct flow_key_ipv6 ipv6;
    struct flow_key_arp arp;
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
FLOW_KEY_ASSERT(sizeof(struct flow_key_ipv6) == 40);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, eth_dst) == 8);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, eth_src) == 16);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, ip_proto) == 24);
FLOW_KEY_ASSERT(__builtin_offsetof(struct flow_key_fields, ipv4) == FLOW_KEY_L3_WORD * 8);

#define FLOW_ETH_TYPE_IPV4 0x0800
#define FLOW_ETH_TYPE_ARP 0x0806
#define FLOW_ETH_TYPE_IPV6 0x86dd

/* `eth_type` as it stands in a key, compared without a swap at run time. */
static inline int flow_key_is(const struct flow_key* key, uint16_t type) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return key->f.eth_type == __builtin_bswap16(type);
#else
  return key->f.eth_type == type;
#endif
}

static inline unsigned flow_key_words(const struct flow_key* key) {
  if (flow_key_is(key, FLOW_ETH_TYPE_IPV4)) return 5;
  if (flow_key_is(key, FLOW_ETH_TYPE_IPV6)) return 9;
  if (flow_key_is(key, FLOW_ETH_TYPE_ARP)) return 7;
  return 3;
}
