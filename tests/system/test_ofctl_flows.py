"""Rules, groups, meters and bundles by ovs-ofctl, in each version of OpenFlow: contents, effects, and errors."""
import os
import re

import pytest

from openflow_rig import machine  # noqa: F401: a fixture
from switch_rig import udp
from test_ofctl import NEWER, switch, versions  # noqa: F401: a fixture

if os.geteuid() != 0:
    pytest.skip("needs root for a network namespace in the machine's place", allow_module_level=True)

ROUTES = ["priority=10,in_port=1,ip,nw_dst=10.0.0.0/24,actions=output:2", "priority=20,in_port=1,tcp,nw_dst=10.0.0.1,tp_dst=80,actions=mod_nw_dst:10.9.9.9,output:3",
          "cookie=0x77,priority=5,arp,actions=flood", "priority=0,actions=drop"]
WANTED = ["priority=10,in_port=1,ip,nw_dst=10.0.0.0/24,actions=output:3", "cookie=0x77,priority=5,arp,actions=flood",
          "priority=7,udp,tp_dst=53,actions=controller"]


def as_text(version):
    """ROUTES as they are told back."""
    rewrite = "mod_nw_dst:10.9.9.9" if version == "1.0" else "set_field:10.9.9.9->ip_dst"
    return ["priority=10,ip,in_port=1,nw_dst=10.0.0.0/24 actions=output:2",
            f"priority=20,tcp,in_port=1,nw_dst=10.0.0.1,tp_dst=80 actions={rewrite},output:3",
            "cookie=0x77, priority=5,arp actions=FLOOD", "priority=0 actions=drop"]


@versions()
def test_rules_are_found_by_what_is_asked(switch, version):
    switch.add_flows(*ROUTES)
    ip, tcp, arp, rest = as_text(version)
    for question, found in ((None, [ip, tcp, arp, rest]), ("ip", [ip, tcp]), ("tcp", [tcp]), ("ip,nw_dst=10.0.0.0/24", [ip, tcp]),
                            ("ip,nw_dst=10.0.0.0/25", [tcp]), ("cookie=0x77/-1", [arp]), ("cookie=0x70/0xf0", [arp]),
                            ("cookie=0x78/-1", []), ("out_port=3", [tcp]), ("out_port=flood", [arp]), ("table=0", [ip, tcp, arp, rest]),
                            ("table=1", []), ("ip,out_port=2", [ip]), ("in_port=1", [ip, tcp]), ("in_port=2", [])):
        assert switch.flows(*([question] if question else [])) == found, question
        words = [question] if question else []
        assert f"flow_count={len(found)}\n" in switch.ofctl("dump-aggregate", "SWITCH", *words).text
    assert switch.ofctl("--no-stats", "--sort=priority", "dump-flows", "SWITCH").lines("actions=") == [rest, arp, ip, tcp]


@versions()
def test_rules_and_what_they_have_counted(switch, version):
    switch.add_flows("table=0,priority=3,in_port=1,idle_timeout=60,hard_timeout=90,send_flow_rem,cookie=5,actions=output:2")
    for _ in range(3):
        assert switch.outputs(1, udp(1, 2)) == [2]
    [rule] = switch.ofctl("dump-flows", "SWITCH").lines("actions=")
    flag = "" if version == "1.0" else "send_flow_rem "  # 1.0 does not tell of flags
    assert re.fullmatch(rf"cookie=0x5, duration=\d+\.\d+s, table=0, n_packets=3, n_bytes=180, idle_timeout=60, hard_timeout=90, "
                        rf"(idle_age=0, )?{flag}priority=3,in_port=1 actions=output:2", rule), rule
    assert "packet_count=3 byte_count=180 flow_count=1\n" in switch.ofctl("dump-aggregate", "SWITCH", "in_port=1").text
    if version == "1.4":
        switch.add_flows("priority=4,in_port=2,importance=9,actions=drop")
        assert "importance=9," in switch.ofctl("dump-flows", "SWITCH", "in_port=2").text


