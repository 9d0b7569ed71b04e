#include "core/base/error.hh"
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

std::vector<Bytes> as_list(Bytes message) {
  std::vector<Bytes> list;
  list.push_back(std::move(message));
  return list;
}
std::vector<Bytes> as_list(std::vector<Bytes> messages) { return messages; }

}  // namespace

std::vector<Bytes> encode(const Reply& reply, OfVersion version, uint32_t xid) {
  const Frame frame{version, xid};
  return std::visit([&](const auto& message) { return as_list(write(message, frame)); }, reply);
}

Bytes encode_request(const Request& request, OfVersion version, uint32_t xid, Dialect dialect) {
  const Frame frame{version, xid, dialect};
  return std::visit([&](const auto& message) { return write(message, frame); }, request);
}

}  // namespace flowbed::sw::ofp
