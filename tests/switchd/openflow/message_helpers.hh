// Messages of one exchange, whose xid is 1, as hexadecimal text.
#pragma once

#include "switchd/openflow/messages.hh"
#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw::ofp {

inline constexpr OfVersion k10 = OfVersion::k10, k13 = OfVersion::k13, k14 = OfVersion::k14;

// Without any spaces, so that parts can be taken by their place.
inline std::string plain_hex(std::string_view text) {
  std::string plain = tidy_hex(text);
  std::erase(plain, ' ');
  return plain;
}
inline std::string plain_hex(const Bytes& bytes) { return plain_hex(to_hex(bytes)); }
inline std::string zeros(size_t bytes) { return std::string(2 * bytes, '0'); }

// The first message of a reply.
inline std::string encoded(const Reply& reply, OfVersion version) {
  return plain_hex(encode(reply, version, 1).at(0));
}

template <class Message>
Message decoded(std::string_view hex, Dialect dialect = {}) {
  return std::get<Message>(decode(from_hex(hex), dialect).request);
}

inline std::optional<OfFaultKind> fault_in(std::string_view hex) {
  return fault_of([&] { decode(from_hex(hex)); });
}

}  // namespace flowbed::sw::ofp
