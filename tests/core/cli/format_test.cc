// The lines that scripts and graders know from Mininet, to the last blank.

#include "core/cli/format.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowbed {
namespace {

using ::testing::HasSubstr;

Json pair(const char* from, const char* to, bool received) {
  Json pair = {{"from", from}, {"to", to}, {"sent", 1}, {"received", received ? 1 : 0}};
  if (received) pair["rtt_ms"] = {{"min", 0.017}, {"avg", 0.017}, {"max", 0.017}, {"mdev", 0.0}};
  return pair;
}

Json end(const char* node, const char* interface, bool up, bool present = true) {
  return {{"node", node}, {"interface", interface}, {"up", up}, {"carrier", up}, {"present", present}};
}

Json interface(const char* name, Json port, const char* peer_node, const char* peer,
               std::vector<std::string> addresses) {
  return {{"name", name},
          {"kernel_name", name},
          {"port", port},
          {"mac", "02:00:00:00:00:01"},
          {"up", true},
          {"addresses", addresses},
          {"peer", {{"node", peer_node}, {"interface", peer}}}};
}

Json node(const char* name, const char* kind, std::vector<Json> interfaces) {
  return {{"name", name}, {"kind", kind}, {"running", true}, {"interfaces", interfaces}};
}

Json small_state() {
  return {
      {"nodes",
       {node("s1", "switch",
             {interface("s1-eth1", 1, "h1", "h1-eth0", {}), interface("s1-eth2", 2, "h2", "h2-eth0", {})}),
        node("h1", "host", {interface("h1-eth0", nullptr, "s1", "s1-eth1", {"10.0.0.1/8"})}),
        node("h2", "host", {interface("h2-eth0", nullptr, "s1", "s1-eth2", {})})}},
      {"links",
       {{{"a", end("h1", "h1-eth0", true)}, {"b", end("s1", "s1-eth1", true)}},
        {{"a", end("h2", "h2-eth0", false)}, {"b", end("s1", "s1-eth2", true)}}}},
      {"pids", {{"engine", 1}, {"warden", 2}, {"init", 3}, {"switchd", 4}}}};
}

int no_shell(const std::string&) { return 0; }

TEST(FormatPing, ShowsAReachableNetwork) {
  const Json answer = {
      {"pairs", {pair("h1", "h2", true), pair("h2", "h1", true)}}, {"sent", 2}, {"received", 2}};
  EXPECT_EQ(format_answer("pingall", answer),
            "h1 -> h2 \nh2 -> h1 \n*** Results: 0% dropped (2/2 received)\n");
}

TEST(FormatPing, MarksWhatWasLost) {
  const Json answer = {{"pairs", {pair("h1", "h2", false), pair("h1", "h3", true), pair("h2", "h1", false)}},
                       {"sent", 3},
                       {"received", 1}};
  EXPECT_EQ(format_ping(answer), "h1 -> X h3 \nh2 -> X \n*** Results: 66% dropped (1/3 received)\n");
  EXPECT_DOUBLE_EQ(lost_fraction(answer), 2.0 / 3);
}

TEST(FormatPing, SaysSoWhenThereIsNobodyToPing) {
  EXPECT_EQ(format_ping({{"pairs", Json::array()}, {"sent", 0}, {"received", 0}}),
            "*** Warning: No packets sent\n");
}

TEST(FormatPing, ShowsTheSecondFamilyApart) {
  const Json pairs = {pair("h1", "h2", true)};
  const Json answer = {{"pairs", pairs}, {"sent", 1},
                       {"received", 1},  {"pairs6", {pair("h1", "h2", false)}},
                       {"sent6", 1},     {"received6", 0}};
  EXPECT_THAT(format_ping(answer),
              HasSubstr("over IPv6\nh1 -> X \n*** Results: 100% dropped (0/1 received)\n"));
  EXPECT_DOUBLE_EQ(lost_fraction(answer), 0.5);
}

TEST(FormatPing, ShowsRoundTrips) {
  const Json answer = {
      {"pairs", {pair("h1", "h2", true), pair("h2", "h1", false)}}, {"sent", 2}, {"received", 1}};
  EXPECT_EQ(format_answer("pingallfull", answer),
            "h1 -> h2 \nh2 -> X \n*** Results: \n"
            " h1->h2: 1/1, rtt min/avg/max/mdev 0.017/0.017/0.017/0.000 ms\n"
            " h2->h1: 1/0, no reply\n");
}

TEST(FormatIperf, ShowsBothEnds) {
  EXPECT_EQ(format_answer(
                "iperf",
                {{"protocol", "TCP"}, {"server_bits_per_second", 9.53e9}, {"client_bits_per_second", 9.6e9}}),
            "*** Results: ['9.53 Gbits/sec', '9.60 Gbits/sec']\n");
}

TEST(FormatIperf, ShowsTheRequestedRateFirstForUdp) {
  EXPECT_EQ(format_answer("iperfudp", {{"protocol", "UDP"},
                                       {"bandwidth", "10M"},
                                       {"server_bits_per_second", 9.5e6},
                                       {"client_bits_per_second", 1e7}}),
            "*** Results: ['10M', '9.50 Mbits/sec', '10.0 Mbits/sec']\n");
}

TEST(FormatState, ListsNodesByName) {
  EXPECT_EQ(format_nodes(small_state()), "available nodes are: \nh1 h2 s1\n");
}

TEST(FormatState, ShowsWhoIsLinkedToWhom) {
  EXPECT_EQ(format_net(small_state()),
            "h1 h1-eth0:s1-eth1\n"
            "h2 h2-eth0:s1-eth2\n"
            "s1 lo:  s1-eth1:h1-eth0 s1-eth2:h2-eth0\n");
}

TEST(FormatState, DumpsNodes) {
  EXPECT_EQ(format_dump(small_state(), no_shell),
            "<Host h1: h1-eth0:10.0.0.1 pid=3> \n"
            "<Host h2: h2-eth0:None pid=3> \n"
            "<Switch s1: lo:127.0.0.1,s1-eth1:None,s1-eth2:None pid=4> \n");
  EXPECT_THAT(format_dump(small_state(), [](const std::string& name) { return name == "h1" ? 87 : 0; }),
              HasSubstr("<Host h1: h1-eth0:10.0.0.1 pid=87> \n"));
}

TEST(FormatState, ShowsLinks) {
  EXPECT_EQ(format_links(small_state()), "h1-eth0<->s1-eth1 (OK OK) \nh2-eth0<->s1-eth2 (DOWN OK) \n");
  EXPECT_EQ(
      format_links(
          {{"links", {{{"a", end("h1", "h1-eth0", false, false)}, {"b", end("s1", "s1-eth1", true)}}}}}),
      "h1-eth0<->s1-eth1 (MISSING OK) \n");
}

TEST(FormatState, ListsInterfacesAndPorts) {
  EXPECT_EQ(format_intfs(small_state()), "h1: h1-eth0\nh2: h2-eth0\ns1: lo,s1-eth1,s1-eth2\n");
  EXPECT_EQ(format_ports(small_state()), "s1 lo:0 s1-eth1:1 s1-eth2:2 \n");
}

TEST(FormatSwitch, ShowsTheCaches) {
  const Json answer = {{"switch", "s1"},
                       {"datapath", "userspace"},
                       {"emc", {{"entries", 4}, {"hits", 96}, {"misses", 4}}},
                       {"megaflows", {{"entries", 2}, {"hits", 2}, {"misses", 2}}},
                       {"upcalls", 2},
                       {"masks", {{{"mask", "in_port,eth_dst"}, {"flows", 2}, {"hits", 2}}}},
                       {"flows",
                        {{{"match", "in_port(s1-eth1)"},
                          {"actions", "output(s1-eth2)"},
                          {"packets", 5},
                          {"bytes", 490},
                          {"idle_s", 0.25}}}}};
  EXPECT_EQ(format_answer("cache", answer),
            "s1: userspace datapath, 2 upcalls\n"
            "  cache        entries  hits  misses  hit rate\n"
            "  exact match  4        96    4       96.0%\n"
            "  megaflows    2        2     2       50.0%\n"
            "  mask             flows  hits\n"
            "  in_port,eth_dst  2      2\n"
            "  in_port(s1-eth1)\n    -> output(s1-eth2); packets 5, bytes 490, idle 0.2 s\n");
}

TEST(FormatNetworkList, IsATable) {
  const Json running = {
      {"name", "lab"}, {"hosts", 2}, {"switches", 1}, {"uptime_s", 61.5}, {"pids", {{"engine", 42}}}};
  EXPECT_EQ(format_network_list({running, {{"name", "stuck"}}}),
            "network  hosts            switches  up for     engine\n"
            "lab      2                1         1 min 1 s  42\n"
            "stuck    does not answer\n");
}

TEST(FormatAnswer, ShowsNotes) {
  EXPECT_EQ(format_answer("add-link", {{"notes", {"r1-eth2 has no address"}}}),
            "*** r1-eth2 has no address\n");
  EXPECT_EQ(format_answer("add-link", Json::object()), "");
}

TEST(FormatSwitch, ShowsSpanningTree) {
  const Json counters = {{"rapid", 3}, {"configuration", 1}, {"notification", 0}};
  const Json answer = {{"switch", "s2"},
                       {"on", true},
                       {"bridge_id", "8000.0a:00:00:00:00:02"},
                       {"root_id", "8000.0a:00:00:00:00:01"},
                       {"root_port", "s2-eth2"},
                       {"root_path_cost", 20000},
                       {"hello_time_s", 2},
                       {"max_age_s", 20},
                       {"forward_delay_s", 15},
                       {"topology_changes", 1},
                       {"since_change_s", 7},
                       {"ports",
                        {{{"name", "s2-eth2"},
                          {"role", "root"},
                          {"state", "forwarding"},
                          {"cost", 20000},
                          {"edge", false},
                          {"protocol", "rstp"},
                          {"designated_bridge", "8000.0a:00:00:00:00:01"},
                          {"designated_port", 2},
                          {"rx", counters},
                          {"tx", counters}}}}};
  EXPECT_EQ(
      format_answer("stp", answer),
      "s2: bridge 8000.0a:00:00:00:00:02, root 8000.0a:00:00:00:00:01 by s2-eth2, cost 20000\n"
      "  topology changes: 1, the last 7 s ago; hello 2 s, max age 20 s, forward delay 15 s\n"
      "  port     role  state       cost   edge  speaks  designated bridge       its port  rx BPDUs  tx "
      "BPDUs\n"
      "  s2-eth2  root  forwarding  20000  no    rstp    8000.0a:00:00:00:00:01  2         4         4\n");
  EXPECT_THAT(format_answer("stp", {{"switch", "s2"}, {"on", false}}), HasSubstr("s2: no spanning tree"));
}

TEST(FormatAnswer, FallsBackToJson) {
  EXPECT_EQ(format_answer("unheard-of", {{"a", 1}}), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(format_answer("link", Json::object()), "");
}

}  // namespace
}  // namespace flowbed
