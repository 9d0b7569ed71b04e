"""The learning switch, for OpenFlow 1.4."""
import learning13
from os_ken.ofproto import ofproto_v1_4


class Learning14(learning13.Learning):
    OFP_VERSIONS = [ofproto_v1_4.OFP_VERSION]


del learning13  # else its application would run as well
