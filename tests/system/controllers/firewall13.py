"""A firewall for OpenFlow 1.3: table 0 decides what may pass, table 1 is a learning switch.

ARP and ICMP pass, and TCP to the services of SERVICES from the addresses named there. What is refused meets a rule
of its own, so that it can be counted. A permission has a cookie, and the application hears when somebody takes it away.
"""
from learning13 import Learning
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.lib.packet.ethernet import ethernet
from os_ken.lib.packet.packet import Packet
from report import report

SERVICES = [(("10.0.0.0", "255.255.255.0"), "10.0.0.3", 80), ("10.0.0.1", "10.0.0.3", 22)]  # from, to, port
PERMITTED = 0x5afe


class Firewall(Learning):
    @staticmethod
    def permit(switch, **match):
        parser, of = switch.ofproto_parser, switch.ofproto
        switch.send_msg(parser.OFPFlowMod(switch, cookie=PERMITTED, priority=100, flags=of.OFPFF_SEND_FLOW_REM,
                                          match=parser.OFPMatch(**match), instructions=[parser.OFPInstructionGotoTable(1)]))

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def begin(self, event):
        switch = event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        self.permit(switch, eth_type=0x0806)
        self.permit(switch, eth_type=0x0800, ip_proto=1)
        for client, server, port in SERVICES:
            self.permit(switch, eth_type=0x0800, ip_proto=6, ipv4_src=client, ipv4_dst=server, tcp_dst=port)
            self.permit(switch, eth_type=0x0800, ip_proto=6, ipv4_src=server, ipv4_dst=client, tcp_src=port)
        switch.send_msg(parser.OFPFlowMod(switch, priority=0, cookie=0xdead, match=parser.OFPMatch(), instructions=[]))
        to_controller = parser.OFPInstructionActions(of.OFPIT_APPLY_ACTIONS, [parser.OFPActionOutput(of.OFPP_CONTROLLER)])
        switch.send_msg(parser.OFPFlowMod(switch, table_id=1, priority=0, match=parser.OFPMatch(), instructions=[to_controller]))
        switch.send_msg(parser.OFPBarrierRequest(switch))

    @set_ev_cls(ofp_event.EventOFPBarrierReply, MAIN_DISPATCHER)
    def ready(self, _event):
        report(ready=True)

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet_in(self, event):
        """Learns in table 1; a buffered packet is sent by the rule that it caused."""
        message, switch = event.msg, event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        assert message.table_id == 1
        came_in, frame = message.match["in_port"], Packet(message.data).get_protocol(ethernet)
        self.ports[frame.src] = came_in
        output = [parser.OFPActionOutput(self.ports.get(frame.dst, of.OFPP_FLOOD))]
        if frame.dst in self.ports:
            apply = parser.OFPInstructionActions(of.OFPIT_APPLY_ACTIONS, output)
            switch.send_msg(parser.OFPFlowMod(switch, table_id=1, priority=1, buffer_id=message.buffer_id,
                                              match=parser.OFPMatch(eth_dst=frame.dst), instructions=[apply]))
        if frame.dst not in self.ports or message.buffer_id == of.OFP_NO_BUFFER:
            data = message.data if message.buffer_id == of.OFP_NO_BUFFER else None
            switch.send_msg(parser.OFPPacketOut(switch, buffer_id=message.buffer_id, in_port=came_in, actions=output, data=data))

    @set_ev_cls(ofp_event.EventOFPFlowRemoved, MAIN_DISPATCHER)
    def removed(self, event):
        message = event.msg
        report(removed=message.match.to_jsondict()["OFPMatch"]["oxm_fields"], packets=message.packet_count,
               reason=message.reason, cookie=message.cookie)
