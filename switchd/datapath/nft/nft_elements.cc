#include "switchd/datapath/nft/nft_elements.hh"

#include <algorithm>
#include <cstring>

#include <linux/netfilter/nf_tables.h>

#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

int read_statistic(nftnl_expr* expression, void* data) {
  auto& count = *static_cast<KernelCount*>(data);
  const std::string_view kind = nftnl_expr_get_str(expression, NFTNL_EXPR_NAME);
  if (kind == "counter") {
    count.packets = nftnl_expr_get_u64(expression, NFTNL_EXPR_CTR_PACKETS);
    count.bytes = nftnl_expr_get_u64(expression, NFTNL_EXPR_CTR_BYTES);
  } else if (kind == "last" && nftnl_expr_get_u32(expression, NFTNL_EXPR_LAST_SET)) {
    count.idle = std::chrono::milliseconds(nftnl_expr_get_u64(expression, NFTNL_EXPR_LAST_MSECS));
  }
  return 0;
}

int read_element(nftnl_set_elem* element, void* data) {
  NftElement found;
  uint32_t size = 0;
  const void* key = nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &size);
  if (key) memcpy(found.key.data(), key, std::min<size_t>(size, kMaxNftKey));
  nftnl_set_elem_expr_foreach(element, read_statistic, &found.count);
  (*static_cast<NftElementVisitor*>(data))(found);
  return 0;
}

}  // namespace

NftSetObject set_object(const std::string& name) {
  auto set = checked(NftSetObject(nftnl_set_alloc()));
  nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, kNftTable);
  nftnl_set_set_str(set.get(), NFTNL_SET_NAME, name.c_str());
  return set;
}

nftnl_set_elem* new_element(const void* key, size_t size) {
  nftnl_set_elem* element = nftnl_set_elem_alloc();
  if (!element) throw std::bad_alloc();
  nftnl_set_elem_set(element, NFTNL_SET_ELEM_KEY, key, static_cast<uint32_t>(size));
  return element;
}

void add_statistics(nftnl_set* set, std::initializer_list<const char*> statistics) {
  for (const char* statistic : statistics) nftnl_set_add_expr(set, new_expression(statistic));
}

void read_elements(const nlmsghdr* message, NftElementVisitor visit) {
  const auto set = checked(NftSetObject(nftnl_set_alloc()));
  if (nftnl_set_elems_nlmsg_parse(message, set.get()) == 0)
    nftnl_set_elem_foreach(set.get(), read_element, &visit);
}

int start_element_dump(NftSocket& socket, const std::string& name) {
  const auto set = set_object(name);
  return socket.start_dump(NFT_MSG_GETSETELEM, [&](nlmsghdr* message) {
    nftnl_set_elems_nlmsg_build_payload(message, set.get());
  });
}

int dump_elements(NftSocket& socket, const std::string& name, const NftElementVisitor& visit) {
  const auto set = set_object(name);
  return socket.dump(
      NFT_MSG_GETSETELEM, [&](nlmsghdr* message) { nftnl_set_elems_nlmsg_build_payload(message, set.get()); },
      [&](const nlmsghdr* message) { read_elements(message, visit); });
}

}  // namespace flowbed::sw
