#include "switchd/openflow/agent/rehearsal.hh"

#include "switchd/openflow/agent/ports.hh"
#include "switchd/openflow/agent/tables.hh"
#include "switchd/slowpath/pipeline/action_facts.hh"

namespace flowbed::sw::ofp {
namespace {

FlowTables::Observer nobody() {
  return {.leaves_or_changes = [](Rule&) {},
          .came = [](const Rule&) {},
          .removed = [](const Rule&, RemovalReason) {}};
}

bool sends_buffer(const FlowMod& mod) {
  return mod.buffer != kNoBuffer && mod.command <= FlowMod::Command::kModifyStrict;
}

}  // namespace

Rehearsal::Rehearsal(const Bridge& bridge, const PacketBuffers& buffers)
    : bridge_(bridge), buffers_(buffers), pipeline_({}, nobody()) {
  pipeline_.groups = bridge.pipeline->groups;
  for (const auto& [id, meter] : bridge.pipeline->meters.meters())
    pipeline_.meters.apply({.command = MeterMod::Command::kAdd, .meter = meter->config}, meter->created);
}

void Rehearsal::make(const BundledRequest& change, TimePoint now) {
  std::visit([&](const auto& request) { make_one(request, now); }, change);
}

void Rehearsal::make_one(const FlowMod& mod, TimePoint now) {
  sw::check(mod, pipeline_);
  copy_table(lessons_of(mod.instructions).empty() ? mod.table : kTableAll);
  pipeline_.tables.apply(mod, now);
  if (sends_buffer(mod)) take_buffer(mod.buffer);
}

void Rehearsal::make_one(const GroupMod& mod, TimePoint now) {
  sw::check(mod, pipeline_);
  if (mod.command == GroupMod::Command::kDelete) {
    copy_table(kTableAll);
    pipeline_.tables.remove_users_of_group(mod.id);
  }
  pipeline_.groups.apply(mod, now);
}

void Rehearsal::make_one(const MeterMod& mod, TimePoint now) {
  if (mod.command == MeterMod::Command::kDelete) {
    copy_table(kTableAll);
    for (const auto& [id, meter] : pipeline_.meters.meters()) {
      if (mod.meter.id == kMeterAll || mod.meter.id == id) pipeline_.tables.remove_users_of_meter(id);
    }
  }
  pipeline_.meters.apply(mod, now);
}

void Rehearsal::make_one(const PortMod& mod, TimePoint) { ofp::check(mod, bridge_); }

void Rehearsal::make_one(const TableMod& mod, TimePoint) {
  ofp::check(mod);
  copy_table(mod.table);
  ofp::apply(mod, pipeline_.tables);
}

void Rehearsal::make_one(const PacketOut& packet_out, TimePoint) {
  sw::check(packet_out, pipeline_);
  if (packet_out.buffer != kNoBuffer) return take_buffer(packet_out.buffer);
  if (packet_out.frame.size() < kEthernetHeaderSize)
    throw OfFault(OfFaultKind::kBadPacket, "the packet is too short");
}

void Rehearsal::copy_table(uint8_t table) {
  if (table != kTableAll && !copy_one_table(table)) return;
  for (size_t id = 0; id < FlowTables::kTables; id++) copy_one_table(static_cast<uint8_t>(id));
}

bool Rehearsal::copy_one_table(uint8_t table) {
  if (std::exchange(is_copied_[table], true)) return false;
  const FlowTable* original = bridge_.pipeline->tables.find(table);
  if (!original) return false;
  FlowTable& copy = pipeline_.tables.table(table);
  copy.limit = original->limit;
  copy.evicts = original->evicts;
  bool teaches = false;
  original->for_each([&](const Rule& rule) {
    auto same = std::make_unique<Rule>(rule);
    same->next_lower = nullptr;
    copy.insert(std::move(same));
    teaches |= !lessons_of(*rule.instructions).empty();
  });
  return teaches;
}

// Each can be sent once.
void Rehearsal::take_buffer(uint32_t number) {
  if (!left_buffers_) left_buffers_ = buffers_;
  left_buffers_->take(number);
}

}  // namespace flowbed::sw::ofp
