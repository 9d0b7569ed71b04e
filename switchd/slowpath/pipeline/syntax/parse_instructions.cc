#include <optional>

#include "switchd/slowpath/pipeline/syntax/action_words.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/instruction_words.hh"

namespace flowbed::sw {
namespace {

// In the order in which they run; where they are written in another, they would not do what is read.
enum class Step { kMeter, kApply, kClear, kWrite, kMetadata, kGoto };

struct InstructionWord {
  std::string_view word;
  Step step;
  void (*read)(const Token&, const ActionContext&, Instructions&);
};

void read_meter(const Token& token, const ActionContext&, Instructions& to) {
  to.meter = static_cast<uint32_t>(number_in(token, kMeterMax));
}

void read_apply(const Token& token, const ActionContext& context, Instructions& to) {
  for (OfAction& action : read_actions(token.value, context)) to.apply.push_back(std::move(action));
  to.has_apply = true;
}

void read_clear(const Token& token, const ActionContext&, Instructions& to) {
  if (!token.value.empty()) fail_at(token, "takes no argument");
  to.clear = true;
}

void read_write(const Token& token, const ActionContext& context, Instructions& to) {
  to.write = read_actions(token.value, context);
  to.has_write = true;
}

void read_metadata(const Token& token, const ActionContext&, Instructions& to) {
  const Pair parts = split_at(token.value, "/");
  const uint64_t value = number_in(token, parts.first, ~uint64_t{0});
  const uint64_t mask = parts.second.empty() ? ~uint64_t{0} : number_in(token, parts.second, ~uint64_t{0});
  to.metadata = WriteMetadata{value, mask};
}

void read_goto(const Token& token, const ActionContext&, Instructions& to) {
  to.goto_table = static_cast<uint8_t>(number_in(token, kMaxTable));
}

constexpr InstructionWord kWords[] = {
    {"meter", Step::kMeter, read_meter},
    {"apply_actions", Step::kApply, read_apply},
    {"clear_actions", Step::kClear, read_clear},
    {"write_actions", Step::kWrite, read_write},
    {"write_metadata", Step::kMetadata, read_metadata},
    {"goto_table", Step::kGoto, read_goto},
};

const InstructionWord* find_word(const Token& token) {
  const std::string lower = lower_case(token.name);
  for (const InstructionWord& each : kWords) {
    if (each.word == lower) return &each;
  }
  return nullptr;
}

// Holds the order, and that an instruction comes only once.
class StepOrder {
 public:
  void enter(const Token& token, Step step) {
    if (last_ && (step < *last_ || (step == *last_ && step != Step::kApply)))
      fail_at(token, step == *last_ ? "stands there twice" : "must stand before " + last_word_);
    last_ = step;
    last_word_ = token.name;
  }

 private:
  std::optional<Step> last_;
  std::string last_word_;
};

bool is_drop(const Token& token) { return lower_case(token.text) == "drop"; }

}  // namespace

Instructions read_instructions(std::string_view text, const ActionContext& context) {
  Instructions instructions;
  StepOrder order;
  Tokens tokens(text);
  bool drops = false, first = true;
  for (Token token; tokens.next(token); first = false) {
    if (drops || (is_drop(token) && !first)) fail_at(token, "drop must stand alone");
    drops = is_drop(token);
    if (drops) continue;
    const InstructionWord* word = find_word(token);
    order.enter(token, word ? word->step : Step::kApply);
    if (word) {
      word->read(token, context, instructions);
    } else {
      instructions.apply.push_back(read_action(token, context));
      instructions.has_apply = true;
    }
  }
  return instructions;
}

Instructions parse_instructions(std::string_view text, const PortNames& ports, const Match* match) {
  return reading("actions", [&] { return read_instructions(text, {ports, match}); });
}

}  // namespace flowbed::sw
