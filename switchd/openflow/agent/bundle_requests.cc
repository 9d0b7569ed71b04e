// Bundles (OpenFlow 1.4, 6.8 and 7.3.9). One that a request fails on is not there any more.
#include "switchd/openflow/agent/rehearsal.hh"
#include "switchd/openflow/agent/request_run.hh"

namespace flowbed::sw::ofp {
namespace {

using enum OfFaultKind;

constexpr uint16_t kKnownFlags = kBundleAtomic | kBundleOrdered;

std::string name_of(uint32_t id) { return "bundle " + std::to_string(id); }

}  // namespace

void RequestRun::operator()(const BundleControl& control) {
  require_no_slave();
  switch (control.command) {
    case BundleCommand::kOpen:
      if (session_.bundles.contains(control.bundle))
        throw OfFault(kBundleExists, name_of(control.bundle) + " is there already");
      open_bundle(control.bundle, control.flags);
      break;
    case BundleCommand::kClose:
      close_bundle(control.bundle, control.flags);
      break;
    case BundleCommand::kCommit:
      commit_bundle(control.bundle, control.flags);
      break;
    case BundleCommand::kDiscard:
      find_bundle(control.bundle, control.flags);
      session_.bundles.erase(control.bundle);
      break;
    default:
      throw OfFault(kBundleBadType, "that is what a switch replies");
  }
  const auto done = BundleCommand{static_cast<uint16_t>(static_cast<uint16_t>(control.command) + 1)};
  reply(BundleControlReply{control.bundle, done, control.flags});
}

Bundle& RequestRun::open_bundle(uint32_t id, uint16_t flags) {
  if (flags & ~kKnownFlags) throw OfFault(kBundleBadFlags, "bundles are atomic and ordered, nothing else");
  if (session_.bundles.size() >= Bundle::kMaxBundles) throw OfFault(kOutOfBundles, "there are 64 bundles");
  return session_.bundles.emplace(id, Bundle{.flags = flags}).first->second;
}

Bundle& RequestRun::find_bundle(uint32_t id, uint16_t flags) {
  const auto bundle = session_.bundles.find(id);
  if (bundle == session_.bundles.end()) throw OfFault(kBundleBadId, "there is no " + name_of(id));
  if (bundle->second.flags == flags) return bundle->second;
  session_.bundles.erase(bundle);
  throw OfFault(kBundleBadFlags, name_of(id) + " was opened with other flags");
}

// Opens the bundle, if need be.
void RequestRun::operator()(const BundleAdd& add) {
  require_no_slave();
  const bool is_there = session_.bundles.contains(add.bundle);
  Bundle& bundle = is_there ? find_bundle(add.bundle, add.flags) : open_bundle(add.bundle, add.flags);
  if (bundle.is_closed) {
    session_.bundles.erase(add.bundle);
    throw OfFault(kBundleClosed, name_of(add.bundle) + " is closed");
  }
  size_t bytes = add.message.size();
  for (const auto& [id, other] : session_.bundles) bytes += other.bytes;
  if (bundle.messages.size() >= Bundle::kMaxMessages || bytes > Bundle::kMaxBytes)
    throw OfFault(kBundleTooManyMessages, name_of(add.bundle) + " is full");
  bundle.messages.push_back(add);
  bundle.bytes += add.message.size();
}

void RequestRun::close_bundle(uint32_t id, uint16_t flags) {
  Bundle& bundle = find_bundle(id, flags);
  if (std::exchange(bundle.is_closed, true)) {
    session_.bundles.erase(id);
    throw OfFault(kBundleClosed, name_of(id) + " is closed already");
  }
}

void RequestRun::commit_bundle(uint32_t id, uint16_t flags) {
  find_bundle(id, flags);
  const Bundle bundle = std::move(session_.bundles.extract(id).mapped());
  if (!rehearse(bundle)) throw OfFault(kBundleMessageFailed, name_of(id) + " cannot be committed");
  make_changes(bundle);
}

// The failed message gets an error of its own, before the commit does.
bool RequestRun::rehearse(const Bundle& bundle) {
  Rehearsal rehearsal(bridge_, session_.buffers);
  for (const BundleAdd& add : bundle.messages) {
    try {
      rehearsal.make(add.request, now_);
    } catch (const OfFault& fault) {
      connection_.refuse(fault.kind(), add.message);
      return false;
    }
  }
  return true;
}

void RequestRun::make_changes(const Bundle& bundle) {
  packets_wait_ = true;
  for (const BundleAdd& add : bundle.messages) std::visit(*this, add.request);
  packets_wait_ = false;
  for (const PacketOut& packet : waiting_packets_) slow_path_.packet_out(bridge_, packet, now_);
}

}  // namespace flowbed::sw::ofp
