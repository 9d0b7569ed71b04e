// The members of every object of the JSON form, in the order in which they are written: one definition, which
// reading, writing and the test of the published schema visit.
//
// A visitor has these functions. `T` is the member's type, const when writing.
//   required(key, T, format)           must be there
//   always(key, T, format)             may be missing; is always written
//   standard(key, T, format, value)    left out where it has this value
//   optional(key, optional<T>, format) left out where there is none
//   list(key, vector<T>, format)       left out where it is empty
//   version(key)                       the version of the format
//   object(key, T)                     must be there; standard_object(key, T) is left out where it equals T{}
//   objects(key, vector<T>), object_map(key, map<string, T>)
//   extensions(Extensions)             the members "x-…"
//   only(applies, who, f)              f visits members that only `who` have
//   misnamed(key, right)               what people may write instead of `right`
#pragma once

#include <type_traits>

#include "core/topo/json_formats.hh"
#include "core/topo/link_options.hh"
#include "core/topo/topology.hh"

namespace flowbed::json {

template <class T, class Value>
concept Is = std::is_same_v<std::remove_const_t<T>, Value>;

template <class Visitor, Is<Route> T>
void members(Visitor& v, T& route) {
  v.always("to", route.to, kDestination);
  v.optional("via", route.via, kIp);
  v.standard("interface", route.interface, kText, "");
  v.extensions(route.extensions);
}

template <class Visitor, Is<PrivateDir> T>
void members(Visitor& v, T& dir) {
  v.required("path", dir.path, kText);
  v.standard("from", dir.from, kText, "");
  v.extensions(dir.extensions);
}

template <class Visitor, Is<Interface> T>
void members(Visitor& v, T& interface) {
  v.standard("name", interface.name, kText, "");
  v.standard("kind", interface.kind, kText, "veth");
  v.optional("number", interface.port, kCount16);
  v.optional("mac", interface.mac, kMac);
  v.list("addresses", interface.addresses, kInterfaceAddress);
  v.optional("mtu", interface.mtu, kCount32);
  v.optional("vlan", interface.vlan, kCount16);
  v.list("trunks", interface.trunks, kCount16);
  v.extensions(interface.extensions);
}

template <class Visitor, Is<Mirror> T>
void members(Visitor& v, T& mirror) {
  v.list("ports", mirror.ports, kText);
  v.standard("direction", mirror.direction, kText, "both");
  v.required("output", mirror.output, kText);
  v.extensions(mirror.extensions);
}

template <class Visitor, Is<SflowExport> T>
void members(Visitor& v, T& sflow) {
  v.list("targets", sflow.targets, kText);
  v.standard("place", sflow.place, kText, "");
  v.standard("sampling", sflow.sampling, kCount32, SflowExport{}.sampling);
  v.standard("header", sflow.header, kCount32, SflowExport{}.header);
  v.standard("polling", sflow.polling, kCount32, SflowExport{}.polling);
  v.extensions(sflow.extensions);
}

template <class Visitor, Is<NetflowExport> T>
void members(Visitor& v, T& netflow) {
  v.list("targets", netflow.targets, kText);
  v.standard("place", netflow.place, kText, "");
  v.standard("active_timeout", netflow.active_timeout, kCount32, NetflowExport{}.active_timeout);
  v.standard("idle_timeout", netflow.idle_timeout, kCount32, NetflowExport{}.idle_timeout);
  v.standard("add_id_to_interface", netflow.add_id_to_interface, kFlag, false);
  v.extensions(netflow.extensions);
}

template <class Visitor, Is<IpfixExport> T>
void members(Visitor& v, T& ipfix) {
  v.list("targets", ipfix.targets, kText);
  v.standard("place", ipfix.place, kText, "");
  v.standard("active_timeout", ipfix.active_timeout, kCount32, IpfixExport{}.active_timeout);
  v.standard("idle_timeout", ipfix.idle_timeout, kCount32, IpfixExport{}.idle_timeout);
  v.standard("domain", ipfix.domain, kCount32, 0u);
  v.standard("point", ipfix.point, kCount32, 0u);
  v.extensions(ipfix.extensions);
}

template <class Visitor, Is<Node> T>
void members(Visitor& v, T& node) {
  v.required("name", node.name, kText);
  v.always("kind", node.kind, kNodeKind);
  v.only(node.is_switch(), "switches", [&] { v.optional("dpid", node.dpid, kDpid); });
  v.only(node.kind == NodeKind::switch_, "switches", [&] {
    v.optional("mac_ageing", node.mac_ageing, kCount32);
    v.standard("stp", node.stp, kFlag, false);
    v.optional("stp_priority", node.stp_priority, kCount16);
    v.standard("fail_mode", node.fail_mode, kText, "");
    v.list("protocols", node.protocols, kText);
    v.optional("listen_port", node.listen_port, kCount16);
    v.optional("controllers", node.controllers, kNames);
    v.standard("listen_protocol", node.listen_protocol, kText, "");
    v.standard_object("sflow", node.exports.sflow);
    v.standard_object("netflow", node.exports.netflow);
    v.standard_object("ipfix", node.exports.ipfix);
  });
  v.only(node.kind == NodeKind::controller, "controllers", [&] {
    v.standard("address", node.address, kText, "");
    v.optional("tcp_port", node.tcp_port, kCount16);
    v.standard("protocol", node.protocol, kText, "");
    v.standard("place", node.place, kText, "");
    v.standard("program", node.program, kText, "");
  });
  v.only(node.kind != NodeKind::controller, "hosts, routers and switches", [&] {
    v.objects(node.is_switch() ? "ports" : "interfaces", node.interfaces);
    v.misnamed(node.is_switch() ? "interfaces" : "ports", node.is_switch() ? "ports" : "interfaces");
  });
  v.only(node.is_host(), "hosts and routers", [&] {
    v.objects("routes", node.routes);
    v.objects("private_dirs", node.private_dirs);
    v.list("nameservers", node.nameservers, kIp);
    v.optional("cpu", node.limits.cpu, kFraction);
    v.standard("cores", node.limits.cores, kCpus, CpuList{});
    v.optional("memory", node.limits.memory, kSize);
    v.standard("sched", node.limits.sched, kSched, Scheduling::cfs);
  });
  v.only(node.kind == NodeKind::switch_, "switches", [&] { v.objects("mirrors", node.mirrors); });
  v.extensions(node.extensions);
}

template <class Visitor, Is<LinkEnd> T>
void members(Visitor& v, T& end) {
  v.required("node", end.node, kText);
  v.standard("interface", end.interface, kText, "");
  v.standard("kind", end.kind, kText, "interface");
  v.extensions(end.extensions);
}

template <class Visitor, Is<LinkShape> T>
void members(Visitor& v, T& shape) {
  for_each_link_option(
      [&](const auto& option) { v.optional(option.name, shape.*option.member, *option.format); });
}

template <class Visitor, Is<LinkChange> T>
void members(Visitor& v, T& change) {
  v.required("at", change.at, kTime);
  members(v, change.shape);
  v.standard_object("a_to_b", change.a_to_b);
  v.standard_object("b_to_a", change.b_to_a);
  v.optional("up", change.up, kFlag);
  v.extensions(change.extensions);
}

template <class Visitor, Is<Link> T>
void members(Visitor& v, T& link) {
  v.standard("kind", link.kind, kText, "veth");
  v.object("a", link.a);
  v.object("b", link.b);
  members(v, link.shape);
  v.standard_object("a_to_b", link.a_to_b);
  v.standard_object("b_to_a", link.b_to_a);
  v.optional("mtu", link.mtu, kCount32);
  v.standard("up", link.up, kFlag, true);
  v.objects("schedule", link.schedule);
  v.extensions(link.extensions);
}

template <class Visitor, Is<Position> T>
void members(Visitor& v, T& position) {
  v.required("x", position.x, kNumber);
  v.required("y", position.y, kNumber);
  v.extensions(position.extensions);
}

template <class Visitor, Is<NetworkOptions> T>
void members(Visitor& v, T& options) {
  const NetworkOptions standard;
  v.standard("ipbase", options.ipbase, kInterfaceAddress, standard.ipbase);
  v.standard("ipv6", options.ipv6, kFlag, standard.ipv6);
  v.standard("ip6base", options.ip6base, kInterfaceAddress, standard.ip6base);
  v.standard("auto_mac", options.auto_mac, kFlag, standard.auto_mac);
  v.standard("static_arp", options.static_arp, kFlag, standard.static_arp);
  v.optional("seed", options.seed, kCount64);
  v.standard("link_backend", options.link_backend, kLinkBackend, standard.link_backend);
  v.extensions(options.extensions);
}

template <class Visitor, Is<TlsFiles> T>
void members(Visitor& v, T& tls) {
  v.required("private_key", tls.private_key, kText);
  v.required("certificate", tls.certificate, kText);
  v.required("ca_certificate", tls.ca_certificate, kText);
  v.extensions(tls.extensions);
}

template <class Visitor, Is<Topology> T>
void members(Visitor& v, T& topology) {
  v.version("flowbed");
  v.standard("name", topology.name, kText, "");
  v.standard_object("options", topology.options);
  v.standard_object("tls", topology.tls);
  v.objects("nodes", topology.nodes);
  v.objects("links", topology.links);
  v.object_map("layout", topology.layout);
  v.extensions(topology.extensions);
}

}  // namespace flowbed::json
