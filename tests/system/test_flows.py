"""OpenFlow from the shell: rules, groups and meters that a person sets, and what becomes of packets."""
import re

import pytest

from conftest import answers


def pings(node, target, count=1, wait=0.5):
    return f"{node} ping -c {count} -i 0.05 -W {wait} {target}\n"


def received(out):
    return [int(n) for n in re.findall(r"transmitted, (\d+) received", out)]


@pytest.mark.every_kernel
def test_rules_by_port_replace_the_normal_switch(flowbed):
    out = flowbed.shell("pingall\ndel-flows s1\n" + pings("h1", "h2") +
                        'add-flow s1 "priority=10,in_port=1,actions=output:2"\n'
                        "add-flow s1 priority=10, in_port=s1-eth2, actions=output:s1-eth1\n" +
                        pings("h1", "h2", 3) + "flows s1\n").stdout
    assert received(out) == [0, 3], out
    assert "(2/2 received)" in out
    assert re.search(r'^ cookie=0x0, duration=[\d.]+s, table=0, n_packets=\d+, n_bytes=\d+, '
                     r'priority=10,in_port="s1-eth1" actions=output:"s1-eth2"$', out, re.M), out


def test_rules_count_what_the_cache_forwarded(flowbed):
    out = flowbed.shell("pingall\ndel-flows s1\nadd-flow s1 priority=1,actions=normal\n"
                        "add-flow s1 priority=9,icmp,nw_src=10.0.0.1,actions=output:2\n" +
                        pings("h1", "h2", 40) + "flows s1 --json icmp\ncache s1 --json\n").stdout
    assert received(out) == [40]
    flows, cache = answers(out)
    rule = flows["rules"][0]
    assert rule["packets"] == 40 and rule["bytes"] == 40 * 98, rule
    assert rule["actions"] == 'output:"s1-eth2"' and rule["priority"] == 9
    assert cache["upcalls"] < 40, "most were forwarded by the cache"


def test_a_select_group_shares_connections(flowbed):
    """Each connection keeps to one bucket; many use both."""
    script = ("pingall\ndel-flows s1\nadd-flow s1 priority=1,actions=normal\n"
              "add-group s1 group_id=1,type=select,bucket=output:2,bucket=output:3\n"
              "add-flow s1 priority=9,udp,in_port=1,actions=group:1\n"
              "h1 for p in $(seq 9000 9039); do for i in 1 2; do echo > /dev/udp/10.0.0.2/$p; done; done\n"
              "h1 ping -c 1 h2\n"  # which comes after them
              "groups s1 --json\nflows s1 --json udp\ngroups s1\n")
    out = flowbed.shell(script, "--topo", "single,3").stdout
    groups, flows = answers(out)
    group = groups["groups"][0]
    counts = [bucket["packets"] for bucket in group["buckets"]]
    assert sum(counts) == group["packets"] == flows["rules"][0]["packets"] == 80, groups
    assert min(counts) >= 10, counts
    assert "bucket 1: " in out


def test_trace_tells_of_tables_and_groups(flowbed):
    out = flowbed.shell("add-group s1 group_id=1,type=all,bucket=output:2\n"
                        "add-flow s1 ip,actions=resubmit(,3)\nadd-flow s1 table=3,ip,actions=dec_ttl,group:1\n"
                        "trace s1 in_port=1,tcp,nw_src=h1,nw_dst=h2,tp_dst=80\n").stdout
    for line in ("s1: table 0: priority=32768,ip actions=resubmit(,3)", "s1: resubmit to table 3",
                 "s1:   table 3: priority=32768,ip actions=dec_ttl,group:1", "s1:   group 1 (all)",
                 's1:   bucket 0 of 1: actions=output:"s1-eth2"', "s1:     leaves by s1-eth2", "looked at:    in_port,"):
        assert line in out, out
    assert "megaflow:     in_port(s1-eth1)" in out and "ip_ttl" in out


def test_what_is_refused_changes_nothing_and_fails_the_script(flowbed):
    done = flowbed.shell("flows s1 --no-names\nadd-flow s1 priority=10,ip,nw_dsst=10.0.0.1,actions=output:2\n"
                         "add-flow s1 in_port=1,actions=group:9\nflows s1 --no-names\ntables s1\n" + pings("h1", "h2"),
                         check=False)
    assert done.returncode == 1
    assert '"nw_dsst=10.0.0.1": there is no field nw_dsst; did you mean "nw_dst"?' in done.stderr
    assert ("  priority=10,ip,nw_dsst=10.0.0.1,actions=output:2\n"
            "                 ^~~~~~~~~~~~~~~~\n") in done.stderr, done.stderr
    assert "*** Error: there is no group 9" in done.stderr
    assert len(re.findall(r"^ cookie=.*priority=0 actions=NORMAL$", done.stdout, re.M)) == 2
    assert done.stdout.count(" cookie=") == 2 and received(done.stdout) == [1]


def test_rules_end_by_idle_and_hard_timeouts(flowbed):
    """While packets meet a rule it does not become idle, though the cache forwards them."""
    out = flowbed.shell("pingall\nadd-flow s1 priority=5,idle_timeout=2,icmp,actions=normal\n"
                        "add-flow s1 priority=4,hard_timeout=1,arp,actions=normal\n"
                        "h1 ping -c 12 -i 0.3 h2\nflows s1 icmp\nflows s1 arp\nsh sleep 4.5\nflows s1\n").stdout
    assert received(out) == [12]
    rules = re.findall(r"^ cookie=.*$", out, re.M)
    assert len(rules) == 2, rules
    assert "idle_timeout=2, priority=5,icmp" in rules[0] and "n_packets=24" in rules[0], rules
    assert "priority=0 actions=NORMAL" in rules[1]


