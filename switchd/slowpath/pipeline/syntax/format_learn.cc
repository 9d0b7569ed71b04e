#include "switchd/slowpath/pipeline/syntax/format_learn.hh"

#include "switchd/slowpath/pipeline/syntax/slice_syntax.hh"

namespace flowbed::sw {
namespace {

std::string format_spec(const of::LearnSpec& spec) {
  using enum of::LearnSpec::Destination;
  const std::string from = spec.from ? format_slice(*spec.from) : format_wide_number(spec.value);
  switch (spec.destination) {
    case kLoad:
      return "load:" + from + "->" + format_slice(spec.to);
    case kOutput:
      return "output:" + from;
    case kMatch:
      break;
  }
  const std::string to = format_slice(spec.to);
  return spec.from == spec.to ? to : to + "=" + from;
}

}  // namespace

std::string format_learn(const of::Learn& learn) {
  std::string text = "learn(table=" + std::to_string(learn.table);
  const auto add_number = [&](const char* name, unsigned value, unsigned usual) {
    if (value != usual) text += std::string(",") + name + "=" + std::to_string(value);
  };
  add_number("idle_timeout", learn.idle_timeout, 0);
  add_number("hard_timeout", learn.hard_timeout, 0);
  add_number("fin_idle_timeout", learn.fin_idle_timeout, 0);
  add_number("fin_hard_timeout", learn.fin_hard_timeout, 0);
  add_number("priority", learn.priority, 0x8000);
  if (learn.cookie) text += ",cookie=" + format_wide_number(learn.cookie);
  if (learn.flags & kLearnSendRemoved) text += ",send_flow_rem";
  if (learn.flags & kLearnDeleteLearned) text += ",delete_learned";
  for (const of::LearnSpec& spec : learn.specs) text += "," + format_spec(spec);
  return text + ")";
}

}  // namespace flowbed::sw
