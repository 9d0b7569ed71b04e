"""A learning switch for OpenFlow 1.3: sends what it does not know to the controller, and installs what it learns."""
from os_ken.base.app_manager import OSKenApp
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.lib.packet.ethernet import ethernet
from os_ken.lib.packet.packet import Packet
from os_ken.ofproto import ofproto_v1_3


class Learning(OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ports = {}  # by switch and address

    @staticmethod
    def add_rule(switch, priority, match, actions):
        parser, of = switch.ofproto_parser, switch.ofproto
        apply = [parser.OFPInstructionActions(of.OFPIT_APPLY_ACTIONS, actions)]
        switch.send_msg(parser.OFPFlowMod(switch, priority=priority, match=match, instructions=apply))

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def begin(self, event):
        switch = event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        self.add_rule(switch, 0, parser.OFPMatch(), [parser.OFPActionOutput(of.OFPP_CONTROLLER, of.OFPCML_NO_BUFFER)])

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet_in(self, event):
        message, switch = event.msg, event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        came_in, frame = message.match["in_port"], Packet(message.data).get_protocol(ethernet)
        self.ports[switch.id, frame.src] = came_in
        output = parser.OFPActionOutput(self.ports.get((switch.id, frame.dst), of.OFPP_FLOOD))
        if output.port != of.OFPP_FLOOD:
            self.add_rule(switch, 1, parser.OFPMatch(in_port=came_in, eth_dst=frame.dst), [output])
        switch.send_msg(parser.OFPPacketOut(switch, buffer_id=of.OFP_NO_BUFFER, in_port=came_in, actions=[output], data=message.data))