@versions()
def test_rules_are_modified_and_deleted_strictly_or_not(switch, version):
    switch.add_flows(*ROUTES)
    switch.ofctl("--strict", "mod-flows", "SWITCH", "priority=10,in_port=1,ip,nw_dst=10.0.0.0/24,actions=output:3")
    assert switch.flows("ip,out_port=3")[0] == "priority=10,ip,in_port=1,nw_dst=10.0.0.0/24 actions=output:3"
    switch.ofctl("mod-flows", "SWITCH", "ip,actions=output:1")
    assert [rule.split("actions=")[1] for rule in switch.flows("ip")] == ["output:1", "output:1"]
    switch.ofctl("--strict", "mod-flows", "SWITCH", "priority=11,in_port=1,ip,actions=output:1")
    added = ["priority=11,ip,in_port=1 actions=output:1"] if version == "1.0" else []  # 1.0 adds what it cannot modify
    assert switch.flows("ip")[2:] == added
    switch.ofctl("--strict", "del-flows", "SWITCH", "priority=9,arp")
    switch.ofctl("--strict", "del-flows", "SWITCH", "priority=5")
    assert len(switch.flows()) == 4 + len(added)
    switch.ofctl("--strict", "del-flows", "SWITCH", "priority=5,arp")
    assert switch.flows("arp") == []
    switch.ofctl("del-flows", "SWITCH", "tcp")
    assert switch.flows("tcp") == [] and len(switch.flows()) == 2 + len(added)
    switch.ofctl("del-flows", "SWITCH", "out_port=2")
    switch.ofctl("del-flows", "SWITCH", "cookie=0/-1,ip")
    assert switch.flows() == ["priority=0 actions=drop"]
    switch.ofctl("del-flows", "SWITCH")
    assert switch.flows() == []


@versions()
def test_a_file_replaces_the_rules(switch, version, tmp_path):
    wanted = tmp_path / "flows"
    wanted.write_text("# what is wanted\n" + "\n".join(WANTED) + "\n")
    switch.add_flows(*ROUTES)
    difference = switch.ofctl("diff-flows", "SWITCH", str(wanted), check=False)
    assert difference.status == 2
    assert sorted(line[0] + re.search(r"priority=(\d+)", line)[1] for line in difference.text.splitlines()) == ["+10", "+7", "-0", "-10", "-20"]
    switch.ofctl("replace-flows", "SWITCH", str(wanted))
    assert switch.ofctl("diff-flows", "SWITCH", str(wanted)).text == ""
    assert sorted(switch.flows()) == ["cookie=0x77, priority=5,arp actions=FLOOD", "priority=10,ip,in_port=1,nw_dst=10.0.0.0/24 actions=output:3",
                                      "priority=7,udp,tp_dst=53 actions=CONTROLLER:65535"]


@versions()
def test_a_rule_that_is_wrong_is_refused(switch, version):
    newer = version != "1.0"
    for rule, fault in (("in_port=3,actions=group:77", "OFPBAC_BAD_OUT_GROUP" if newer else "OFPBAC_BAD_VENDOR_TYPE"),
                        ("table=254,actions=drop", "OFPFMFC_BAD_TABLE_ID" if newer else "OFPFMFC_UNSUPPORTED")):
        assert switch.fails("add-flow", "SWITCH", rule) == fault
    switch.add_flows("priority=10,in_port=1,actions=output:2")
    assert switch.fails("add-flow", "SWITCH", "check_overlap,priority=10,ip,actions=drop") == "OFPFMFC_OVERLAP"
    switch.add_flows("check_overlap,priority=10,in_port=2,ip,actions=drop")
    if newer:
        assert switch.fails("add-flow", "SWITCH", "in_port=3,actions=meter:9,output:1") == "OFPMMFC_UNKNOWN_METER"
    assert len(switch.flows()) == 2


@versions(*NEWER)
def test_bundles_are_all_or_nothing(switch, version, tmp_path):
    changes = tmp_path / "changes"
    switch.ofctl("--bundle", "add-flow", "SWITCH", "priority=10,in_port=1,actions=output:2")
    changes.write_text("add priority=30,udp,tp_dst=53,actions=output:1\nmodify_strict priority=10,in_port=1,actions=output:3\n"
                       "add priority=3,actions=drop\ndelete_strict priority=3\n")
    switch.ofctl("--bundle", "add-flows", "SWITCH", str(changes))
    after = ["priority=10,in_port=1 actions=output:3", "priority=30,udp,tp_dst=53 actions=output:1"]
    assert switch.flows() == after
    for last, fault in (("add in_port=2,actions=goto_table:0", "OFPBIC_BAD_TABLE_ID"), ("add in_port=1,actions=group:9", "OFPBAC_BAD_OUT_GROUP"),
                        ("add priority=10,check_overlap,ip,actions=drop", "OFPFMFC_OVERLAP")):
        changes.write_text(f"add priority=99,in_port=1,actions=output:2\ndelete udp\n{last}\n")
        answer = switch.ofctl("--bundle", "add-flows", "SWITCH", str(changes), check=False)
        assert answer.status == 1 and f"Error {fault} for: OFPT_FLOW_MOD" in answer.all and "Error OFPBFC_MSG_FAILED" in answer.all
        assert switch.flows() == after
    switch.ofctl("--bundle", "replace-flows", "SWITCH", "-", stdin="priority=1,actions=flood\n")
    assert switch.flows() == ["priority=1 actions=FLOOD"]
    (tmp_path / "mixed").write_text("group add group_id=1,type=all,bucket=output:2\nflow add priority=8,actions=group:1\n")
    switch.ofctl("bundle", "SWITCH", str(tmp_path / "mixed"))
    assert switch.flows()[-1] == "priority=8 actions=group:1"
    assert switch.outputs(1, udp(1, 2)) == [2]


