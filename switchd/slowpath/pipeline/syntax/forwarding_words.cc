// Actions that say where a packet goes.
#include <algorithm>

#include "core/base/suggest.hh"
#include "switchd/slowpath/pipeline/syntax/action_words.hh"
#include "switchd/slowpath/pipeline/syntax/reason_names.hh"
#include "switchd/slowpath/pipeline/syntax/slice_syntax.hh"

namespace flowbed::sw {
namespace {

OfAction read_reserved(const Token& token, const ActionContext&) {
  if (token.separator != '\0') fail_at(token, "takes no argument");
  return of::Output{.port = *find_reserved_port(token.name)};
}

uint16_t max_len_in(const Token& token) { return static_cast<uint16_t>(number_in(token, kWholePacket)); }

// output(port=CONTROLLER,max_len=128)
OfAction read_output_parts(const Token& token, const ActionContext& context) {
  std::optional<OfPort> port;
  uint16_t max_len = kWholePacket;
  Tokens parts(token.value);
  for (Token part; parts.next(part);) {
    if (part.name == "port") {
      port = port_in(part, part.value, context);
    } else if (part.name == "max_len") {
      max_len = max_len_in(part);
    } else {
      fail_at(part, "is unknown; output has port= and max_len=");
    }
  }
  if (!port) fail_at(token, "lacks port=");
  if (max_len != kWholePacket && *port != kOfPortController)
    fail_at(token, "cuts packets short: that is possible only for CONTROLLER");
  return of::Output{*port, max_len};
}

OfAction read_output(const Token& token, const ActionContext& context) {
  if (token.separator == '(') return read_output_parts(token, context);
  if (const auto port = parse_port(token.value, context.ports)) return of::Output{.port = *port};
  if (const auto slice = find_slice(token, token.value)) return of::OutputField{.from = *slice};
  fail_at(token,
          in_quotes(token.value) + " is no port of this switch, and no field such as NXM_NX_REG0[0..15]");
}

OfAction read_controller_parts(const Token& token) {
  of::Controller to;
  Tokens parts(token.value);
  for (Token part; parts.next(part);) {
    if (part.name == "max_len") {
      to.max_len = max_len_in(part);
    } else if (part.name == "id") {
      to.id = static_cast<uint16_t>(number_in(part, 0xffff));
    } else if (part.name == "reason") {
      const auto reason = find_reason(part.value);
      if (!reason) fail_at(part, "is no reason" + suggestion(part.value, reason_vocabulary()));
      to.reason = *reason;
    } else {
      fail_at(part, "is unknown; controller has max_len=, reason= and id=");
    }
  }
  return to;
}

OfAction read_controller(const Token& token, const ActionContext&) {
  if (token.separator == '(') return read_controller_parts(token);
  of::Output to{.port = kOfPortController};
  if (token.separator) to.max_len = max_len_in(token);
  return to;
}

OfAction read_enqueue(const Token& token, const ActionContext& context) {
  const size_t at = token.value.find_last_of(":,");
  if (at == std::string_view::npos) fail_at(token, "takes a port and a queue; write enqueue:1:2");
  const OfPort port = port_in(token, token.value.substr(0, at), context);
  return of::Enqueue{port, static_cast<uint32_t>(number_in(token, token.value.substr(at + 1), 0xffffffff))};
}

// resubmit:PORT, resubmit(PORT,TABLE); either may be left out.
OfAction read_resubmit(const Token& token, const ActionContext& context) {
  const Pair parts = token.separator == '(' ? split_at(token.value, ",") : Pair{token.value, {}};
  of::Resubmit to;
  if (!parts.first.empty()) to.port = port_in(token, parts.first, context);
  if (to.port == kOfPortInPort) to.port.reset();
  if (!parts.second.empty()) to.table = static_cast<uint8_t>(number_in(token, parts.second, kTableAll));
  if (to.table == kTableAll) to.table.reset();
  return to;
}

OfAction read_group(const Token& token, const ActionContext&) {
  return of::Group{static_cast<uint32_t>(number_in(token, kGroupMax))};
}

OfAction read_set_queue(const Token& token, const ActionContext&) {
  return of::SetQueue{static_cast<uint32_t>(number_in(token, 0xffffffff))};
}

// note:00.11.22
OfAction read_note(const Token& token, const ActionContext&) {
  of::Note note;
  for (std::string_view left = token.value; !left.empty();) {
    const Pair parts = split_at(left, ".");
    const auto byte = parse_wide_number("0x" + std::string(parts.first));
    if (!byte || parts.first.size() > 2) fail_at(token, "takes bytes in hexadecimal such as note:00.a1.ff");
    note.bytes.push_back(static_cast<uint8_t>(*byte));
    left = parts.second;
  }
  return note;
}

// conjunction(ID,K/N), where K counts from 1
OfAction read_conjunction(const Token& token, const ActionContext&) {
  const Pair parts = split_at(token.value, ",");
  const std::string_view clauses =
      parts.second.substr(std::min(parts.second.find_first_not_of(' '), parts.second.size()));
  const Pair counts = split_at(clauses, "/");
  const uint64_t id = number_in(token, parts.first, 0xffffffff);
  const uint64_t k = number_in(token, counts.first, 64), n = number_in(token, counts.second, 64);
  if (n < 2 || k < 1 || k > n) fail_at(token, "takes k/n with 1 <= k <= n, and n from 2 to 64");
  return of::Conjunction{static_cast<uint32_t>(id), static_cast<uint8_t>(k - 1), static_cast<uint8_t>(n)};
}

// fin_timeout(idle_timeout=10,hard_timeout=20)
OfAction read_fin_timeout(const Token& token, const ActionContext&) {
  of::FinTimeout fin;
  Tokens parts(token.value);
  for (Token part; parts.next(part);) {
    if (part.name != "idle_timeout" && part.name != "hard_timeout")
      fail_at(part, "is unknown; fin_timeout has idle_timeout= and hard_timeout=");
    const auto seconds = static_cast<uint16_t>(number_in(part, 0xffff));
    (part.name == "idle_timeout" ? fin.idle_timeout : fin.hard_timeout) = seconds;
  }
  return fin;
}

template <class Action>
OfAction read_bare(const Token& token, const ActionContext&) {
  if (!token.value.empty()) fail_at(token, "takes no argument");
  return Action{};
}

constexpr ActionWord kWords[] = {
    {"output", read_output},
    {"controller", read_controller},
    {"normal", read_reserved},
    {"flood", read_reserved},
    {"all", read_reserved},
    {"local", read_reserved},
    {"in_port", read_reserved},
    {"enqueue", read_enqueue},
    {"resubmit", read_resubmit},
    {"group", read_group},
    {"set_queue", read_set_queue},
    {"pop_queue", read_bare<of::PopQueue>},
    {"note", read_note},
    {"learn", read_learn},
    {"conjunction", read_conjunction},
    {"fin_timeout", read_fin_timeout},
    {"exit", read_bare<of::Exit>},
};

}  // namespace

std::span<const ActionWord> forwarding_words() { return kWords; }

}  // namespace flowbed::sw
