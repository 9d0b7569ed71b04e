// Key extraction on arbitrary bytes: never reads beyond them (the sanitizers see to that), never writes a
// word that flow_key_words does not announce, and always gives the same key for the same bytes.
//
//   cmake --preset fuzz && cmake --build build-fuzz && build-fuzz/bin/flow_key_fuzz
//   tests/fuzz/corpus/flow_key

#include <cstdlib>
#include <vector>

#include "switchd/flow/flow_key.hh"
#include "switchd/flow/match_format.hh"

using namespace flowbed::sw;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < kEthernetHeaderSize) return 0;
  const std::vector<uint8_t> frame(data, data + size);  // exactly as long, so that reading past it is seen
  std::vector<uint8_t> storage(size);
  const Packet packet = packet_from_frame(frame, storage);
  const FlowKey key = extract_flow_key(packet, PortNo{1});
  if (!same_words(key, extract_flow_key(packet, PortNo{1}))) abort();
  for (unsigned i = flow_key_words(&key); i < FLOW_KEY_WORDS; i++) {
    if (key.words[i] != 0) abort();
  }
  FlowMask exact;
  memset(&exact, 0xff, sizeof exact);
  format_match(key, exact, [](PortNo) { return std::string("p"); });
  return 0;
}
