"""Every standard message that ovs-ofctl can send about the switch, its ports and its channel, in each version: contents, and effects."""
import os
import re

import pytest

from openflow_rig import machine  # noqa: F401: a fixture
from switch_rig import Switch, ipv4, udp

if os.geteuid() != 0:
    pytest.skip("needs root for a network namespace in the machine's place", allow_module_level=True)

VERSIONS = ["1.0", "1.3", "1.4"]
NEWER = VERSIONS[1:]


@pytest.fixture
def switch(machine, version):
    switch = Switch(machine, version)
    yield switch
    switch.close()


def versions(*which):
    return pytest.mark.parametrize("version", which or VERSIONS)


def block(text, port):
    """What is said of one port."""
    return re.search(rf"^ {port}\(.*?(?=^ \S|^OFPT|\Z)", text, re.M | re.S)[0]


@versions()
def test_show_and_descriptions(switch, version):
    shown = switch.ofctl("show", "SWITCH").text
    assert "dpid:000000000000002a" in shown and "n_tables:254, n_buffers:256" in shown
    capabilities = {"1.0": "FLOW_STATS TABLE_STATS PORT_STATS QUEUE_STATS ARP_MATCH_IP",
                    "1.3": "FLOW_STATS TABLE_STATS PORT_STATS GROUP_STATS QUEUE_STATS"}
    assert f"capabilities: {capabilities.get(version, capabilities['1.3'])}\n" in shown
    if version == "1.0":
        assert ("actions: output enqueue set_vlan_vid set_vlan_pcp strip_vlan mod_dl_src mod_dl_dst mod_nw_src mod_nw_dst "
                "mod_nw_tos mod_tp_src mod_tp_dst\n") in shown
    assert "frags=normal miss_send_len=128" in shown
    ports = switch.ofctl("dump-ports-desc", "SWITCH").text
    assert re.findall(r"^ (\d)\((p\d)\): addr:[0-9a-f:]{17}$", ports, re.M) == [("1", "p1"), ("2", "p2"), ("3", "p3")]
    for port in (1, 2, 3):
        assert block(ports, port) == block(shown, port)
        assert f"state:      {'0' if version == '1.0' else 'LIVE'}\n" in block(ports, port)
        assert "current:    10GB-FD COPPER" in block(ports, port) and "speed: 10000 Mbps now" in block(ports, port)
    description = switch.ofctl("dump-desc", "SWITCH").text
    assert "Manufacturer: Flowbed\n" in description and "DP Description: s1\n" in description


@versions()
def test_dump_tables(switch, version):
    switch.add_flows("priority=1,actions=drop", "priority=2,in_port=2,actions=drop")
    switch.outputs(1, udp(1, 2))
    text = switch.ofctl("dump-tables", "SWITCH").text
    assert re.search(r"table 0\b.*\n +active=2, lookup=1, matched=1\n", text), text
    if version == "1.0":
        assert "max_entries=1000000" in text and "exact match or wildcard: in_port eth_{src,dst,type} vlan_{vid,pcp} ip_{src,dst}" in text
    assert re.findall(r"^ +table (\d+)|^ +tables \d+\.\.\.(\d+): ditto", text, re.M)[-1] == (("253", "") if version == "1.0" else ("", "253"))


@versions(*NEWER)
def test_dump_table_features(switch, version):
    text = switch.ofctl("dump-table-features", "SWITCH").text
    table = text[:text.index("table 1 (")]
    for part in ("next tables: 1-253\n", "instructions: meter apply_actions clear_actions write_actions write_metadata goto_table\n",
                 "actions: output group set_field strip_vlan push_vlan", "metadata: match=0xffffffffffffffff write=0xffffffffffffffff",
                 "max_entries=1000000", "ipv6_{src,dst,label}", "tcp_{src,dst", "arp_{op,spa,tpa,sha,tha}"):
        assert part in table, (part, table)
    assert [int(number) for number in re.findall(r"^  table (\d+) ", text, re.M)] == list(range(254))
    last = text[text.index("table 253 ("):]
    assert "next tables" not in last and "goto_table" not in last, "nothing lies behind the last table"


