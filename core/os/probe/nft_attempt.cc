#include "core/os/probe/nft_attempt.hh"

#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/netlink.hh"

namespace flowbed {
namespace {

constexpr const char* kTable = "flowbed";
constexpr const char* kChain = "ingress";
constexpr uint32_t kLoopback = 1;  // the ifindex of "lo" in every namespace

// Netfilter takes changes as a transaction: begin, messages, end, all in one datagram.
class Batch {
 public:
  Batch() { add(control(NFNL_MSG_BATCH_BEGIN)); }

  static NetlinkMessage message(int type, int flags) {
    NetlinkMessage m(NFNL_SUBSYS_NFTABLES << 8 | type, flags | NLM_F_ACK);
    m.append_header(nfgenmsg{NFPROTO_NETDEV, NFNETLINK_V0, 0});
    return m;
  }

  void add(NetlinkMessage m) {
    const nlmsghdr* header = nlmsg_hdr(m.get());
    bytes_.append(reinterpret_cast<const char*>(header), NLMSG_ALIGN(header->nlmsg_len));
    if (header->nlmsg_flags & NLM_F_ACK) answers_++;
  }

  // Throws SystemError for the first message that was refused.
  void commit() {
    add(control(NFNL_MSG_BATCH_END));
    const FileDescriptor fd(check_syscall("open a netfilter socket",
                                          socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)));
    check_syscall("ask nftables", send(fd.get(), bytes_.data(), bytes_.size(), 0));
    while (answers_ > 0) read_answers(fd.get());
  }

 private:
  static NetlinkMessage control(int type) {
    NetlinkMessage m(type, 0);
    m.append_header(nfgenmsg{AF_UNSPEC, NFNETLINK_V0, htons(NFNL_SUBSYS_NFTABLES)});
    return m;
  }

  void read_answers(int fd) {
    alignas(nlmsghdr) char buffer[16384];
    int left = static_cast<int>(check_syscall("read nftables' answer", recv(fd, buffer, sizeof buffer, 0)));
    for (auto* m = reinterpret_cast<nlmsghdr*>(buffer); nlmsg_ok(m, left); m = nlmsg_next(m, &left)) {
      if (m->nlmsg_type != NLMSG_ERROR) continue;
      const int error = static_cast<const nlmsgerr*>(nlmsg_data(m))->error;
      if (error != 0) throw SystemError("make an ingress chain in nftables", -error);
      answers_--;
    }
  }

  std::string bytes_;
  int answers_ = 0;
};

NetlinkMessage new_table() {
  NetlinkMessage m = Batch::message(NFT_MSG_NEWTABLE, NLM_F_CREATE);
  m.put_string(NFTA_TABLE_NAME, kTable);
  return m;
}

NetlinkMessage new_chain() {
  NetlinkMessage m = Batch::message(NFT_MSG_NEWCHAIN, NLM_F_CREATE);
  m.put_string(NFTA_CHAIN_TABLE, kTable);
  m.put_string(NFTA_CHAIN_NAME, kChain);
  m.put_string(NFTA_CHAIN_TYPE, "filter");
  nlattr* hook = m.begin_nested(NFTA_CHAIN_HOOK);
  m.put_u32(NFTA_HOOK_HOOKNUM, htonl(NF_NETDEV_INGRESS));
  m.put_u32(NFTA_HOOK_PRIORITY, htonl(0));
  m.put_string(NFTA_HOOK_DEV, "lo");
  m.end_nested(hook);
  return m;
}

void put_load_device(NetlinkMessage& m) {
  m.put_string(NFTA_EXPR_NAME, "immediate");
  nlattr* body = m.begin_nested(NFTA_EXPR_DATA);
  m.put_u32(NFTA_IMMEDIATE_DREG, htonl(NFT_REG_1));
  nlattr* data = m.begin_nested(NFTA_IMMEDIATE_DATA);
  m.put_u32(NFTA_DATA_VALUE, kLoopback);
  m.end_nested(data);
  m.end_nested(body);
}

void put_forward(NetlinkMessage& m) {
  m.put_string(NFTA_EXPR_NAME, "fwd");
  nlattr* body = m.begin_nested(NFTA_EXPR_DATA);
  m.put_u32(NFTA_FWD_SREG_DEV, htonl(NFT_REG_1));
  m.end_nested(body);
}

NetlinkMessage new_rule() {
  NetlinkMessage m = Batch::message(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
  m.put_string(NFTA_RULE_TABLE, kTable);
  m.put_string(NFTA_RULE_CHAIN, kChain);
  nlattr* expressions = m.begin_nested(NFTA_RULE_EXPRESSIONS);
  for (const auto put : {put_load_device, put_forward}) {
    nlattr* expression = m.begin_nested(NFTA_LIST_ELEM);
    put(m);
    m.end_nested(expression);
  }
  m.end_nested(expressions);
  return m;
}

}  // namespace

void make_nft_ingress_chain() {
  Batch batch;
  batch.add(new_table());
  batch.add(new_chain());
  batch.add(new_rule());
  batch.commit();
}

}  // namespace flowbed
