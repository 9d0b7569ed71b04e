#include "switchd/export/collector.hh"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

namespace flowbed::sw {
namespace {

constexpr Duration kRetryPause = std::chrono::seconds(1);

}  // namespace

Collector::Collector(EventLoop& loop, DatagramSource& sockets, UdpTarget target, std::string place)
    : loop_(loop), sockets_(sockets), target_(target), place_(std::move(place)) {
  retry_ = loop_.after(Duration{}, [this] { open(); });
}

void Collector::open() {
  tasks_.start(obtain_socket(), [this](std::exception_ptr fault) {
    if (!fault) return;
    try {
      std::rethrow_exception(fault);
    } catch (const std::exception& e) {
      fault_ = e.what();
    }
    retry_ = loop_.after(kRetryPause, [this] { open(); });
  });
}

Task<void> Collector::obtain_socket() {
  socket_ = co_await sockets_.start_sending(place_, target_.address, target_.port);
  local_ = flowbed::local_address(socket_.get());
  fault_.clear();
}

// What the kernel says of an earlier datagram, that nobody listened, it says instead of taking this one.
void Collector::send(const Datagram& datagram) {
  ssize_t sent = -1;
  for (int attempt = 0; socket_ && attempt < 2; attempt++) {
    sent = ::send(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || errno != ECONNREFUSED) break;
    counters_.refused++;
  }
  (sent < 0 ? counters_.lost : counters_.sent)++;
}

bool Collector::has_refused() {
  int error = 0;
  socklen_t size = sizeof error;
  if (!socket_ || getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return false;
  if (error != ECONNREFUSED) return false;
  counters_.refused++;
  return true;
}

CollectorGroup::CollectorGroup(EventLoop& loop, DatagramSource& sockets, const Collectors& config) {
  for (const UdpTarget& target : config.targets)
    members_.push_back(std::make_unique<Collector>(loop, sockets, target, config.place));
}

void CollectorGroup::send(const Datagram& datagram) {
  for (const auto& collector : members_) collector->send(datagram);
}

bool CollectorGroup::has_any_refused() {
  return std::ranges::count_if(members_, [](const auto& collector) { return collector->has_refused(); }) > 0;
}

bool CollectorGroup::is_any_open() const {
  return std::ranges::any_of(members_, [](const auto& collector) { return collector->is_open(); });
}

IpAddress CollectorGroup::local_address() const {
  const auto open =
      std::ranges::find_if(members_, [](const auto& collector) { return collector->is_open(); });
  return open == members_.end() ? IpAddress{} : (*open)->local_address();
}

}  // namespace flowbed::sw
