"""A rate limiter for OpenFlow 1.3: each direction between ports 1 and 2 has a meter. A packet-in of type 0x88b5 asks for the meters."""
from os_ken.base.app_manager import OSKenApp
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.ofproto import ofproto_v1_3
from report import report

RATES = {1: 5000, 2: 20000}  # kbit/s, by the port that packets come in
BURST = 500  # kbit


class Limiter(OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def begin(self, event):
        switch = event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        for port, rate in RATES.items():
            flags = of.OFPMF_KBPS | of.OFPMF_BURST | of.OFPMF_STATS
            band = parser.OFPMeterBandDrop(rate=rate, burst_size=BURST)
            switch.send_msg(parser.OFPMeterMod(switch, of.OFPMC_ADD, flags, port, [band]))
            apply = parser.OFPInstructionActions(of.OFPIT_APPLY_ACTIONS, [parser.OFPActionOutput(3 - port)])
            switch.send_msg(parser.OFPFlowMod(switch, match=parser.OFPMatch(in_port=port), priority=1,
                                              instructions=[parser.OFPInstructionMeter(port), apply]))
        ask = parser.OFPInstructionActions(of.OFPIT_APPLY_ACTIONS, [parser.OFPActionOutput(of.OFPP_CONTROLLER)])
        switch.send_msg(parser.OFPFlowMod(switch, match=parser.OFPMatch(eth_type=0x88b5), priority=2, instructions=[ask]))
        switch.send_msg(parser.OFPBarrierRequest(switch))

    @set_ev_cls(ofp_event.EventOFPBarrierReply, MAIN_DISPATCHER)
    def ready(self, _event):
        report(ready=True)

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def asked(self, event):
        switch = event.msg.datapath
        parser, of = switch.ofproto_parser, switch.ofproto
        switch.send_msg(parser.OFPMeterStatsRequest(switch, 0, of.OFPM_ALL))
        switch.send_msg(parser.OFPMeterConfigStatsRequest(switch, 0, of.OFPM_ALL))
        switch.send_msg(parser.OFPFlowStatsRequest(switch, match=parser.OFPMatch()))

    @set_ev_cls(ofp_event.EventOFPMeterStatsReply, MAIN_DISPATCHER)
    def meters(self, event):
        for meter in event.msg.body:
            band = meter.band_stats[0]
            report(meter=meter.meter_id, packets=meter.packet_in_count, bytes=meter.byte_in_count, flows=meter.flow_count,
                   dropped=band.packet_band_count, dropped_bytes=band.byte_band_count)

    @set_ev_cls(ofp_event.EventOFPMeterConfigStatsReply, MAIN_DISPATCHER)
    def settings(self, event):
        for meter in event.msg.body:
            report(setting=meter.meter_id, flags=meter.flags, rate=meter.bands[0].rate, burst=meter.bands[0].burst_size)

    @set_ev_cls(ofp_event.EventOFPFlowStatsReply, MAIN_DISPATCHER)
    def flows(self, event):
        for rule in event.msg.body:
            if "in_port" in rule.match:
                report(rule=rule.match["in_port"], packets=rule.packet_count, bytes=rule.byte_count)
