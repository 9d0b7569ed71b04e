#include "switchd/control/capture_watch.hh"

namespace flowbed::sw {

CaptureWatch::CaptureWatch(EventLoop& loop, SlowPath& slow_path, std::function<int()> own_socket)
    : loop_(loop), slow_path_(slow_path), own_socket_(std::move(own_socket)) {
  slow_path_.set_capture_check([this](TimePoint now) { check(now); });
}

void CaptureWatch::check(TimePoint now) {
  if (now - last_ < kInterval) return;
  last_ = now;
  slow_path_.captures_changed(sockets_.scan(own_socket_()));
  timer_ = loop_.after(kInterval, [this] { on_timer(); });
}

void CaptureWatch::on_timer() {
  if (slow_path_.bridges().has_links() && slow_path_.flows().count() > 0) check(monotonic_now());
}

}  // namespace flowbed::sw
