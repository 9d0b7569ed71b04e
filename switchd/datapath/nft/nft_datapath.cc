#include "switchd/datapath/nft/nft_datapath.hh"

#include <algorithm>
#include <cstring>

#include "core/base/log.hh"

namespace flowbed::sw {
namespace {

FlowStatistics sum(const FlowStatistics& a, const FlowStatistics& b) {
  return {a.packets + b.packets, a.bytes + b.bytes, std::max(a.used, b.used)};
}

std::vector<PortNo> outputs_of(const ActionProgram& program) {
  std::vector<PortNo> all;
  for (const ActionStep& step : program) {
    if (step.kind == ActionStep::Kind::kOutput) all.push_back(step.port);
  }
  return all;
}

}  // namespace

NftDatapath::NftDatapath(NftSocket& socket, PacketOutput& output, IfIndex upcall,
                         const std::string& upcall_name, bool changes_tags)
    : changes_tags_(changes_tags),
      misses_(socket, upcall),
      kernel_(socket, misses_, upcall,
              [this](PortNo number) {
                const auto port = ports_.find(number);
                return port == ports_.end() ? IfIndex{} : port->second.spec.ifindex;
              }),
      hooks_(socket, upcall_name),
      userspace_(output) {
  hooks_.apply();
  kernel_.on_refusal([this](FlowId id, int fault) { leave_to_user(id, fault); });
}

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

void NftDatapath::commit_now() { kernel_.commit(); }

void NftDatapath::leave_to_user(FlowId id, int fault) {
  if (const auto flow = flows_.find(id); flow != flows_.end()) flow->second.is_forwarded = false;
  if (flow_fault_) flow_fault_(id, strerror(fault));
}

// What flows do is written with the interfaces that ports had.
void NftDatapath::put_port(PortNo port, const PortSpec& spec) {
  userspace_.put_port(port, spec);
  forget_flows();
  ports_[port].spec = spec;
  misses_.add_port(spec.ifindex);
  hooks_.add(spec.ifindex, spec.interface);
}

void NftDatapath::start_ports() {
  misses_.apply();
  hooks_.apply();
}

void NftDatapath::remove_port(PortNo number) {
  const auto port = ports_.find(number);
  if (port == ports_.end()) return;
  forget_flows();
  const IfIndex index = port->second.spec.ifindex;
  hooks_.remove(index);
  misses_.remove_port(index);
  ports_.erase(port);
  userspace_.remove_port(number);
}

void NftDatapath::forget_flows() {
  const TimePoint now = monotonic_now();
  kernel_.flush([&](FlowId id, const KernelCount& count) { take(id, count, now); });
  for (auto& [id, flow] : flows_) flow.is_forwarded = false;
}

PortStatistics NftDatapath::port_statistics(PortNo number) const {
  PortStatistics statistics = userspace_.port_statistics(number);
  const auto port = ports_.find(number);
  if (port == ports_.end()) return statistics;
  const auto& [rx, tx] = std::tie(port->second.rx, port->second.tx);
  statistics.rx.packets += rx.packets;
  statistics.rx.bytes += rx.bytes;
  statistics.rx.dropped += rx.dropped;
  statistics.tx.packets += tx.packets;
  statistics.tx.bytes += tx.bytes;
  statistics.kernel_hits = rx.packets;
  return statistics;
}

bool NftDatapath::fits(const ActionProgram& program, PortNo in) const {
  const auto from = ports_.find(in);
  if (from == ports_.end() || (changes_tag(program) && !changes_tags_)) return false;
  return std::ranges::all_of(program, [&](const ActionStep& step) {
    if (step.kind != ActionStep::Kind::kOutput) return true;
    const auto to = ports_.find(step.port);
    return to != ports_.end() && to->second.spec.mtu >= from->second.spec.mtu;
  });
}

void NftDatapath::put_flow(const FlowSpec& flow, TimePoint now) {
  userspace_.put_flow(flow, now);
  offer(flow.id, flow.key, flow.mask, *flow.actions, now);
  commit();
}

// A flow that only user space can handle has an element all the same: with it, its packets are no misses. Not
// so where the slow path sees each packet: a port's share of misses limits these too.
void NftDatapath::offer(FlowId id, const FlowKey& key, const FlowMask& mask, const ActionList& actions,
                        TimePoint now) {
  const PortNo in = in_port_of(key);
  const auto port = ports_.find(in);
  if (port == ports_.end()) return;
  const IfIndex from = port->second.spec.ifindex;
  const auto program = action_program(actions, key, mask);
  if (program && fits(*program, in)) {
    auto bytes = nft_key(key, mask, from, deepest_change(*program));
    if (bytes && kernel_.put({id, std::move(*bytes), *program})) {
      const FlowStatistics before = flows_[id].statistics;
      flows_[id] = {.is_forwarded = true,
                    .in = in,
                    .outputs = outputs_of(*program),
                    .headers = headers_of(key),
                    .counted = {},
                    .statistics = {before.packets, before.bytes, now}};
      return;
    }
  }
  const bool punts =
      std::ranges::any_of(actions, [](const Action& action) { return action.kind == Action::Kind::kPunt; });
  auto bytes = nft_key(key, mask, from);
  if (!punts && bytes) kernel_.put({id, std::move(*bytes), kLeaveToUser});
}

// Those that user space has, after the kernel has lost all.
void NftDatapath::offer_all(TimePoint now) {
  userspace_.dump_flows(
      [&](const FlowView& flow) { offer(flow.id, flow.key, flow.mask, flow.actions, now); });
  commit_now();
}

bool NftDatapath::is_forwarded(FlowId id) const {
  const auto flow = flows_.find(id);
  return flow != flows_.end() && flow->second.is_forwarded;
}

void NftDatapath::take(FlowId id, const KernelCount& count, TimePoint now) {
  const auto found = flows_.find(id);
  if (found == flows_.end() || !found->second.is_forwarded) return;
  KernelFlow& flow = found->second;
  const auto in = ports_.find(flow.in);
  if (count.packets <= flow.counted.packets || in == ports_.end()) return;
  const Counters more = estimate_on_wire(count.packets - flow.counted.packets,
                                         count.bytes - flow.counted.bytes, flow.headers, in->second.spec.mtu);
  flow.counted = count;
  flow.statistics.packets += more.packets;
  flow.statistics.bytes += more.bytes;
  flow.statistics.used = now - count.idle;
  const auto add = [&](Counters& counters) {
    counters.packets += more.packets;
    counters.bytes += more.bytes;
  };
  add(in->second.rx);
  for (const PortNo output : flow.outputs) {
    if (const auto out = ports_.find(output); out != ports_.end()) add(out->second.tx);
  }
}

void NftDatapath::remove_flows(std::span<const FlowId> ids, const FlowCountVisitor& last_count) {
  const TimePoint now = monotonic_now();
  commit_now();
  std::vector<FlowId> in_kernel;
  std::ranges::copy_if(ids, std::back_inserter(in_kernel), [&](FlowId id) { return kernel_.has(id); });
  const auto last_in_kernel = [&](FlowId id, const KernelCount& count) { take(id, count, now); };
  const bool refused = !kernel_.remove(in_kernel, last_in_kernel);
  if (refused) forget_flows();
  userspace_.remove_flows(ids, [&](FlowId id, const FlowStatistics& userspace) {
    last_count(id, with_kernel(id, userspace));
    flows_.erase(id);
  });
  if (refused) offer_all(now);
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
  take_drops();
  kernel_.tidy();
}

bool NftDatapath::refresh_some() {
  const TimePoint now = monotonic_now();
  commit_now();
  if (!kernel_.dump_some([&](FlowId id, const KernelCount& count) { take(id, count, now); })) return false;
  take_drops();
  kernel_.tidy();
  return true;
}

FlowStatistics NftDatapath::with_kernel(FlowId id, const FlowStatistics& userspace) const {
  const auto flow = flows_.find(id);
  return flow == flows_.end() ? userspace : sum(userspace, flow->second.statistics);
}

FlowStatistics NftDatapath::flow_statistics(FlowId id) const {
  return with_kernel(id, userspace_.flow_statistics(id));
}

// The kernel's masks: it tells nothing of its searches.
MaskSearch NftDatapath::mask_search() const {
  MaskSearch search = userspace_.mask_search();
  search.masks = kernel_.layout_count();
  return search;
}

void NftDatapath::set_caching(const DatapathCaching& caching) {
  userspace_.set_caching(caching);
  kernel_.set_busiest_first(caching.busiest_first);
}

CacheAnswer NftDatapath::probe(const FlowKey& key) const {
  const auto flow = userspace_.find_flow(key);
  return flow && is_forwarded(*flow) ? CacheAnswer::kKernel : userspace_.probe(key);
}

void NftDatapath::take_drops() {
  misses_.dump_drops([&](IfIndex index, uint64_t more) {
    for (auto& [number, port] : ports_) {
      if (port.spec.ifindex == index) port.rx.dropped += more;
    }
  });
}

void NftDatapath::dump_flows(const FlowVisitor& visit) const {
  userspace_.dump_flows([&](const FlowView& view) {
    const auto kernel = flows_.find(view.id);
    if (kernel == flows_.end()) return visit(view);
    const FlowStatistics all = sum(view.statistics, kernel->second.statistics);
    visit({view.id, view.key, view.mask, view.actions, all, view.emc_entries,
           view.megaflow_hits + kernel->second.statistics.packets, kernel->second.is_forwarded});
  });
}

}  // namespace flowbed::sw
