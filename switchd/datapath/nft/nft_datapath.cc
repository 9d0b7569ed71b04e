#include "switchd/datapath/nft/nft_datapath.hh"

#include <algorithm>
#include <cstring>

#include "core/base/log.hh"

namespace flowbed::sw {

NftDatapath::NftDatapath(PacketOutput& output, IfIndex upcall, const std::string& upcall_name)
    : kernel_(upcall, upcall_name,
              [this](PortNo number) {
                const auto port = ports_.find(number);
                return port == ports_.end() ? IfIndex{} : port->second.spec.ifindex;
              }),
      userspace_(output) {}

void NftDatapath::receive(std::span<ReceivedPacket> burst, TimePoint now) {
  busy_ = true;
  userspace_.receive(burst, now);
  busy_ = false;
  commit();
}

void NftDatapath::execute(const Packet& packet, const ActionList& actions, const Context& context) {
  userspace_.execute(packet, actions, context);
  commit();
}

void NftDatapath::commit() {
  if (!busy_) commit_now();
}

void NftDatapath::commit_now() {
  kernel_.commit([this](FlowId id, int fault) {
    spdlog::debug("nftables refused flow {}: {}", static_cast<uint32_t>(id), strerror(fault));
    flows_.erase(id);
  });
}

// What flows do is written with the interfaces that ports had.
void NftDatapath::put_port(PortNo port, const PortSpec& spec) {
  userspace_.put_port(port, spec);
  forget_flows();
  ports_[port].spec = spec;
  kernel_.hooks().add(spec.ifindex, spec.interface);
}

void NftDatapath::remove_port(PortNo number) {
  const auto port = ports_.find(number);
  if (port == ports_.end()) return;
  forget_flows();
  kernel_.hooks().remove(port->second.spec.ifindex);
  ports_.erase(port);
  userspace_.remove_port(number);
}

void NftDatapath::forget_flows() {
  if (flows_.empty()) return;
  const TimePoint now = monotonic_now();
  kernel_.flush([&](FlowId id, const KernelCount& count) { take(id, count, now); });
  for (auto& [id, flow] : flows_) flow.outputs.clear();
}

PortStatistics NftDatapath::port_statistics(PortNo number) const {
  PortStatistics statistics = userspace_.port_statistics(number);
  const auto port = ports_.find(number);
  if (port == ports_.end()) return statistics;
  const auto& [rx, tx] = std::tie(port->second.rx, port->second.tx);
  statistics.rx.packets += rx.packets;
  statistics.rx.bytes += rx.bytes;
  statistics.tx.packets += tx.packets;
  statistics.tx.bytes += tx.bytes;
  statistics.kernel_hits = rx.packets;
  return statistics;
}

bool NftDatapath::fits(const ActionProgram& program, PortNo in) const {
  const auto from = ports_.find(in);
  if (from == ports_.end()) return false;
  return std::ranges::all_of(program, [&](const ActionStep& step) {
    if (step.kind != ActionStep::Kind::kOutput) return true;
    const auto to = ports_.find(step.port);
    return to != ports_.end() && to->second.spec.mtu >= from->second.spec.mtu;
  });
}

void NftDatapath::put_flow(const FlowSpec& flow, TimePoint now) {
  userspace_.put_flow(flow, now);
  const PortNo in = in_port_of(flow.key);
  auto program = action_program(*flow.actions, flow.key, flow.mask);
  if (!program || !fits(*program, in)) return;
  auto key = nft_key(flow.key, flow.mask, ports_.at(in).spec.ifindex, deepest_change(*program));
  if (!key) return;
  KernelFlow known{.in = in, .outputs = {}, .link_header = kEthernetHeaderSize, .statistics = {.used = now}};
  if (flow.key.f.vlan_tpid) known.link_header += kVlanTagSize;
  for (const ActionStep& step : *program) {
    if (step.kind == ActionStep::Kind::kOutput) known.outputs.push_back(step.port);
  }
  if (!kernel_.put({flow.id, std::move(*key), std::move(*program)})) return;
  flows_[flow.id] = std::move(known);
  commit();
}

void NftDatapath::take(FlowId id, const KernelCount& count, TimePoint now) {
  const auto found = flows_.find(id);
  if (found == flows_.end()) return;
  KernelFlow& flow = found->second;
  const uint64_t bytes_now = count.bytes + count.packets * flow.link_header;
  const uint64_t packets = count.packets - flow.statistics.packets, bytes = bytes_now - flow.statistics.bytes;
  if (packets == 0) return;
  flow.statistics = {count.packets, bytes_now, now - count.idle};
  const auto add = [&](Counters& counters) {
    counters.packets += packets;
    counters.bytes += bytes;
  };
  if (const auto in = ports_.find(flow.in); in != ports_.end()) add(in->second.rx);
  for (const PortNo output : flow.outputs) {
    if (const auto out = ports_.find(output); out != ports_.end()) add(out->second.tx);
  }
}

FlowStatistics NftDatapath::remove_flow(FlowId id) {
  FlowStatistics kernel;
  commit_now();
  if (const auto flow = flows_.find(id); flow != flows_.end()) {
    if (kernel_.has(id)) take(id, kernel_.remove(id), monotonic_now());
    kernel = flow->second.statistics;
    flows_.erase(flow);
  }
  FlowStatistics all = userspace_.remove_flow(id);
  all.packets += kernel.packets;
  all.bytes += kernel.bytes;
  all.used = std::max(all.used, kernel.used);
  return all;
}

void NftDatapath::flush_flows(const FlowVisitor& last_look) {
  commit_now();
  forget_flows();
  dump_flows(last_look);
  flows_.clear();
  userspace_.flush_flows([](const FlowView&) {});
}

void NftDatapath::refresh_statistics() {
  const TimePoint now = monotonic_now();
  commit_now();
  kernel_.dump([&](FlowId id, const KernelCount& count) { take(id, count, now); });
  kernel_.tidy();
}

void NftDatapath::dump_flows(const FlowVisitor& visit) const {
  userspace_.dump_flows([&](const FlowView& view) {
    const auto kernel = flows_.find(view.id);
    if (kernel == flows_.end()) return visit(view);
    FlowStatistics all = view.statistics;
    all.packets += kernel->second.statistics.packets;
    all.bytes += kernel->second.statistics.bytes;
    all.used = std::max(all.used, kernel->second.statistics.used);
    visit({view.id, view.key, view.mask, view.actions, all, view.emc_entries,
           view.megaflow_hits + kernel->second.statistics.packets, kernel_.has(view.id)});
  });
}

}  // namespace flowbed::sw
