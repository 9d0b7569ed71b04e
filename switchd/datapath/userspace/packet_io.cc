#include "switchd/datapath/userspace/packet_io.hh"

#include <sys/epoll.h>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed::sw {

namespace {
// Packets before the loop looks at its other descriptors and timers again: less than a millisecond's work.
constexpr size_t kMaxBurstsPerTurn = 16;
// After traffic, the next packet is often near: an answer, the next segment. Waiting awake for it spares its
// sender the waking of a sleeping processor, which takes longer than forwarding does. An idle switch sleeps.
constexpr Duration kWaitAwake = std::chrono::microseconds(50);

void pause_processor() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
}  // namespace

void PacketIo::prepare() {
  try {
    open();
  } catch (const SystemError& fault) {
    spdlog::debug("not ready for packets yet: {}", fault.what());
  }
}

void PacketIo::open() {
  if (ring_) return;
  ring_ = std::make_unique<RxRing>();
  if (on_open_) on_open_();
}

void PacketIo::attach(IfIndex) {
  if (watch_) return;
  open();
  ring_->start();
  watch_ = loop_.watch(ring_->fd(), EPOLLIN, [this](uint32_t) { receive(); });
}

void PacketIo::receive() {
  for (size_t i = 0; i < kMaxBurstsPerTurn && (ring_->has_frame() || frame_comes_soon()); i++) {
    const size_t count = ring_->take(burst_);
    datapath_->receive({burst_, count}, monotonic_now());
    ring_->release();
  }
}

bool PacketIo::frame_comes_soon() const {
  for (const TimePoint end = monotonic_now() + kWaitAwake; monotonic_now() < end;) {
    if (ring_->has_frame()) return true;
    pause_processor();
  }
  return false;
}

}  // namespace flowbed::sw