@versions(*NEWER)
def test_groups(switch, version):
    switch.ofctl("add-groups", "SWITCH", "-", stdin="group_id=1,type=all,bucket=output:2,bucket=output:3\n"
                 "group_id=2,type=select,bucket=weight:5,output:2,bucket=weight:10,output:3\n"
                 "group_id=3,type=ff,bucket=watch_port:2,output:2,bucket=watch_port:3,output:3\ngroup_id=4,type=indirect,bucket=group:1\n")

    def groups():
        return switch.ofctl("dump-groups", "SWITCH").lines("group_id=")

    assert groups() == ["group_id=1,type=all,bucket=actions=output:2,bucket=actions=output:3",
                        "group_id=2,type=select,bucket=weight:5,actions=output:2,bucket=weight:10,actions=output:3",
                        "group_id=3,type=ff,bucket=watch_port:2,actions=output:2,bucket=watch_port:3,actions=output:3",
                        "group_id=4,type=indirect,bucket=actions=group:1"]
    switch.add_flows("in_port=1,actions=group:4", "in_port=2,actions=group:3")
    assert switch.outputs(1, udp(1, 2)) == [2, 3]
    switch.set_link(2, "down")
    assert switch.outputs(1, udp(1, 2), marked=[1, 3]) == [3]
    switch.set_link(2, "up")
    counted = {line.split(",")[0]: line for line in switch.ofctl("dump-group-stats", "SWITCH").lines("group_id=")}
    for group, references, buckets in (("1", 1, 2), ("4", 1, 1)):
        line = counted[f"group_id={group}"]
        assert f"ref_count={references},packet_count=2,byte_count=120,bucket0:packet_count=2,byte_count=120" in line
        assert line.count("bucket") == buckets
    assert len(switch.ofctl("dump-group-stats", "SWITCH", "group_id=2").lines("group_id=")) == 1
    switch.ofctl("mod-group", "SWITCH", "group_id=1,type=all,bucket=output:3")
    assert switch.outputs(1, udp(1, 2)) == [3]
    for words, fault in ((("add-group", "group_id=1,type=all,bucket=output:1"), "OFPGMFC_GROUP_EXISTS"),
                         (("mod-group", "group_id=9,type=all,bucket=output:1"), "OFPGMFC_UNKNOWN_GROUP"),
                         (("mod-group", "group_id=1,type=all,bucket=group:4"), "OFPGMFC_LOOP"),
                         (("add-group", "group_id=9,type=all,bucket=group:8"), "OFPBAC_BAD_OUT_GROUP"),
                         (("add-group", "group_id=9,type=indirect"), "OFPGMFC_INVALID_GROUP")):
        assert switch.fails(words[0], "SWITCH", words[1]) == fault, words
    switch.ofctl("--may-create", "mod-group", "SWITCH", "group_id=9,type=all,bucket=output:1")
    assert len(groups()) == 5
    switch.ofctl("del-groups", "SWITCH", "group_id=4")
    assert switch.flows("in_port=1") == [], "the rules that lead to a group go with it"
    assert [line.split(",")[0] for line in groups()] == ["group_id=1", "group_id=2", "group_id=3", "group_id=9"]
    switch.ofctl("del-groups", "SWITCH")
    assert groups() == [] and switch.flows() == []


@versions(*NEWER)
def test_group_features(switch, version):
    text = switch.ofctl("dump-group-features", "SWITCH").text
    for part in ("Types:  0xf\n", "Capabilities:  0xf\n", "all group:\n", "select group:\n", "indirect group:\n", "fast failover group:\n", "max_groups=0x10000\n",
                 "actions: output group set_field"):
        assert part in text


