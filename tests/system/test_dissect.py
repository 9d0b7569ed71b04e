"""What goes over our channels, as tshark sees it: every message of both sides is well formed, in 1.0, 1.3 and 1.4."""
import collections
import contextlib
import os
import shutil
import subprocess
import time

import pytest

from conftest import SLOWNESS, wait_until
from openflow_rig import Lab, application, machine, running  # noqa: F401: machine is a fixture
from switch_rig import udp
from test_ofctl import UNKNOWN, VERSIONS, switch, versions, wait_for_answer  # noqa: F401: switch is a fixture

if os.geteuid() != 0:
    pytest.skip("needs root for a network namespace in the machine's place", allow_module_level=True)

Message = collections.namedtuple("Message", "ours version type remark length")
NUMBERS = {"1.0": 1, "1.3": 4, "1.4": 5}

# tshark 4.0 says so of what it does not take apart: most of 1.0, experimenters' messages, errors of bundles.
NOT_TAKEN_APART = ("Message data not dissected yet", "Action not dissected yet", "Experimenter body.", "Experimenter action body.",
                   "Experimenter multipart request body.", "Experimenter error body.", "Unknown error body.")


@contextlib.contextmanager
def captured(machine, port, file):
    """What goes over the machine's loopback from and to that port meanwhile."""
    tcpdump = subprocess.Popen([*machine, "tcpdump", "-i", "lo", "-B", "65536", "-U", "--immediate-mode", "-Z", "root", "-w", str(file),
                                "tcp", "port", str(port)], stderr=subprocess.PIPE, text=True)
    assert "listening on lo" in tcpdump.stderr.readline()
    try:
        yield
        wait_until(lambda: is_written(file))
    finally:
        tcpdump.terminate()
        assert "\n0 packets dropped by kernel" in tcpdump.communicate(timeout=10 * SLOWNESS)[1]


def is_written(file):
    before = file.stat().st_size
    time.sleep(0.05)
    return before == file.stat().st_size


def messages(file, port, ours):
    """Each OpenFlow message (of those in an error, the error itself). `ours`: the switch's port is the source's."""
    fields = ["tcp.srcport", "openflow.version", "openflow_1_0.type", "openflow_v4.type", "openflow_v5.type", "openflow.length", "_ws.expert.message"]
    done = subprocess.run(["tshark", "-r", str(file), "-d", f"tcp.port=={port},openflow", "-Y", "tcp.len > 0", "-T", "fields",
                           *[word for field in fields for word in ("-e", field)]], capture_output=True, text=True, check=True)
    found = []
    for line in done.stdout.splitlines():
        source, _, *types, length, remark = line.split("\t")
        remark = ",".join(part for part in remark.split(",") if "TCP" not in part and "retransmission" not in part and "window" not in part)
        for version, numbers in zip((1, 4, 5), types):
            found += [Message((int(source) == port) == ours, version, int(number), remark, length) for number in numbers.split(",") if number]
    return found


def is_tsharks_own_fault(message):
    """It looks for at least one action in a flow mod of 1.0, which may have none (1.0.0, 5.3.3): to delete, or to drop."""
    return message.version == 1 and message.type == 14 and "Malformed" in message.remark and not message.ours


def check(found):
    assert found
    faults = [message for message in found if not is_tsharks_own_fault(message)
              and any(part not in NOT_TAKEN_APART for part in message.remark.split(",") if part)]
    assert not faults, faults[:5]


def types(found, version, ours):
    return {message.type for message in found if message.version == version and message.ours == ours}


