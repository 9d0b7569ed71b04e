// Whatever bytes a controller sends: messages are cut from the stream, and each is read or refused with an
// error that every version can tell. What is read can be written again.
#include <cstdlib>

#include "switchd/openflow/framer.hh"

using namespace flowbed;
using namespace flowbed::sw;
using namespace flowbed::sw::ofp;

namespace {

bool is_spoken(OfVersion version) {
  return version == OfVersion::k10 || version == OfVersion::k13 || version == OfVersion::k14;
}

void write_again(const Decoded& decoded, Dialect dialect) {
  if (!is_spoken(decoded.version)) return;
  try {
    encode_request(decoded.request, decoded.version, decoded.xid, dialect);
  } catch (const Error&) {  // it may have become longer than a message can be
  }
}

void read(const Bytes& message, Dialect dialect) {
  try {
    write_again(decode(message, dialect), dialect);
  } catch (const OfFault& fault) {
    if (*fault.what() == '\0') abort();
    for (const OfVersion version : {OfVersion::k10, OfVersion::k13, OfVersion::k14})
      encode(error_reply(fault.kind(), version, message), version, 1);
  }
}

}  // namespace

// The first byte says how the stream is broken, and whether commands carry tables.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Dialect dialect{.table_ids = (data[0] & 1) != 0};
  const size_t chunk = 1 + (data[0] >> 1) * size_t{4};
  std::span<const uint8_t> stream(data + 1, size - 1);
  Framer framer;
  try {
    while (!stream.empty()) {
      const auto part = stream.first(chunk < stream.size() ? chunk : stream.size());
      stream = stream.subspan(part.size());
      framer.feed(part);
      while (const auto message = framer.next()) read(*message, dialect);
    }
  } catch (const OfFault&) {  // the stream is none, and the connection ends
  }
  return 0;
}
