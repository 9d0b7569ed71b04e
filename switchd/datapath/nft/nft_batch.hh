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
  char* begin_message();
  void end_message(const nlmsghdr* message);
  void add_frame(uint16_t type);

  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
  size_t size_ = 0;
};

class NftSocket {
 public:
  using Visitor = std::function<void(const nlmsghdr*)>;

  // `part`: how many bytes the kernel tells at a time. Throws SystemError.
  explicit NftSocket(size_t part = 1 << 16);
  virtual ~NftSocket() = default;

  // 0, or the kernel's error. `echo` is shown what the kernel tells of messages with NLM_F_ECHO.
  virtual int commit(NftBatch& batch, const Visitor& echo = {});
  int dump(uint16_t type, const std::function<void(nlmsghdr*)>& fill, const Visitor& visit);

  // The same in parts. Until the last one was read, the socket is good for nothing else.
  int start_dump(uint16_t type, const std::function<void(nlmsghdr*)>& fill);  // 0, or the error
  struct DumpPart {
    bool is_last;
    int fault;  // with the last one
  };
  DumpPart read_part(const Visitor& visit);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };

  int read_answers(const Visitor& echo);
  ssize_t receive(int flags);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<char> buffer_;
  uint32_t sequence_ = 0;
};

}  // namespace flowbed::sw
