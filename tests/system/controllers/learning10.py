"""A learning switch for OpenFlow 1.0, where packets that no rule matches go to the controller by themselves, in buffers."""
from os_ken.base.app_manager import OSKenApp
from os_ken.controller import ofp_event
from os_ken.controller.handler import MAIN_DISPATCHER, set_ev_cls
from os_ken.lib.mac import haddr_to_bin
from os_ken.lib.packet.ethernet import ethernet
from os_ken.lib.packet.packet import Packet
from os_ken.ofproto import ofproto_v1_0


class Learning(OSKenApp):
    OFP_VERSIONS = [ofproto_v1_0.OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ports = {}  # by switch and address

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet_in(self, event):
        message, switch = event.msg, event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        frame = Packet(message.data).get_protocol(ethernet)
        self.ports[switch.id, frame.src] = message.in_port
        actions = [parser.OFPActionOutput(self.ports.get((switch.id, frame.dst), of.OFPP_FLOOD))]
        if actions[0].port != of.OFPP_FLOOD:
            match = parser.OFPMatch(in_port=message.in_port, dl_dst=haddr_to_bin(frame.dst))
            return switch.send_msg(parser.OFPFlowMod(switch, match, cookie=0, command=of.OFPFC_ADD, idle_timeout=60,
                                                     priority=1, buffer_id=message.buffer_id, actions=actions))
        return switch.send_msg(parser.OFPPacketOut(switch, buffer_id=message.buffer_id, in_port=message.in_port, actions=actions))
