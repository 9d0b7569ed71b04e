// Whatever somebody gives `trace` as a packet: it is read or refused, and what is read can be shown again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.hh"
#include "switchd/flow/packet_syntax.hh"

using namespace flowbed;
using namespace flowbed::sw;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto find_port = [](std::string_view name) -> std::optional<PortNo> {
    if (name == "1" || name == "s1-eth1") return PortNo{1};
    return std::nullopt;
  };
  try {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const FlowKey key = parse_packet(text, find_port);
    if (!same_words(key, parse_packet(text, find_port))) abort();
  } catch (const Error& refusal) {
    if (*refusal.what() == '\0') abort();
  }
  return 0;
}
