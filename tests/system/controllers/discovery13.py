"""What os-ken's own discovery (LLDP; run with --observe-links) knows of switches and links, each time it changes."""
from os_ken.base.app_manager import OSKenApp
from os_ken.controller.handler import set_ev_cls
from os_ken.ofproto import ofproto_v1_3
from os_ken.topology import event
from os_ken.topology.api import get_host, get_link, get_switch
from report import report


class Discovery(OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    @set_ev_cls([event.EventSwitchEnter, event.EventSwitchLeave, event.EventLinkAdd, event.EventLinkDelete, event.EventHostAdd])
    def changed(self, _event):
        links = [[link.src.dpid, link.src.name.decode(), link.dst.dpid, link.dst.name.decode()] for link in get_link(self)]
        switches = {switch.dp.id: sorted(port.name.decode() for port in switch.ports) for switch in get_switch(self)}
        report(links=sorted(links), switches=switches, hosts=[host.port.name.decode() for host in get_host(self)])