@versions("1.4")
def test_table_descriptions_and_eviction(switch, version):
    def eviction():
        return re.findall(r"table (\d+):\n +eviction=(\w+)", switch.ofctl("dump-table-desc", "SWITCH").text)

    assert eviction() == [(str(table), "off") for table in range(254)]
    switch.ofctl("mod-table", "SWITCH", "3", "evict")
    assert [table for table, state in eviction() if state == "on"] == ["3"]
    switch.ofctl("mod-table", "SWITCH", "all", "evict")
    assert {state for _, state in eviction()} == {"on"}
    switch.ofctl("mod-table", "SWITCH", "3", "noevict")
    assert [table for table, state in eviction() if state == "off"] == ["3"]
    assert switch.fails("mod-table", "SWITCH", "3", "vacancy:20,80") == "OFPTMFC_BAD_CONFIG"


@versions()
def test_fragments_are_dropped_if_so_configured(switch, version):
    switch.add_flows("actions=flood")
    first, later = ipv4(17, bytes(16), fragment=0x2000), ipv4(17, bytes(16), fragment=0x0002)
    assert switch.ofctl("get-frags", "SWITCH").text == "normal\n"
    assert switch.outputs(1, first) == switch.outputs(1, later) == [2, 3]
    switch.ofctl("set-frags", "SWITCH", "drop")
    assert switch.ofctl("get-frags", "SWITCH").text == "drop\n"
    assert switch.outputs(1, first) == switch.outputs(1, later) == []
    assert switch.outputs(1, udp(1, 2)) == [2, 3]
    switch.ofctl("set-frags", "SWITCH", "normal")
    assert switch.outputs(1, first) == [2, 3]
    assert "reassemble" not in switch.ofctl("set-frags", "SWITCH", "reassemble", check=False).text
    assert switch.ofctl("get-frags", "SWITCH").text == "normal\n"


@versions()
def test_port_statistics(switch, version):
    switch.add_flows("in_port=1,actions=output:2")
    for _ in range(3):
        assert switch.outputs(1, udp(1, 2, bytes(100)), marked=[3]) == [2]
    all_ports = switch.ofctl("dump-ports", "SWITCH").text
    assert ": 3 ports\n" in all_ports
    one = switch.ofctl("dump-ports", "SWITCH", "p1").text
    assert "rx pkts=3, bytes=426, drop=0, errs=0, frame=0, over=0, crc=0\n" in one and "tx pkts=0, bytes=0, drop=0, errs=0, coll=0" in one
    two = switch.ofctl("dump-ports", "SWITCH", "2").text
    assert ": 1 ports\n" in two and "rx pkts=0, bytes=0" in two and "tx pkts=3, bytes=426, drop=0" in two
    assert ("duration=" in two) == (version != "1.0")
    # 1.0 has no error of its own for it: that of a port that is to be modified comes nearest.
    assert switch.fails("dump-ports", "SWITCH", "77") == ("OFPPMFC_BAD_PORT" if version == "1.0" else "OFPBRC_BAD_PORT")


@versions()
def test_ports_are_taken_down_and_up(switch, version):
    switch.add_flows("actions=flood")
    switch.ofctl("mod-port", "SWITCH", "p2", "down")
    assert "config:     PORT_DOWN\n" in block(switch.ofctl("show", "SWITCH").text, 2)
    assert switch.outputs(1, udp(1, 2), marked=[1, 3]) == [3] and switch.outputs(2, udp(1, 2), marked=[1, 3]) == []
    switch.ofctl("mod-port", "SWITCH", "2", "up")
    assert "config:     0\n" in block(switch.ofctl("dump-ports-desc", "SWITCH").text, 2)
    assert switch.outputs(1, udp(1, 2)) == [2, 3] and switch.outputs(2, udp(1, 2)) == [1, 3]


