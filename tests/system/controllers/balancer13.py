"""A load balancer for OpenFlow 1.3: a select group shares the connections to one address among servers, by weight.

Clients see SERVICE alone: the switch writes the server's addresses into what they send, and the service's into what
comes back. The application answers for SERVICE's MAC address.
"""
from os_ken.base.app_manager import OSKenApp
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.lib.packet import arp, ethernet, packet
from os_ken.ofproto import ofproto_v1_3
from report import report

SERVICE, SERVICE_MAC = "10.0.0.100", "02:00:00:00:01:00"
CLIENT_PORT = 1
SERVERS = [("10.0.0.2", "00:00:00:00:00:02", 2, 1), ("10.0.0.3", "00:00:00:00:00:03", 3, 1),
           ("10.0.0.4", "00:00:00:00:00:04", 4, 2)]  # address, MAC, port, weight
TCP = {"eth_type": 0x0800, "ip_proto": 6}


class Balancer(OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def begin(self, event):
        switch = event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        self.add_group(switch)
        self.add_rule(switch, {**TCP, "in_port": CLIENT_PORT, "ipv4_dst": SERVICE, "tcp_dst": 80}, [parser.OFPActionGroup(1)])
        for address, _mac, port, _weight in SERVERS:
            self.add_rule(switch, {**TCP, "in_port": port, "ipv4_src": address, "tcp_src": 80},
                          [parser.OFPActionSetField(ipv4_src=SERVICE), parser.OFPActionSetField(eth_src=SERVICE_MAC),
                           parser.OFPActionOutput(CLIENT_PORT)])
        self.add_rule(switch, {"eth_type": 0x0806, "arp_op": 1, "arp_tpa": SERVICE}, [parser.OFPActionOutput(of.OFPP_CONTROLLER)])
        self.add_rule(switch, {"eth_type": 0x0806}, [parser.OFPActionOutput(of.OFPP_FLOOD)], priority=1)
        switch.send_msg(parser.OFPBarrierRequest(switch))

    @staticmethod
    def add_group(switch):
        parser, of = switch.ofproto_parser, switch.ofproto
        buckets = [parser.OFPBucket(weight=weight, watch_port=of.OFPP_ANY, watch_group=of.OFPG_ANY, actions=[
            parser.OFPActionSetField(eth_dst=mac), parser.OFPActionSetField(ipv4_dst=address), parser.OFPActionOutput(port)])
            for address, mac, port, weight in SERVERS]
        switch.send_msg(parser.OFPGroupMod(switch, of.OFPGC_ADD, of.OFPGT_SELECT, 1, buckets))

    @staticmethod
    def add_rule(switch, match, actions, priority=10):
        parser, of = switch.ofproto_parser, switch.ofproto
        apply = parser.OFPInstructionActions(of.OFPIT_APPLY_ACTIONS, actions)
        switch.send_msg(parser.OFPFlowMod(switch, priority=priority, match=parser.OFPMatch(**match), instructions=[apply]))

    @set_ev_cls(ofp_event.EventOFPBarrierReply, MAIN_DISPATCHER)
    def ready(self, _event):
        report(ready=True)

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def answer(self, event):
        message, switch = event.msg, event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        asked = packet.Packet(message.data).get_protocol(arp.arp)
        reply = packet.Packet()
        reply.add_protocol(ethernet.ethernet(asked.src_mac, SERVICE_MAC, 0x0806))
        reply.add_protocol(arp.arp(opcode=arp.ARP_REPLY, src_mac=SERVICE_MAC, src_ip=SERVICE, dst_mac=asked.src_mac, dst_ip=asked.src_ip))
        reply.serialize()
        switch.send_msg(parser.OFPPacketOut(switch, buffer_id=of.OFP_NO_BUFFER, in_port=of.OFPP_CONTROLLER, data=reply.data,
                                            actions=[parser.OFPActionOutput(message.match["in_port"])]))
