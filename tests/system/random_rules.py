"""Random rule sets in ovs-ofctl's words: tables, groups, registers, rewriting, tags, labels. They fit random_frames."""
import re

from random_frames import ADDRESSES, ADDRESSES6, LABELS, MACS, PORTS, TTLS, VLANS

TABLES = 5
KINDS = ["", "", "ip", "ip", "tcp", "udp", "icmp", "arp", "ipv6", "tcp6", "udp6", "icmp6", "mpls", "dl_type=0x9999"]


def mac(rng, pool=MACS):
    text = rng.choice(pool)
    return ":".join(text[i:i + 2] for i in range(0, 12, 2))


def ip(rng):
    return ".".join(map(str, rng.choice(ADDRESSES)))


def ip6(rng):
    return ":".join(rng.choice(ADDRESSES6).hex()[i:i + 4] for i in range(0, 32, 4))


def masked(rng, text, masks):
    return text + rng.choice(["", *masks])


def matches_of(rng, kind):
    """What such packets may be asked for, each as text."""
    pool = [f"in_port={rng.choice([1, 2, 3])}", masked(rng, f"dl_src={mac(rng)}", ["/ff:ff:00:00:00:00", "/00:00:00:00:00:01"]),
            masked(rng, f"dl_dst={mac(rng)}", ["/01:00:00:00:00:00"]),
            rng.choice([f"dl_vlan={rng.choice(VLANS)}", "vlan_tci=0x0000", "vlan_tci=0x1000/0x1000", f"vlan_tci={rng.choice(VLANS) | 0x1000:#x}/0x1fff"]),
            f"reg0={rng.choice([0, 1, 7])}", f"reg1={rng.randrange(4)}/3", f"metadata={rng.choice([0, 5])}/0xff"]
    if kind in ("ip", "tcp", "udp", "icmp"):
        pool += [masked(rng, f"nw_src={ip(rng)}", ["/24", "/8", "/255.0.0.255"]), masked(rng, f"nw_dst={ip(rng)}", ["/24", "/31"]), *of_ip(rng)]
    if kind in ("ipv6", "tcp6", "udp6", "icmp6"):
        pool += [masked(rng, f"ipv6_src={ip6(rng)}", ["/64", "/127"]), masked(rng, f"ipv6_dst={ip6(rng)}", ["/16"]), f"ipv6_label={rng.choice([0, 5])}", *of_ip(rng)]
    if kind in ("tcp", "udp", "tcp6", "udp6"):
        pool += [masked(rng, f"tp_src={rng.choice(PORTS)}", ["/0xff00", "/1"]), masked(rng, f"tp_dst={rng.choice(PORTS)}", ["/0xfff0"])] * 2
    if kind in ("tcp", "tcp6"):
        pool += [rng.choice(["tcp_flags=+syn-ack", "tcp_flags=0x10", "tcp_flags=+ack"])]
    if kind == "icmp":
        pool += [f"icmp_type={rng.choice([0, 3, 8])}", f"icmp_type=3,icmp_code={rng.choice([0, 1])}"]
    if kind == "icmp6":
        pool += [f"icmp_type={rng.choice([128, 135, 136])}", f"icmp_type=135,icmp_code=0,nd_target={ip6(rng)}"]
    if kind == "arp":
        pool += [f"arp_op={rng.choice([1, 2])}", f"arp_spa={ip(rng)}/24", f"arp_tpa={ip(rng)}", f"arp_sha={mac(rng)}"] * 2
    if kind == "mpls":
        pool += [f"mpls_label={rng.choice(LABELS)}", f"mpls_tc={rng.randrange(8)}", f"mpls_bos={rng.choice([0, 1])}"] * 2
    return pool


def of_ip(rng):
    return [f"nw_ttl={rng.choice(TTLS)}", f"ip_dscp={rng.choice([0, 1, 46, 63])}", f"nw_ecn={rng.randrange(4)}",
            f"nw_frag={rng.choice(['no', 'yes', 'first', 'later', 'not_later'])}"]


def match(rng, kind):
    pool = matches_of(rng, kind)
    chosen = {text.split("=")[0].split("/")[0]: text for text in rng.sample(pool, rng.choice([0, 1, 1, 2, 2, 3]))}
    if "dl_vlan" in chosen:
        chosen.pop("vlan_tci", None)
    if any(name.startswith("tp_") for name in chosen):
        chosen.pop("nw_frag", None)  # later fragments have no ports
    return ",".join(([kind] if kind else []) + list(chosen.values()))


def push_vlan(rng):
    """With all that a tag has: 1.3.5 (5.11) copies from the tag below, Open vSwitch starts from nothing."""
    return f"push_vlan:{rng.choice(['0x8100', '0x88a8'])},set_field:{rng.choice(VLANS) | 0x1000}->vlan_vid,set_field:{rng.randrange(8)}->vlan_pcp"


