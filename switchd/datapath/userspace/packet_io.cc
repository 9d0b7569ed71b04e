#include "switchd/datapath/userspace/packet_io.hh"

#include <sys/epoll.h>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed::sw {

namespace {
// Packets before the loop looks at its other descriptors and timers again: less than a millisecond's work.
constexpr size_t kMaxBurstsPerTurn = 16;
}  // namespace

void PacketIo::prepare() {
  try {
    open();
  } catch (const SystemError& fault) {
    spdlog::debug("not ready for packets yet: {}", fault.what());
  }
}

void PacketIo::open() {
  if (!ring_) ring_ = std::make_unique<RxRing>();
}

void PacketIo::attach(IfIndex) {
  if (watch_) return;
  open();
  ring_->start();
  watch_ = loop_.watch(ring_->fd(), EPOLLIN, [this](uint32_t) { receive(); });
}

void PacketIo::receive() {
  for (size_t i = 0; i < kMaxBurstsPerTurn && ring_->has_frame(); i++) {
    const size_t count = ring_->take(burst_);
    datapath_->receive({burst_, count}, monotonic_now());
    ring_->release();
  }
}

}  // namespace flowbed::sw
