// NftBatch and NftSocket: changes of nftables, all or none.
//
// The kernel carries a batch out within the call that sends it: when `commit` returns, packets meet what is
// new. A batch of which anything is refused changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <libmnl/libmnl.h>

#include "core/base/fd.hh"

namespace flowbed::sw {

class NftBatch {
 public:
  NftBatch();

  // Adds a message of this NFT_MSG_ type about the netdev family; `fill` writes its payload.
  void add(uint16_t type, uint16_t flags, const std::function<void(nlmsghdr*)>& fill);

 private:
  friend class NftSocket;
  nlmsghdr* begin_message();
  void end_message(const nlmsghdr* message);
  void add_frame(uint16_t type);

  std::vector<char> bytes_;
  size_t size_ = 0;
  size_t messages_ = 0;
};

class NftSocket {
 public:
  using Visitor = std::function<void(const nlmsghdr*)>;

  NftSocket();  // throws SystemError

  // 0, or the kernel's error. `echo` is shown what the kernel tells of messages with NLM_F_ECHO.
  int commit(NftBatch& batch, const Visitor& echo = {});
  int dump(uint16_t type, const std::function<void(nlmsghdr*)>& fill, const Visitor& visit);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };

  int read_answers(int flags, const Visitor& visit);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<char> buffer_;
  uint32_t sequence_ = 0;
};

}  // namespace flowbed::sw