def push_mpls(rng):
    """With all that a label has: 1.3.5 starts from nothing but a TTL, Open vSwitch from IP's fields too. Of one type, for Open vSwitch
    gives a second label the type of the first."""
    return f"push_mpls:0x8847,set_field:{rng.choice(LABELS)}->mpls_label,set_field:{rng.randrange(8)}->mpls_tc,set_mpls_ttl:{rng.choice([1, 9])}"


class Actions:
    """A list of actions that may follow each other. `kind` is what the packet is by then."""

    def __init__(self, rng, kind, table, groups):
        self.rng, self.kind, self.table, self.groups, self.list = rng, kind, table, groups, []
        self.may_pop = True  # the label that the rule has met, and that is the last

    def some(self, most):
        for _ in range(self.rng.randrange(most + 1)):
            self.one()
        return self.list

    def one(self):
        rng = self.rng
        pool = [self.output, self.output, self.output, self.ethernet, self.vlan, self.registers, self.labels]
        if self.kind in ("ip", "tcp", "udp", "icmp", "ipv6", "tcp6", "udp6", "icmp6"):
            pool += [self.network, self.network]
        if self.kind in ("tcp", "udp", "tcp6", "udp6"):
            pool += [self.transport] * 2
        if self.kind == "arp":
            pool += [self.arp] * 3
        if self.kind == "mpls":
            pool += [self.labels] * 3
        if self.table < TABLES - 1:
            pool += [self.resubmit] * 2
        rng.choice(pool)()

    def add(self, *texts):
        self.list.append(self.rng.choice(texts))

    def output(self):
        self.add(*[f"output:{port}" for port in (1, 2, 3, 1, 2, 3)], "in_port", "flood", "all", "output:NXM_NX_REG2[0..15]", *[f"group:{group}" for group in self.groups])

    def ethernet(self):
        rng = self.rng
        self.add(f"mod_dl_src:{mac(rng)}", f"mod_dl_dst:{mac(rng)}", f"set_field:{mac(rng)}/ff:ff:00:00:00:00->eth_src",
                 "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]", "load:0x55->NXM_OF_ETH_DST[0..7]", "move:NXM_OF_ETH_DST[0..15]->NXM_NX_REG0[0..15]")

    def vlan(self):
        rng = self.rng
        self.add("strip_vlan", "strip_vlan", push_vlan(rng), push_vlan(rng))

    def registers(self):
        rng = self.rng
        self.add(f"load:{rng.randrange(8)}->NXM_NX_REG0[0..2]", f"set_field:{rng.randrange(4)}->reg1", "move:NXM_NX_REG0[0..3]->NXM_NX_REG1[4..7]",
                 "move:NXM_OF_IN_PORT[]->NXM_NX_REG2[0..15]", "load:2->NXM_OF_IN_PORT[]", f"load:{rng.choice([1, 3])}->NXM_NX_REG2[]",
                 "move:NXM_OF_VLAN_TCI[0..11]->NXM_NX_REG1[0..11]")

    def network(self):
        rng = self.rng
        if self.kind.endswith("6") or self.kind == "ipv6":
            self.add(f"set_field:{ip6(rng)}->ipv6_dst", f"set_field:{ip6(rng)}->ipv6_src", "set_field:9->ipv6_label", *self.of_any_ip())
        else:
            self.add(f"mod_nw_src:{ip(rng)}", f"mod_nw_dst:{ip(rng)}", "move:NXM_OF_IP_SRC[]->NXM_OF_IP_DST[]", "load:9->NXM_OF_IP_SRC[0..7]",
                     f"set_field:{ip(rng)}/24->ip_dst", *self.of_any_ip())

    def of_any_ip(self):
        return ["dec_ttl", "dec_ttl", f"mod_nw_tos:{self.rng.choice([0, 4, 184])}", f"mod_nw_ecn:{self.rng.randrange(4)}", f"mod_nw_ttl:{self.rng.choice([1, 64])}"]

    def transport(self):
        self.add(f"mod_tp_src:{self.rng.choice(PORTS)}", f"mod_tp_dst:{self.rng.choice(PORTS)}")

    def arp(self):
        rng = self.rng
        self.add("set_field:2->arp_op", f"set_field:{ip(rng)}->arp_spa", f"set_field:{mac(rng)}->arp_sha", "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[]",
                 "move:NXM_OF_ETH_SRC[]->NXM_NX_ARP_THA[]", "load:0x0a000009->NXM_OF_ARP_SPA[]")

    def labels(self):
        rng = self.rng
        if self.kind == "mpls" and rng.random() < 0.75:
            self.add(f"set_field:{rng.choice(LABELS)}->mpls_label", f"set_field:{rng.randrange(8)}->mpls_tc", "dec_mpls_ttl", f"set_mpls_ttl:{rng.choice([1, 9])}",
                     *["pop_mpls:0x0800", "pop_mpls:0x86dd"] * self.may_pop)
            if "pop_mpls" in self.list[-1]:
                self.kind, self.may_pop = {"pop_mpls:0x0800": "ip", "pop_mpls:0x86dd": "ipv6"}[self.list[-1]], False
        elif rng.random() < 0.5:
            self.list.append(push_mpls(rng))
            self.kind, self.may_pop = "mpls", False

    def resubmit(self):
        self.may_pop = False
        table = self.rng.randrange(self.table + 1, TABLES)
        self.add(f"resubmit(,{table})", f"resubmit(,{table})", f"resubmit({self.rng.choice([1, 2])},{table})")