def talk(switch, version, tmp_path):
    """About everything that ovs-ofctl can say."""
    ofctl, newer = switch.ofctl, version != "1.0"
    for command in ("show", "dump-desc", "dump-tables", "dump-ports", "dump-ports-desc", "queue-stats", "queue-get-config", "get-frags", "probe"):
        ofctl(command, "SWITCH", check=False)
    ofctl("set-frags", "SWITCH", "normal")
    for change in ("no-forward", "forward", "down", "up"):
        ofctl("mod-port", "SWITCH", "3", change)
    if newer:
        ofctl("dump-table-features", "SWITCH")
        ofctl("add-group", "SWITCH", "group_id=1,type=select,bucket=weight:1,set_field:02:00:00:00:00:09->eth_dst,output:2,bucket=weight:2,output:3")
        ofctl("add-group", "SWITCH", "group_id=2,type=ff,bucket=watch_port:2,output:2")
        ofctl("add-meter", "SWITCH", "meter=1,kbps,burst,stats,band=type=drop,rate=1000,burst_size=100,type=dscp_remark,prec_level=1,rate=500,burst_size=50")
        switch.add_flows("priority=9,in_port=2,actions=meter:1,group:1",
                         "priority=8,icmp6,ipv6_src=fd00::/64,icmp_type=135,nd_target=fd00::1,actions=push_vlan:0x8100,set_field:4103->vlan_vid,goto_table:4",
                         "priority=7,mpls,mpls_label=5,actions=pop_mpls:0x0800,dec_ttl,write_actions(output:1),write_metadata:5/0xff,goto_table:2",
                         "priority=6,arp,arp_op=1,arp_spa=10.0.0.0/8,actions=push_mpls:0x8847,set_field:7->mpls_label,set_queue:0,output:2")
        for command in ("dump-groups", "dump-group-stats", "dump-group-features", "dump-meters", "meter-stats", "meter-features"):
            ofctl(command, "SWITCH")
    switch.add_flows("priority=5,udp,tp_dst=9,send_flow_rem,actions=controller", "priority=4,dl_vlan=7,actions=strip_vlan,output:2",
                     "priority=3,tcp,nw_dst=10.0.0.0/24,nw_tos=4,actions=mod_nw_dst:10.0.0.9,mod_tp_dst:80,load:5->NXM_NX_REG0[],resubmit(,3)",
                     "priority=2,actions=learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),flood")
    for command in ("dump-flows", "dump-aggregate"):
        ofctl(command, "SWITCH")
        ofctl(command, "SWITCH", "ip")
    with switch.monitor("65534") as monitor:
        assert wait_for_answer(monitor, switch)
        switch.outputs(1, udp(1, 9))
        switch.outputs(1, udp(1, 10))
        ofctl("del-flows", "SWITCH", "udp")
        assert monitor.sees("FLOW_REMOVED")
        switch.set_link(3, "down")
        assert monitor.sees("PORT_STATUS")
    for words in UNKNOWN:
        ofctl(*words, check=False)
    assert switch.fails("add-flow", "SWITCH", "table=254,actions=drop")
    assert switch.fails("dump-ports", "SWITCH", "77")
    ofctl("--bundle", "add-flows", "SWITCH", "-", stdin="add priority=1,actions=drop\nadd in_port=1,actions=output:1\n", check=False)
    ofctl("--bundle", "add-flows", "SWITCH", "-", stdin="add priority=1,check_overlap,actions=drop\nadd priority=1,ip,check_overlap,actions=output:1\n", check=False)
    if version == "1.4":
        ofctl("mod-table", "SWITCH", "3", "evict")
        ofctl("dump-table-desc", "SWITCH")
    ofctl("del-flows", "SWITCH")
    ofctl("ping", "SWITCH", "100")


# By number: error, echo, vendor, features, config, packet-in and -out, removed, port status, mods, multipart, barrier … Hellos are of the
# highest version, and in 1.0 ovs-ofctl has its packet-ins in Nicira's form.
SAID_BY_US = {"1.0": {1, 3, 4, 6, 8, 11, 12, 17, 19, 21}, "1.3": {1, 3, 4, 6, 8, 10, 11, 12, 19, 21, 23}, "1.4": {1, 3, 6, 8, 10, 11, 12, 19, 21, 33}}
SAID_TO_US = {"1.0": {2, 4, 5, 7, 9, 13, 14, 15, 16, 18, 20}, "1.3": {2, 4, 5, 7, 9, 13, 14, 15, 16, 18, 20, 22, 29},
              "1.4": {2, 5, 7, 9, 13, 14, 15, 16, 17, 18, 20, 29, 33, 34}}


@versions()
def test_what_a_tool_and_we_say_is_well_formed(switch, version, machine, tmp_path):
    if not shutil.which("tshark"):
        pytest.skip("tshark is not installed")
    with captured(machine, 6654, tmp_path / "pcap"):
        talk(switch, version, tmp_path)
    found = messages(tmp_path / "pcap", 6654, ours=True)
    check(found)
    number = NUMBERS[version]
    assert SAID_BY_US[version] - types(found, number, ours=True) == set()
    assert SAID_TO_US[version] - types(found, number, ours=False) == set()


@pytest.mark.parametrize("flowbed", ["root"], indirect=True)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_application_and_we_say_is_well_formed(flowbed, machine, version, tmp_path):
    flowbed.prefix = machine
    name = "learning" + version.replace(".", "")
    with captured(machine, 6653, tmp_path / "pcap"), running(machine, 6653, application(name, 6653)), \
            Lab(flowbed, "--topo", "linear,2", "--controller", "remote", "--switch", f"ovs,protocols=OpenFlow{version.replace('.', '')}") as lab:
        assert wait_until(lambda: lab.run("h1", "ping", "-c", "2", "-i", "0.1", "-W", "1", "10.0.0.2", check=False).returncode == 0)
    found = messages(tmp_path / "pcap", 6653, ours=False)
    check(found)
    number = NUMBERS[version]
    assert types(found, number, ours=True) >= {0, 6, 10}
    assert types(found, number, ours=False) >= {5, 13, 14}
