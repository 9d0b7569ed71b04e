// Collector: where datagrams are sent to. A collector that is not there costs the datagrams, and nothing
// else.
#pragma once

#include <memory>
#include <vector>

#include "core/base/event_loop.hh"
#include "switchd/export/datagram_source.hh"
#include "switchd/export/datagram_writer.hh"
#include "switchd/export/export_config.hh"

namespace flowbed::sw {

class Collector {
 public:
  struct Counters {
    uint64_t sent = 0;     // datagrams
    uint64_t lost = 0;     // there was no socket yet, or the kernel did not take them
    uint64_t refused = 0;  // times that the collector's machine said that nobody listens
  };

  Collector(EventLoop& loop, DatagramSource& sockets, UdpTarget target, std::string place);

  void send(const Datagram& datagram);
  bool has_refused();  // since this was last asked, or something was sent: an earlier datagram is lost
  const UdpTarget& target() const { return target_; }
  const std::string& place() const { return place_; }
  bool is_open() const { return static_cast<bool>(socket_); }
  const IpAddress& local_address() const { return local_; }  // once it is open
  const Counters& counters() const { return counters_; }
  const std::string& fault() const { return fault_; }  // why it is not open

 private:
  void open();
  Task<void> obtain_socket();

  EventLoop& loop_;
  DatagramSource& sockets_;
  const UdpTarget target_;
  const std::string place_;
  FileDescriptor socket_;
  IpAddress local_;
  Counters counters_;
  std::string fault_;
  EventLoop::Registration retry_;
  TaskGroup tasks_;
};

// All that one export has.
class CollectorGroup {
 public:
  CollectorGroup(EventLoop& loop, DatagramSource& sockets, const Collectors& config);

  void send(const Datagram& datagram);
  bool has_any_refused();
  bool is_any_open() const;
  IpAddress local_address() const;  // of the first that is open
  const std::vector<std::unique_ptr<Collector>>& members() const { return members_; }

 private:
  std::vector<std::unique_ptr<Collector>> members_;
};

}  // namespace flowbed::sw
