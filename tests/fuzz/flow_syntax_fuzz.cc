// Whatever somebody types as a flow, a group or a meter: it is read or refused, and what is read is written
// as something that is read as the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

using namespace flowbed;
using namespace flowbed::sw;

namespace {

const PortNames kPorts{.find = [](std::string_view name) -> std::optional<OfPort> {
                         if (name == "s1-eth1") return OfPort{1};
                         return std::nullopt;
                       },
                       .name = [](OfPort port) { return port == OfPort{1} ? "s1-eth1" : ""; }};

template <class Read, class Format>
void expect_same_again(const std::string& text, Read read, Format format) {
  std::string first;
  try {
    first = format(read(text));
  } catch (const Error& refusal) {
    if (*refusal.what() == '\0') abort();
    return;
  }
  if (format(read(first)) != first) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0]) {
    case 'g':
      expect_same_again(
          text, [](const std::string& t) { return parse_group(t, GroupMod::Command::kAdd, kPorts); },
          [](const GroupMod& group) { return format_group(group, kPorts); });
      break;
    case 'm':
      expect_same_again(
          text, [](const std::string& t) { return parse_meter(t, MeterMod::Command::kAdd); },
          [](const MeterMod& meter) { return format_meter(meter.meter); });
      break;
    case 'd':
      expect_same_again(
          text, [](const std::string& t) { return parse_flow(t, FlowMod::Command::kDelete, kPorts).match; },
          [](const Match& match) { return format_match(match, kPorts); });
      break;
    default:
      expect_same_again(
          text, [](const std::string& t) { return parse_flow(t, FlowMod::Command::kAdd, kPorts); },
          [](const FlowMod& flow) { return format_flow(flow, {}, kPorts); });
  }
  return 0;
}