@versions("1.0")
def test_groups_and_meters_are_not_in_1_0(switch, version):
    assert switch.fails("add-group", "SWITCH", "group_id=1,type=all,bucket=output:2") == "OFPBRC_BAD_SUBTYPE"
    for command in ("dump-groups", "dump-group-stats", "dump-group-features"):
        assert switch.fails(command, "SWITCH") == "OFPBRC_BAD_SUBTYPE"


@versions(*NEWER)
def test_meters(switch, version):
    switch.ofctl("add-meter", "SWITCH", "meter=1,pktps,burst,stats,band=type=drop,rate=1,burst_size=4")
    switch.ofctl("add-meter", "SWITCH", "meter=2,kbps,stats,band=type=drop,rate=100")
    switch.ofctl("add-meter", "SWITCH", "meter=3,kbps,band=type=drop,rate=2000,type=dscp_remark,prec_level=1,rate=1000")
    switch.add_flows("in_port=1,actions=meter:1,output:2")
    passed = sum(switch.outputs(1, udp(1, 2)) == [2] for _ in range(8))
    meters = switch.ofctl("dump-meters", "SWITCH").text
    for part in ("meter=1 pktps burst stats bands=\ntype=drop rate=1 burst_size=4\n", "meter=2 kbps stats bands=\ntype=drop rate=100\n",
                 "meter=3 kbps bands=\ntype=drop rate=2000\ntype=dscp_remark rate=1000 prec_level=1\n"):
        assert part in meters, meters
    assert "meter=2" not in switch.ofctl("dump-meters", "SWITCH", "meter=1").text
    counted = switch.ofctl("meter-stats", "SWITCH", "meter=1").text
    assert 4 <= passed <= 7, passed
    assert re.search(rf"meter:1 flow_count:1 packet_in_count:8 byte_in_count:480 duration:[\d.]+s bands:\n0: packet_count:{8 - passed} "
                     rf"byte_count:{60 * (8 - passed)}\n", counted), counted
    assert len(re.findall(r"^meter:", switch.ofctl("meter-stats", "SWITCH").text, re.M)) == 3
    switch.ofctl("mod-meter", "SWITCH", "meter=1,pktps,burst,stats,band=type=drop,rate=1000,burst_size=100")
    assert "rate=1000 burst_size=100" in switch.ofctl("dump-meters", "SWITCH", "meter=1").text
    assert all(switch.outputs(1, udp(1, 2)) == [2] for _ in range(8))
    for words, fault in ((("add-meter", "meter=1,kbps,band=type=drop,rate=1"), "OFPMMFC_METER_EXISTS"), (("mod-meter", "meter=9,kbps,band=type=drop,rate=1"), "OFPMMFC_UNKNOWN_METER"),
                         (("meter-stats", "meter=9"), "OFPMMFC_UNKNOWN_METER"), (("add-meter", "meter=9,kbps,pktps,band=type=drop,rate=1"), "OFPMMFC_BAD_FLAGS")):
        assert switch.fails(words[0], "SWITCH", words[1]) == fault, words
    switch.ofctl("del-meters", "SWITCH", "meter=1")
    assert switch.flows() == [], "the rules that use a meter go with it"
    switch.ofctl("del-meters", "SWITCH")
    assert switch.ofctl("dump-meters", "SWITCH").lines("meter=") == []
    features = switch.ofctl("meter-features", "SWITCH").text
    assert "max_meter:65536 max_bands:16 max_color:0\nband_types: drop dscp_remark\ncapabilities: kbps pktps burst stats\n" in features


@versions()
def test_flow_removed_reaches_whoever_watches(switch, version):
    switch.add_flows("priority=9,in_port=1,cookie=0xab,send_flow_rem,actions=output:2", "priority=8,in_port=1,actions=output:2",
                     "priority=7,in_port=2,hard_timeout=1,send_flow_rem,actions=drop")
    with switch.monitor("65534") as monitor:
        switch.outputs(1, udp(1, 2))
        switch.ofctl("del-flows", "SWITCH", "in_port=1")
        assert monitor.sees(r"OFPT_FLOW_REMOVED .*: priority=9,in_port=1 reason=delete (table_id=0 )?cookie:0xab duration[\d.]+s idle0 (hard0 )?pkts1 bytes60\n")
        assert monitor.sees(r"OFPT_FLOW_REMOVED .*: priority=7,in_port=2 reason=hard ")
    assert "priority=8" not in monitor.text
