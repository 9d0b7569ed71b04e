"""Random frames that random rules tell apart: few values of each field, each frame with a number of its own in its last bytes."""
import struct

MACS = ["020000000001", "020000000002", "02000000a001", "0a0000000001", "0180c200000e", "01005e000001", "ffffffffffff"]
ADDRESSES = [(10, 0, 0, 1), (10, 0, 0, 2), (10, 0, 1, 1), (192, 168, 1, 7), (224, 0, 0, 5)]
ADDRESSES6 = [bytes.fromhex(text) for text in ("fd000000000000000000000000000001", "fd000000000000000000000000000002", "fe800000000000000000000000000001",
                                               "ff0200000000000000000001ff000001")]
PORTS = [1, 53, 80, 443, 1024, 40000]
VLANS = [1, 2, 7, 100, 4095]  # no priority tags: NORMAL passes them on, Open vSwitch takes them off
LABELS = [3, 16, 100, 0xfffff]
TTLS = [0, 1, 2, 64, 255]
TOS = [0, 0x04, 0x2e << 2, 0xff]


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data)) if len(data) % 2 == 0 else checksum_odd(data)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return 0xffff - total


def checksum_odd(data):
    return sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0"))


def transport(rng, protocol, pseudo, tail):
    src, dst = rng.choice(PORTS), rng.choice(PORTS)
    if protocol == 6:
        body = struct.pack("!HHIIBBHHH", src, dst, 1, 2, 0x50, rng.choice([0x02, 0x10, 0x12, 0x01]), 100, 0, 0) + tail
        place = 16
    elif protocol == 17:
        body = struct.pack("!HHHH", src, dst, 8 + len(tail), 0) + tail
        place = 6 if rng.random() < 0.8 or len(pseudo) > 12 else None  # None: no checksum, which IPv4 allows
    elif protocol in (1, 58):
        body = struct.pack("!BBHHH", rng.choice([0, 3, 8, 128, 129, 135, 136]), rng.choice([0, 1]), 0, 7, 1)
        if protocol == 58:
            body += rng.choice(ADDRESSES6) + bytes.fromhex("0101") + bytes.fromhex(rng.choice(MACS[:3]))
        body += tail
        place = 2
    else:
        return tail
    if place is not None:
        pseudo = b"" if protocol == 1 else pseudo
        value = checksum(pseudo + body) or 0xffff
        body = body[:place] + struct.pack("!H", value) + body[place + 2:]
    return body


def ipv4(rng, tail):
    protocol = rng.choice([1, 6, 6, 17, 17, 89])
    src, dst = bytes(rng.choice(ADDRESSES)), bytes(rng.choice(ADDRESSES))
    fragment = rng.choice([0] * 8 + [0x4000, 0x2000, 0x2010, 0x0010])
    if protocol in (6, 17):  # Open vSwitch 3.1 mends a checksum, that is: spoils payload, in later fragments too
        fragment &= 0x6000
    pseudo_body = 20 if protocol == 6 else 8
    length = len(tail) + (pseudo_body if protocol in (1, 6, 17) else 0)
    body = transport(rng, protocol, src + dst + struct.pack("!HH", protocol, length), tail)
    header = struct.pack("!BBHHHBBH", 0x45, rng.choice(TOS), 20 + len(body), 1, fragment, rng.choice(TTLS), protocol, 0) + src + dst
    return 0x0800, header[:10] + struct.pack("!H", checksum(header)) + header[12:] + body


def ipv6(rng, tail):
    protocol = rng.choice([6, 17, 58, 58, 59])
    src, dst = rng.choice(ADDRESSES6), rng.choice(ADDRESSES6)
    length = len(tail) + {6: 20, 17: 8, 58: 32}.get(protocol, 0)
    body = transport(rng, protocol, src + dst + struct.pack("!II", length, protocol), tail)
    return 0x86dd, struct.pack("!IHBB", 6 << 28 | rng.choice(TOS) << 20 | rng.choice([0, 5]), len(body), protocol, rng.choice(TTLS)) + src + dst + body


def arp(rng, tail):
    mac = bytes.fromhex(rng.choice(MACS[:3]))
    return 0x0806, struct.pack("!HHBBH", 1, 0x0800, 6, 4, rng.choice([1, 2])) + mac + bytes(rng.choice(ADDRESSES)) + mac + bytes(rng.choice(ADDRESSES)) + tail


def mpls(rng, tail):
    kind, inner = rng.choice([ipv4, ipv4, ipv6])(rng, tail)
    depth = rng.choice([1, 1, 2, 3])
    for level in range(depth):
        inner = struct.pack("!I", rng.choice(LABELS) << 12 | rng.randrange(8) << 9 | (level == 0) << 8 | rng.choice(TTLS)) + inner
    return 0x8847, inner


def other(rng, tail):
    return rng.choice([0x9999, 0x88cc]), bytes(20) + tail


def tagged(rng, kind, body):
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        body = struct.pack("!HH", rng.randrange(8) << 13 | rng.choice(VLANS), kind) + body
        kind = 0x8100 if rng.random() < 0.8 else 0x88a8
    return kind, body


def frame(rng, number):
    """(port where it comes in, bytes). They end with `number`."""
    tail = bytes(40) + struct.pack("!I", number)
    kind, body = tagged(rng, *rng.choice([ipv4] * 5 + [ipv6] * 2 + [arp, mpls, mpls, other])(rng, tail))
    dst, src = rng.choice([(dst, src) for dst in MACS for src in MACS[:4] if dst != src])  # to itself: NORMAL learns only after it has looked
    return rng.choice([1, 2, 3]), bytes.fromhex(dst + src) + struct.pack("!H", kind) + body