@versions()
def test_what_ports_are_told_not_to_do(switch, version):
    switch.add_flows("priority=1,actions=flood", "priority=2,udp,tp_dst=9,actions=controller,output:3")

    def config():
        return re.search(r"config: +(.*)", block(switch.ofctl("show", "SWITCH").text, 3))[1]

    for change, word, marked, expected in (("no-receive", "NO_RECV", [1, 2, 3], ([2, 3], [])), ("no-forward", "NO_FWD", [1, 2], ([2], [1, 2]))):
        switch.ofctl("mod-port", "SWITCH", "3", change)
        assert config() == word
        assert (switch.outputs(1, udp(1, 2), marked), switch.outputs(3, udp(1, 2), marked)) == expected
        switch.ofctl("mod-port", "SWITCH", "3", change.removeprefix("no-"))
        assert config() == "0" and switch.outputs(1, udp(1, 2)) == [2, 3]
    if version == "1.0":
        switch.ofctl("mod-port", "SWITCH", "3", "no-flood")
        assert config() == "NO_FLOOD" and switch.outputs(1, udp(1, 2)) == [2]
        switch.ofctl("mod-port", "SWITCH", "3", "flood")
    with switch.monitor("65534") as monitor:
        assert wait_for_answer(monitor, switch)
        switch.ofctl("mod-port", "SWITCH", "3", "no-packet-in")
        assert config() == "NO_PACKET_IN"
        switch.outputs(3, udp(7, 9))
        switch.outputs(2, udp(8, 9))
        assert monitor.sees(r"tp_src=8,")
    assert "tp_src=7," not in monitor.text


def wait_for_answer(monitor, switch):
    """Until the monitor has asked for packet-ins: the first packet-in that it gets."""
    def asks():
        switch.ofctl("packet-out", "SWITCH", "1", "controller", udp(1, 99).hex())
        return monitor.sees_now("tp_dst=99")
    return any(asks() for _ in range(100))


@versions()
def test_packet_ins_and_port_changes_are_monitored(switch, version):
    switch.add_flows("priority=5,udp,tp_dst=9,cookie=0xc0de,actions=controller", "priority=0,actions=controller")
    with switch.monitor("65534") as monitor:
        assert wait_for_answer(monitor, switch)
        switch.outputs(1, udp(1, 9, b"hello"))
        cookie = "cookie=0xc0de"
        assert monitor.sees(rf"PACKET_IN.*: ({cookie} )?total_len=60 in_port=1 \(via action\) data_len=60 \(unbuffered\)\nudp,.*,tp_src=1,tp_dst=9")
        assert cookie in monitor.text
        switch.outputs(2, udp(1, 8))
        assert monitor.sees(rf"in_port=2 \(via {'action' if version == '1.0' else 'no_match'}\)")
        switch.ofctl("packet-out", "SWITCH", "2", "controller(max_len=20)", udp(1, 7).hex())
        assert monitor.sees(rf"total_len=60 in_port=2 \(via {'packet_out' if version == '1.4' else 'action'}\) data_len=20 buffer=0x")
        switch.ofctl("mod-port", "SWITCH", "1", "down")
        assert monitor.sees(r"OFPT_PORT_STATUS .*: MOD: 1\(p1\).*?config:     PORT_DOWN\n +state:      0")
        switch.ofctl("mod-port", "SWITCH", "1", "up")
        switch.set_link(3, "down")
        assert monitor.sees(r"OFPT_PORT_STATUS .*: MOD: 3\(p3\)[^\n]*\n +config:     0\n +state:      LINK_DOWN")
        switch.set_link(3, "up")
        assert monitor.sees(rf"LINK_DOWN.*OFPT_PORT_STATUS .*: MOD: 3\(p3\)[^\n]*\n +config:     0\n +state:      {'0' if version == '1.0' else 'LIVE'}")


