// LinkRequests: what the nft datapath asks rtnetlink for: its upcall pair, and whether an interface is there.
#pragma once

#include <functional>
#include <memory>

#include <libmnl/libmnl.h>

#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

class LinkRequests {
 public:
  LinkRequests();  // throws SystemError

  // Sends an RTM_ message about the interface of that index, or the one that `fill` names; 0, or the kernel's
  // error. A new state is "up".
  int send(uint16_t type, uint16_t flags, IfIndex index, const std::function<void(nlmsghdr*)>& fill);
  bool is_there(IfIndex index);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };
  std::unique_ptr<mnl_socket, Close> socket_;
};

}  // namespace flowbed::sw
