"""Programs that people run in hosts: daemons that drop privileges, sudo, su, sshd, routing daemons, X programs."""
import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import ORDINARY_USER, SLOWNESS, wait_until

pytestmark = pytest.mark.every_kernel

ASK_DNS = r"""
import socket, sys
query = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03web\x04test\x00\x00\x01\x00\x01"
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(%d)
s.sendto(query, ("10.0.0.1", 53)); print("answer", socket.inet_ntoa(s.recv(512)[-4:]))
"""

BIRD = """
router id 10.0.0.%d;
log stderr all;
protocol device {}
protocol kernel { ipv4 { export all; }; }
protocol static { ipv4; route 172.16.%d.0/24 blackhole; }
protocol bgp { local 10.0.0.%d as 6500%d; neighbor 10.0.0.%d as 6500%d; connect delay time 1; ipv4 { import all; export all; }; }
"""

SSHD = """
HostKey {work}/host_key
AuthorizedKeysFile {work}/user_key.pub
PidFile none
StrictModes no
UsePAM yes
"""


def need(program):
    if shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
        pytest.skip(f"{program} is not installed")


def give(flowbed, name, text):
    (flowbed.work / name).write_text(text)


def test_a_dns_server_drops_its_privileges_and_answers(flowbed):
    give(flowbed, "ask.py", ASK_DNS % (2 * SLOWNESS))
    out = flowbed.shell("h1 dnsmasq --no-resolv --no-hosts --address=/web.test/10.0.0.7 --listen-address=10.0.0.1 --bind-interfaces "
                        f"--pid-file={flowbed.work}/dnsmasq.pid --user=nobody --group=nogroup --conf-file=/dev/null\n"
                        "h2 sleep 0.5\nh2 /usr/bin/python3 ask.py\n").stdout
    assert "answer 10.0.0.7" in out


def test_tcpdump_writes_its_file(flowbed):
    out = flowbed.shell("h1 timeout 20 tcpdump -c 2 -w dump.pcap -i h1-eth0 icmp 2>/dev/null &\nh1 sleep 1\nh2 ping -c 2 -i 0.2 h1\nh1 wait\n"
                        "h1 tcpdump -n -r dump.pcap 2>/dev/null\n").stdout
    assert "ICMP echo request" in out.split("statistics")[-1]


def test_routing_daemons_speak_bgp(flowbed):
    need("bird")
    for n, other in ((1, 2), (2, 1)):
        give(flowbed, f"bird{n}.conf", BIRD % (n, n, n, n, other, other))
    start = "".join(f"h{n} bird -c bird{n}.conf -s bird{n}.ctl -P bird{n}.pid\n" for n in (1, 2))
    learned = "h2 sh -c 'for i in $(seq 60); do ip route | grep 172.16.1.0 && break; sleep 0.5; done'\n"
    assert "172.16.1.0/24 via 10.0.0.1" in flowbed.shell(start + learned).stdout


def test_sudo_and_su_run_commands(flowbed):
    out = flowbed.shell("h1 sudo -n NOTE=here sh -c 'echo sudo $(id -u) $NOTE'\nh1 su -s /bin/sh daemon -c 'echo su; id -u'\n", check=False).stdout
    assert "sudo 0 here" in out
    out += flowbed.shell("h1 sudo -nu root -- sh -c 'echo letters $1' x 'two words'\nh1 sudo -s echo shell 'a  b'\nh1 sudo -k echo kept\n", check=False).stdout
    assert "letters two words" in out and "shell a  b" in out and "kept" in out
    assert "su\n0\n" in out if flowbed.identity == "user" else "su\n1\n" in out


def test_ssh_from_host_to_host(flowbed):
    need("sshd")
    if flowbed.identity == "user":
        pytest.skip("sshd gives up privileges for good, which a single id cannot do; a range of ids can")
    if flowbed.identity == "root" and not os.path.isdir("/run/sshd"):
        pytest.skip("as root, hosts share the machine's /run, and this machine's sshd has not made /run/sshd")
    give(flowbed, "sshd_config", SSHD.format(work=flowbed.work))
    out = flowbed.shell("h2 ssh-keygen -q -t ed25519 -N '' -f host_key\nh2 ssh-keygen -q -t ed25519 -N '' -f user_key\n"
                        f"h2 /usr/sbin/sshd -f {flowbed.work}/sshd_config\nh1 sleep 0.5\n"
                        "h1 ssh -F none -i user_key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@10.0.0.2 'hostname; id -u'\n").stdout
    assert "h2\n0\n" in out


@pytest.fixture
def display(flowbed):
    """An X server that wants a cookie; the environment that leads to it."""
    pathlib.Path("/tmp/.X11-unix").mkdir(mode=0o1777, exist_ok=True)
    number = 90 + os.getpid() % 900
    cookies = flowbed.work / "cookies"
    cookies.touch()
    environment = {**os.environ, "DISPLAY": f":{number}", "XAUTHORITY": str(cookies), "HOME": str(flowbed.work)}
    subprocess.run(["xauth", "-f", cookies, "add", f":{number}", ".", "0123456789abcdef0123456789abcdef"], check=True, env=environment)
    if flowbed.identity != "root" and os.geteuid() == 0:
        os.chown(cookies, ORDINARY_USER, ORDINARY_USER)
    server = subprocess.Popen(["Xvfb", f":{number}", "-nolisten", "tcp", "-auth", cookies], stderr=subprocess.DEVNULL)
    try:
        assert wait_until(pathlib.Path(f"/tmp/.X11-unix/X{number}").exists)
        yield {"DISPLAY": f":{number}", "XAUTHORITY": str(cookies)}
    finally:
        server.terminate()
        server.wait()


def test_x_programs_find_the_screen_and_their_cookie(flowbed, display):
    flowbed.extra_environment = display
    out = flowbed.shell("h1 hostname\nh1 xdpyinfo\n").stdout
    assert f"name of display:    {display['DISPLAY']}" in out