@versions()
def test_packet_outs_leave_as_they_are_told(switch, version):
    switch.add_flows("in_port=1,udp,actions=output:3", "in_port=2,actions=in_port")

    frame = udp(1, 2)
    for words, expected in ((("1", "table"), [3]), (("2", "table"), [2]), (("controller", "output:1,output:2"), [1, 2]),
                            (("1", "flood"), [2, 3]), (("2", "all"), [1, 3]), (("2", "in_port"), [2]), (("3", "drop"), [])):
        switch.ofctl("packet-out", "SWITCH", *words, frame.hex())
        assert switch.gathered(expected) == {port: [frame] for port in expected}, words
    switch.ofctl("packet-out", "SWITCH", "1", "mod_vlan_vid:7,output:2,strip_vlan,mod_dl_src:02:00:00:00:00:77,output:3", frame.hex())
    got = switch.gathered([2, 3])
    assert got[3] == [frame[:6] + bytes.fromhex("020000000077") + frame[12:]]
    assert got[2] == [frame[:12] + bytes.fromhex("81000007") + frame[12:]]


@versions()
def test_there_are_no_queues(switch, version):
    assert switch.ofctl("queue-stats", "SWITCH").text.endswith(": 0 queues\n" if version == "1.0" else "(xid=0x2): 0 queues\n")
    assert switch.ofctl("queue-stats", "SWITCH", "1").text.endswith(": 0 queues\n")
    assert switch.fails("queue-stats", "SWITCH", "1", "5") == "OFPQOFC_BAD_QUEUE"
    assert switch.fails("queue-stats", "SWITCH", "77") == "OFPQOFC_BAD_PORT"
    lines = switch.ofctl("queue-get-config", "SWITCH", "1").text.splitlines()
    assert len(lines) == 1 and ("QUEUE_GET_CONFIG_REPLY" in lines[0] or "OFPST_QUEUE_DESC reply" in lines[0])
    assert switch.fails("queue-get-config", "SWITCH", "77") == "OFPQOFC_BAD_PORT"


@versions()
def test_echoes(switch, version):
    switch.ofctl("probe", "SWITCH")
    assert len(re.findall(r"^900 bytes from tcp:127.0.0.1:6654: xid=\w+ time=", switch.ofctl("ping", "SWITCH", "900").text, re.M)) == 10
    assert "Sending 300 packets * 60008 bytes (with header) = 18002400 bytes total" in switch.ofctl("benchmark", "SWITCH", "60000", "300").text


# Nicira's own, which are not there. Their experimenter is known.
UNKNOWN = [("add-tlv-map", "SWITCH", "{class=0xffff,type=0,len=4}->tun_metadata0"), ("dump-tlv-map", "SWITCH"), ("dump-ipfix-bridge", "SWITCH"),
           ("dump-ipfix-flow", "SWITCH"), ("ct-flush-zone", "SWITCH", "1"), ("ct-flush", "SWITCH")]


@versions()
def test_what_is_not_there_is_refused_by_the_right_error(switch, version):
    assert {words[0]: switch.fails(*words) for words in UNKNOWN} == {words[0]: "OFPBRC_BAD_SUBTYPE" for words in UNKNOWN}
    with switch.monitor("65534", "watch:") as monitor:
        # 1.3 knows flow monitors by ONF's experimenter, 1.4 by a type of multipart message.
        unknown = {"1.0": "OFPBRC_BAD_SUBTYPE", "1.3": "OFPBRC_BAD_VENDOR", "1.4": "OFPBRC_BAD_STAT"}[version]
        assert monitor.sees(rf"OFPT_ERROR .*: {unknown}\n\S*_FLOW_MONITOR request")
    assert switch.fails("add-flow", "SWITCH", "ip,actions=ct(commit)") == "OFPBAC_BAD_VENDOR_TYPE"
    field = "OFPBRC_BAD_SUBTYPE" if version == "1.0" else "OFPBMC_BAD_FIELD"  # 1.0 has matches of fields only in Nicira's messages
    assert switch.fails("add-flow", "SWITCH", "ct_state=+trk,ip,actions=drop") == field
