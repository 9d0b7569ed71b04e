#include "tests/switchd/slowpath/random_rules.hh"

namespace flowbed::sw {

std::string RandomRules::transport_port() {
  constexpr const char* kPorts[] = {"80", "81", "443", "8080", "1", "2"};
  return one_of(kPorts);
}

std::string RandomRules::common_field() {
  switch (pick(13)) {
    case 0:
    case 1:
      return "in_port=" + port();
    case 2:
      return "dl_src=" + mac();
    case 3:
      return "dl_dst=" + mac();
    case 4:
      return one_in(2) ? "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00"
                       : "dl_src=00:00:00:00:00:00/00:00:00:00:00:01";
    case 5:
      return "dl_vlan=" + number(3);
    case 6: {
      constexpr const char* kTags[] = {"vlan_tci=0x0000", "vlan_tci=0x1000/0x1000", "vlan_tci=0x0001/0x0fff",
                                       "vlan_tci=0x2000/0xe000", "vlan_tci=0x1001/0x1001"};
      return one_of(kTags);
    }
    case 7:
      return "metadata=" + number(4) + (one_in(2) ? "/1" : "");
    case 8:
      return "tun_id=" + number(3);
    default:
      return "reg" + number(2) + "=" + number(4) + (one_in(2) ? "/2" : "");
  }
}

std::string RandomRules::ip_field() {
  constexpr const char* kFragments[] = {"no", "yes", "first", "later", "not_later"};
  constexpr const char* kTtls[] = {"1", "2", "63", "64"};
  switch (pick(5)) {
    case 0:
      return "ip_frag=" + one_of(kFragments);
    case 1:
      return "nw_ttl=" + one_of(kTtls);
    case 2:
      return "nw_ecn=" + number(3);
    case 3:
      return "ip_dscp=" + number(13);
    default:
      return "nw_ttl=64";
  }
}

std::string RandomRules::field(Protocol protocol) {
  constexpr const char* kMasks[] = {"", "/31", "/30", "/24", "/255.0.0.1", "/8"};
  constexpr const char* kMasks6[] = {"", "/127", "/126", "/64", "/ffff::1"};
  constexpr const char* kFlags[] = {"+syn", "-syn", "+ack-fin", "+fin"};
  const bool v4 = protocol >= kIp && protocol <= kIcmp, v6 = protocol >= kIpv6 && protocol <= kNd;
  const bool with_ports = protocol == kTcp || protocol == kUdp || protocol == kTcp6 || protocol == kUdp6;
  if (one_in(3)) return common_field();
  if ((v4 || v6) && one_in(4)) return ip_field();
  if (with_ports && one_in(2)) {
    if ((protocol == kTcp || protocol == kTcp6) && one_in(4)) return "tcp_flags=" + one_of(kFlags);
    return (one_in(2) ? "tp_src=" : "tp_dst=") + transport_port() + (one_in(4) ? "/0xfff1" : "");
  }
  if (v4) return (one_in(2) ? "nw_src=" : "nw_dst=") + address() + one_of(kMasks);
  if (protocol == kNd && one_in(2)) return "nd_target=" + address6();
  if (v6) {
    if (one_in(6)) return "ipv6_label=" + number(4);
    return (one_in(2) ? "ipv6_src=" : "ipv6_dst=") + address6() + one_of(kMasks6);
  }
  if (protocol == kArp)
    return one_in(3) ? "arp_op=" + number(3) : (one_in(2) ? "arp_spa=" : "arp_tpa=") + address();
  if (protocol == kMpls) {
    if (one_in(3)) return "mpls_bos=" + number(2);
    return one_in(2) ? "mpls_label=" + std::to_string(16 + pick(2)) : "mpls_tc=" + number(2);
  }
  if (protocol == kPbb) return "pbb_isid=" + number(3);
  return common_field();
}

std::string RandomRules::match(Protocol protocol) {
  constexpr const char* kWords[] = {"",
                                    "ip",
                                    "tcp",
                                    "udp",
                                    "icmp",
                                    "arp",
                                    "ipv6",
                                    "tcp6",
                                    "udp6",
                                    "icmp6",
                                    "icmp6,icmpv6_type=135",
                                    "mpls",
                                    "dl_type=0x88e7"};
  std::string text = kWords[protocol];
  for (unsigned i = pick(4); i > 0; i--) {
    const std::string more = field(protocol);
    const std::string name = more.substr(0, more.find('='));
    // A field stands there once; one that shares bits with another does not stand beside it.
    const bool tag = name == "dl_vlan" || name == "vlan_tci";
    if (text.find(name + "=") != std::string::npos || (tag && text.find("vlan") != std::string::npos))
      continue;
    text += (text.empty() ? "" : ",") + more;
  }
  return text;
}

std::string RandomRules::learn() {
  constexpr const char* kTimes[] = {"", "idle_timeout=2,", "hard_timeout=3,",
                                    "idle_timeout=3,hard_timeout=5,", "idle_timeout=4,fin_idle_timeout=1,"};
  constexpr const char* kSpecs[] = {
      "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]",
      "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15]",
      "NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_SRC[],load:0x3->NXM_NX_REG1[]",
      "NXM_OF_IN_PORT[],load:NXM_OF_ETH_SRC[0..7]->NXM_NX_REG1[0..7]",
      "NXM_OF_ETH_SRC[],load:NXM_NX_REG0[0..1]->NXM_NX_REG1[0..1]",
  };
  const std::string kind = number(std::size(kSpecs));
  const std::string cookie = one_in(3) ? "cookie=0x" + std::to_string(70 + pick(2)) + "," : "";
  return "learn(table=" + std::to_string(1 + pick(kTables - 1)) + "," + one_of(kTimes) + cookie +
         (one_in(4) ? "delete_learned," : "") + (one_in(4) ? "send_flow_rem," : "") +
         "priority=" + std::to_string(60000 + std::stoi(kind)) + "," + kSpecs[std::stoi(kind)] + ")";
}

std::string RandomRules::common_action() {
  constexpr const char* kReserved[] = {"NORMAL", "FLOOD",  "ALL",           "IN_PORT",
                                       "LOCAL",  "NORMAL", "CONTROLLER:20", "CONTROLLER"};
  switch (pick(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return "output:" + port();
    case 4:
    case 5:
      return one_of(kReserved);
    case 6:
    case 7:
      return "group:" + group();
    case 8:
      return "resubmit(," + number(kTables) + ")";
    case 9:
      return "resubmit(" + port() + "," + std::to_string(1 + pick(kTables - 1)) + ")";
    case 10:
      return learn();
    case 11:
      return "controller(max_len=" + number(100) + ",reason=no_match,id=" + number(3) + ")";
    case 12: {
      constexpr const char* kMoves[] = {
          "move:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15]",       "move:NXM_OF_ETH_SRC[0..1]->NXM_NX_REG1[0..1]",
          "move:NXM_OF_ETH_DST[]->NXM_OF_ETH_SRC[]",         "move:NXM_NX_REG0[0..1]->OXM_OF_METADATA[0..1]",
          "move:NXM_OF_VLAN_TCI[0..11]->NXM_NX_REG0[0..11]", "move:NXM_NX_REG1[0..3]->NXM_OF_VLAN_TCI[0..3]"};
      return one_of(kMoves);
    }
    case 13:
      return one_in(2) ? "load:" + number(4) + "->NXM_NX_REG" + number(2) + "[0..1]"
                       : "load:" + number(7) + "->NXM_OF_IN_PORT[]";
    case 14:
      return one_in(2) ? "output:NXM_NX_REG0[0..1]" : "output:NXM_NX_REG1[]";
    default:
      return one_in(4) ? "exit" : one_in(2) ? "fin_timeout(idle_timeout=1)" : "note:01.02";
  }
}

std::string RandomRules::set_field(Protocol protocol) {
  const bool v4 = protocol >= kIp && protocol <= kIcmp, v6 = protocol >= kIpv6 && protocol <= kNd;
  const auto set = [](const std::string& value, const std::string& name) {
    return "set_field:" + value + "->" + name;
  };
  switch (protocol) {
    case kTcp:
    case kTcp6:
      if (one_in(3)) return set(transport_port(), one_in(2) ? "tcp_src" : "tcp_dst");
      break;
    case kUdp:
    case kUdp6:
      if (one_in(3))
        return set(transport_port() + (one_in(2) ? "/0xff" : ""), one_in(2) ? "udp_src" : "udp_dst");
      break;
    case kIcmp:
      if (one_in(3)) return set(number(9), "icmp_type");
      break;
    case kArp:
      return one_in(2) ? set(address(), "arp_spa") : set(number(3), "arp_op");
    case kNd:
      if (one_in(3)) return one_in(2) ? set(address6(), "nd_target") : set(mac(), "nd_sll");
      break;
    case kMpls:
      return one_in(2) ? set(std::to_string(16 + pick(2)), "mpls_label") : set(number(2), "mpls_tc");
    case kPbb:
      return set(number(3), "pbb_isid");
    default:
      break;
  }
  if ((v4 || v6) && one_in(3)) {
    constexpr const char* kTtl[] = {"mod_nw_ttl:2", "mod_nw_ttl:64", "mod_nw_tos:40",        "mod_nw_ecn:1",
                                    "dec_ttl",      "dec_ttl",       "set_field:12->ip_dscp"};
    return one_of(kTtl);
  }
  if (v4) return set(address() + (one_in(4) ? "/0.0.0.1" : ""), one_in(2) ? "nw_src" : "nw_dst");
  if (v6)
    return one_in(5) ? set(number(4), "ipv6_label") : set(address6(), one_in(2) ? "ipv6_src" : "ipv6_dst");
  return set(mac(), one_in(2) ? "eth_src" : "eth_dst");
}

std::string RandomRules::own_action(Protocol protocol) {
  switch (pick(8)) {
    case 0:
      return "set_field:" + mac() + (one_in(3) ? "/00:00:00:00:00:03" : "") +
             (one_in(2) ? "->eth_src" : "->eth_dst");
    case 1:
      return "set_field:" + number(4) + (one_in(2) ? "/2" : "") + "->reg" + number(2);
    case 2:
      return one_in(2) ? "set_field:" + number(4) + "/3->metadata" : "set_tunnel:" + number(3);
    case 3:
      return one_in(2) ? "mod_vlan_vid:" + number(3) : "mod_vlan_pcp:" + number(2);
    default:
      return set_field(protocol);
  }
}

std::string RandomRules::header_action(Protocol& protocol) {
  switch (pick(10)) {
    case 0:
    case 1:
      return one_in(2) ? "push_vlan:0x8100" : "push_vlan:0x88a8";
    case 2:
    case 3:
      return "pop_vlan";
    case 4:
      protocol = kMpls;
      return "push_mpls:0x8847";
    case 5:
    case 6:
      if (protocol == kMpls) {
        constexpr const char* kBelow[] = {"pop_mpls:0x0800", "pop_mpls:0x8847", "pop_mpls:0x86dd"};
        const unsigned below = pick(3);
        protocol = below == 0 ? kIp : below == 1 ? kMpls : kIpv6;
        return kBelow[below];
      }
      return one_in(2) ? "copy_ttl_out" : "copy_ttl_in";
    case 7:
      if (protocol == kMpls) {
        constexpr const char* kTtls[] = {"dec_mpls_ttl", "set_mpls_ttl(2)", "copy_ttl_out", "copy_ttl_in"};
        return one_of(kTtls);
      }
      return "pop_vlan";
    case 8:
      if (!one_in(3)) return "pop_vlan";
      protocol = kPbb;
      return "push_pbb:0x88e7";
    default:
      if (protocol != kPbb) return "note:03";
      protocol = kAny;
      return "pop_pbb";
  }
}

std::string RandomRules::action(Protocol& protocol) {
  switch (pick(6)) {
    case 0:
    case 1:
      return own_action(protocol);
    case 2:
      return header_action(protocol);
    default:
      return common_action();
  }
}

std::string RandomRules::actions(Protocol protocol) {
  std::string text;
  for (unsigned i = pick(5); i > 0; i--) text += (text.empty() ? "" : ",") + action(protocol);
  return text;
}

std::string RandomRules::action_set(Protocol protocol) {
  std::string text;
  for (unsigned i = 1 + pick(3); i > 0; i--) {
    std::string one = one_in(3) ? "output:" + port() : one_in(4) ? "group:" + group() : own_action(protocol);
    if (one_in(8)) one = "push_vlan:0x8100";
    if (one_in(8)) one = "pop_vlan";
    text += (text.empty() ? "" : ",") + one;
  }
  return "write_actions(" + text + ")";
}

std::string RandomRules::instructions(Protocol protocol, unsigned table) {
  std::string text;
  const auto add = [&](const std::string& one) {
    if (!one.empty()) text += (text.empty() ? "" : ",") + one;
  };
  if (one_in(8)) add("meter:" + std::to_string(1 + pick(2)));
  add(actions(protocol));
  if (one_in(10)) add("clear_actions");
  if (one_in(4)) add(action_set(protocol));
  if (one_in(5)) add("write_metadata:" + number(4) + (one_in(2) ? "/1" : "/3"));
  if (table + 1 < kTables && one_in(3))
    add("goto_table:" + std::to_string(table + 1 + pick(kTables - table - 1)));
  return text.empty() ? "drop" : text;
}

std::string RandomRules::bucket(const std::string& type) {
  std::string text = ",bucket=";
  if (type == "select") text += "weight:" + number(4) + ",";
  if (type == "ff" || (type == "select" && one_in(3)))
    text += one_in(4) ? "watch_group:" + group() + "," : "watch_port:" + port() + ",";
  const std::string what = actions(kAny);
  return text + "actions=" + (what.empty() ? "drop" : what);
}

}  // namespace flowbed::sw