def test_a_meter_limits(flowbed):
    out = flowbed.shell("pingall\nadd-meter s1 meter=1,pktps,burst,band=type=drop,rate=1,burst_size=5\n"
                        "add-flow s1 priority=5,icmp,nw_src=10.0.0.1,actions=meter:1,normal\n" +
                        pings("h1", "h2", 20) + "meters s1 --json\n").stdout
    meter = answers(out)[0]["meters"][0]
    assert meter["packets"] == 20 and 12 <= meter["bands"][0]["packets"] <= 15, meter
    assert received(out) == [20 - meter["bands"][0]["packets"]]


def test_dpctl_speaks_to_all_switches(flowbed):
    done = flowbed.shell("dpctl dump-flows\ndpctl del-flows\npingall timeout=0.3\n"
                         "dpctl add-flow actions=normal\npingall\ndpctl -O OpenFlow13 dump-flows s2\n"
                         "dpctl dump-ports\ndpctl show s1\ndpctl dump-tables s1\ndpctl add-flow output=2\n",
                         "--topo", "linear,2", check=False)
    out = done.stdout
    dashes = "-" * 72
    for switch in ("s1", "s2"):
        assert re.search(rf"^\*\*\* {switch} {dashes}\n cookie=0x0, .* priority=0 actions=NORMAL$", out, re.M), out
    assert "(0/2 received)" in out and "(2/2 received)" in out
    assert len(re.findall(r"n_bytes=\d+, actions=NORMAL$", out, re.M)) == 1, "one switch only was asked at last"
    assert re.search(r"port +1\(s1-eth1\): rx pkts=\d+, bytes=\d+", out)
    assert "dpid:0000000000000001" in out and "active=1, lookup=" in out
    assert done.returncode == 1 and '"output=2": ' in done.stderr


@pytest.mark.every_kernel
def test_a_learning_switch_made_of_rules(flowbed):
    learn = ("table=0,actions=learn(table=1,priority=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],"
             "output:NXM_OF_IN_PORT[]),resubmit(,1)")
    out = flowbed.shell(f"del-flows s1\nadd-flow s1 {learn}\nadd-flow s1 table=1,priority=0,actions=flood\npingall\n"
                        "flows s1 table=1\n", "--topo", "single,3").stdout
    assert "(6/6 received)" in out
    assert len(re.findall(r'table=1, .*priority=1,dl_dst=[0-9a-f:]+ actions=output:"s1-eth\d"', out)) == 3, out


def test_failover_to_a_living_port(flowbed):
    out = flowbed.shell("add-group s1 group_id=1,type=ff,bucket=watch_port:2,output:2,bucket=watch_port:3,output:3\n"
                        "add-flow s1 priority=5,in_port=1,actions=group:1\n"
                        "trace s1 in_port=1,icmp,nw_src=h1,nw_dst=h2\nlink s1 h2 down\n"
                        "trace s1 in_port=1,icmp,nw_src=h1,nw_dst=h2\n", "--topo", "single,3").stdout
    assert re.findall(r"actions:\s+output\((\S+)\)", out) == ["s1-eth2", "s1-eth3"], out


def test_caching_shows_what_each_means_is_worth(flowbed):
    """The same five connections: one megaflow a direction, or, with nothing that keeps it wide, one for each."""
    connect = "h1 for p in $(seq 9001 9005); do echo > /dev/udp/10.0.0.2/$p; done\n"
    rules = ("del-flows s1\nadd-flow s1 priority=9,udp,nw_dst=10.9.9.9,udp_dst=53,actions=drop\n"
             "add-flow s1 priority=1,actions=normal\n")
    narrow = "".join(f"caching {name} off\n" for name in ("staged-lookup", "prefix-tracking", "port-tries"))
    out = flowbed.shell("pingall\n" + rules + connect + "cache s1 --json\n" + narrow + connect + "cache s1 --json\n"
                        "caching\ncaching staged-lookup\ncaching megaflow off\n", check=False)
    wide, narrow = (sum("in_port(s1-eth1)" in flow["match"] and "0x0800" in flow["match"] for flow in answer["flows"])
                    for answer in answers(out.stdout)[-2:])
    assert wide == 1 and narrow >= 5, out.stdout
    assert re.search(r"^staged-lookup +off ", out.stdout, re.M) and re.search(r"^megaflows +on ", out.stdout, re.M), out.stdout
    assert "caching staged-lookup: on or off?" in out.stderr
    assert "megaflow" in out.stderr and "megaflows" in out.stderr, out.stderr


def test_a_port_that_may_not_flood_gets_no_unknown_packets(flowbed):
    out = flowbed.shell("mod-port s1 2 no-flood\n" + pings("h1", "h2") + "dpctl dump-ports-desc s1\nmod-port s1 s1-eth2 flood\n" +
                        pings("h1", "h2", wait=5) + "mod-port s1 7 flood\n", "--topo", "single,2", check=False)
    assert received(out.stdout) == [0, 1], out.stdout
    assert "NO_FLOOD" in out.stdout
    assert "s1 has no port 7" in out.stderr
