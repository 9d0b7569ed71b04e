#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/slice_syntax.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kUsualPriority = 0x8000;

struct FlagName {
  uint16_t flag;
  const char* name;
};
constexpr FlagName kFlagNames[] = {{kFlowSendRemoved, "send_flow_rem"},
                                   {kFlowCheckOverlap, "check_overlap"},
                                   {kFlowResetCounts, "reset_counts"},
                                   {kFlowNoPacketCounts, "no_packet_counts"},
                                   {kFlowNoByteCounts, "no_byte_counts"}};

// Milliseconds, without zeros at the end: "3.2s".
std::string format_seconds(double seconds) {
  char text[40];
  snprintf(text, sizeof text, "%.3f", seconds);
  std::string trimmed(text);
  while (trimmed.ends_with('0')) trimmed.pop_back();
  if (trimmed.ends_with('.')) trimmed.pop_back();
  return trimmed + "s";
}

void add_number(std::string& text, const char* name, uint64_t value) {
  text += std::string(", ") + name + "=" + std::to_string(value);
}
void add_unless_zero(std::string& text, const char* name, uint64_t value) {
  if (value) add_number(text, name, value);
}

}  // namespace

std::string format_flow_header(const FlowMod& rule, const std::optional<RuleCounts>& counts) {
  std::string text = "cookie=" + format_wide_number(rule.cookie);
  if (counts) text += ", duration=" + format_seconds(counts->duration_s);
  text += ", table=" + std::to_string(rule.table);
  if (counts) {
    add_number(text, "n_packets", counts->packets);
    add_number(text, "n_bytes", counts->bytes);
  }
  add_unless_zero(text, "idle_timeout", rule.idle_timeout);
  add_unless_zero(text, "hard_timeout", rule.hard_timeout);
  add_unless_zero(text, "importance", rule.importance);
  for (const auto& [flag, name] : kFlagNames) {
    if (rule.flags & flag) text += std::string(", ") + name;
  }
  if (counts && counts->idle_age_s) add_number(text, "idle_age", *counts->idle_age_s);
  if (counts && counts->hard_age_s) add_number(text, "hard_age", *counts->hard_age_s);
  return text;
}

std::string format_rule(const FlowMod& rule, const PortNames& ports) {
  std::string text;
  if (rule.priority != kUsualPriority) text = "priority=" + std::to_string(rule.priority);
  if (const std::string match = format_match(rule.match, ports); !match.empty())
    text += (text.empty() ? "" : ",") + match;
  return text + (text.empty() ? "" : " ") + "actions=" + format_instructions(rule.instructions, ports);
}

std::string format_flow(const FlowMod& rule, const std::optional<RuleCounts>& counts,
                        const PortNames& ports) {
  return format_flow_header(rule, counts) + ", " + format_rule(rule, ports);
}

}  // namespace flowbed::sw
