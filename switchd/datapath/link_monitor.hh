// LinkMonitor: what the kernel says of the interfaces of this namespace, kept current by rtnetlink.
//
// Opened by the first refresh, so that a switchd without ports does not wake for every interface that the
// engine makes. Events that the kernel could not deliver (its queue was full) are made up for by asking for
// everything again.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "core/base/event_loop.hh"
#include "switchd/datapath/link_facts.hh"
#include "switchd/datapath/link_message.hh"

namespace flowbed::sw {

class LinkMonitor {
 public:
  using Handler = std::function<void(IfIndex, const LinkFacts&)>;

  // `handler` is told of each interface that is new, gone, or may have changed.
  LinkMonitor(EventLoop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {}

  void refresh();  // takes in all that the kernel has told by now; the first time throws SystemError
  LinkFacts find(IfIndex index) const;  // as of the last refresh or event; one that is not there is down

 private:
  struct Link {
    LinkFacts facts() const;

    bool up = false, sends = false;
    uint32_t mtu = 0;
    MacAddress address;
    std::string root_qdisc, ingress_qdisc;
  };

  void open();
  void dump();
  void start_over();
  bool receive();  // false: nothing more for now, or the end of a dump
  void take(const LinkNews& news);
  void take(const QdiscNews& news);

  EventLoop& loop_;
  Handler handler_;
  FileDescriptor socket_;
  EventLoop::Registration watch_;
  std::unordered_map<IfIndex, Link> links_;
};

}  // namespace flowbed::sw