def instructions(rng, kind, table, groups):
    text = Actions(rng, kind, table, groups).some(4)
    if rng.random() < 0.15:
        later = rng.sample([f"output:{rng.choice([1, 2, 3])}", f"mod_dl_src:{mac(rng)}", "dec_ttl" if kind in ("ip", "tcp", "ipv6") else f"mod_dl_dst:{mac(rng)}",
                            *[f"group:{group}" for group in groups[:1]]], rng.choice([1, 2]))
        text.append(f"write_actions({','.join(later)})")
    elif rng.random() < 0.05:
        text.append("clear_actions")
    if table < TABLES - 1 and rng.random() < 0.4:
        if rng.random() < 0.3:
            text.append("write_metadata:0x5/0xf")
        text.append(f"goto_table:{rng.randrange(table + 1, TABLES)}")
    return ",".join(text) or "drop"


def rule(rng, table, groups):
    kind = rng.choice(KINDS)
    actions, asked = instructions(rng, kind, table, groups), match(rng, kind)
    if "pop_mpls" in actions:  # of what is told to be another type and is none, everybody makes what they like
        asked = re.sub(r",mpls_bos=.", "", asked) + ",mpls_bos=1"
    parts = [f"table={table}", f"priority={rng.randrange(1, 6) * 10 + rng.randrange(1000) * 100}", asked]
    return ",".join(part for part in parts if part) + ",actions=" + actions


def lesson(rng):
    """A rule that makes rules."""
    return (f"table=0,priority=60000,dl_dst={mac(rng, MACS[:4])},actions=learn(table=4,priority=65000,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],"
            "load:NXM_OF_VLAN_TCI[0..11]->NXM_NX_REG1[0..11],output:NXM_OF_IN_PORT[]),resubmit(,4),resubmit(,1)")


def conjunction(rng):
    clauses = [f"table=2,priority=65100,ip,nw_src={ip(rng)}/24,actions=conjunction(7,1/2)", f"table=2,priority=65100,ip,nw_src={ip(rng)},actions=conjunction(7,1/2)",
               f"table=2,priority=65100,tcp,tp_dst={rng.choice(PORTS)},actions=conjunction(7,2/2)", f"table=2,priority=65100,udp,tp_dst={rng.choice(PORTS)},actions=conjunction(7,2/2)"]
    return [*clauses, "table=2,priority=65100,conj_id=7,ip,actions=mod_dl_src:02:00:00:00:77:77,output:3,resubmit(,3)",
            "table=0,priority=62000,tcp,actions=mod_dl_dst:02:00:00:00:00:66,resubmit(,2)", "table=0,priority=62000,udp,actions=resubmit(,2),resubmit(,1)"]


def groups(rng):
    """Of kinds whose choice everybody makes alike: all; of one bucket; of the first port that lives."""
    def bucket(watch=""):
        return f"bucket={watch}" + "actions=" + ",".join(rng.sample([f"output:{rng.choice([1, 2, 3])}", f"mod_dl_src:{mac(rng)}", push_vlan(rng), "strip_vlan", push_mpls(rng)],
                                                                  rng.choice([1, 2, 2])) + [f"output:{rng.choice([1, 2, 3])}"])
    return ["group_id=1,type=all," + ",".join(bucket() for _ in range(rng.choice([1, 2, 3]))), "group_id=2,type=indirect," + bucket(),
            "group_id=3,type=select," + bucket("weight:1,"), f"group_id=4,type=ff,{bucket('watch_port:2,')},{bucket('watch_port:1,')}",
            f"group_id=5,type=all,{bucket()},bucket=actions=mod_dl_dst:{mac(rng)},group:2"]


def rule_set(rng):
    """(groups, rules), a line each."""
    some = groups(rng)
    ids = [1, 2, 3, 4, 5]
    rules = [rule(rng, table, ids) for table in range(TABLES) for _ in range(rng.choice([2, 5, 9]))]
    rules += [f"table={table},priority=1,actions={instructions(rng, '', table, ids)}" for table in range(TABLES) if rng.random() < 0.6]
    if any("write_actions" in one for one in rules):
        # What goes on to a table and meets nothing there is dropped (1.3.5, 5.4); Open vSwitch runs its action set.
        rules += [f"table={table},priority=0,actions=drop" for table in range(TABLES)]
    if rng.random() < 0.3:
        rules.append(lesson(rng))
    if rng.random() < 0.3:
        rules += conjunction(rng)
    if rng.random() < 0.2:
        rules.append(f"table=0,priority=61000,in_port={rng.choice([1, 2, 3])},actions=normal,resubmit(,1)")
    return some, rules
