#include "tests/switchd/slowpath/random_program.hh"

#include "tests/switchd/slowpath/pipeline_rig.hh"

namespace flowbed::sw {

std::string Step::to_string() const {
  constexpr const char* kNames[] = {"flow",    "group", "meter",      "packet",      "packet-out",
                                    "link",    "shape", "port-flags", "table-limit", "settings",
                                    "caching", "pass",  "compare"};
  return std::string(kNames[kind]) + " s" + std::to_string(bridge) + " port=" + std::to_string(port) +
         " command=" + std::to_string(command) + " number=" + std::to_string(number) + " " + text +
         (frame.empty() ? "" : " ") + hex_of(frame);
}

RandomProgram::RandomProgram(unsigned seed) : RandomRules(random_), random_(seed), frames_(random_) {}

Step RandomProgram::new_rule() {
  constexpr const char* kTimes[] = {"idle_timeout=2,", "hard_timeout=3,", "idle_timeout=2,hard_timeout=4,"};
  const auto protocol = static_cast<Protocol>(one_in(2) ? 0 : pick(kProtocols));
  const unsigned table = one_in(2) ? 0 : pick(kTables);
  // Of rules that overlap with equal priorities, no one says which is met.
  const std::string where = "table=" + std::to_string(table) + ",priority=" + std::to_string(1 + pick(50000));
  const std::string what = where + "," + match(protocol);
  if (known_.size() > 60) known_.erase(known_.begin());
  known_.emplace_back(what, protocol);
  return {.kind = Step::kFlow,
          .text = what + "," + (one_in(6) ? one_of(kTimes) : "") + (one_in(8) ? "send_flow_rem," : "") +
                  (one_in(5) ? "cookie=0x" + std::to_string(70 + pick(3)) + "," : "") +
                  (one_in(5) ? "importance=" + number(5) + "," : "") +
                  "actions=" + instructions(protocol, table)};
}

Step RandomProgram::conjunction() {
  const std::string table = "table=" + number(2) + ",";
  const unsigned kind = pick(5);
  if (kind == 0)
    return {.kind = Step::kFlow,
            .text = table + "priority=" + std::to_string(51000) +
                    ",conj_id=1,actions=" + instructions(kAny, kTables)};
  const std::string clause = kind % 2 ? "ip,nw_src=" + address() + ",actions=conjunction(1,1/2)"
                                      : "ip,nw_dst=" + address() + ",actions=conjunction(1,2/2)";
  return {.kind = Step::kFlow, .text = table + "priority=51001," + clause};
}

Step RandomProgram::flow() {
  if (one_in(6)) {
    Step step = conjunction();
    if (one_in(3)) {
      step.command = static_cast<int>(FlowMod::Command::kDeleteStrict);
      step.text.erase(step.text.find(",actions="));
    }
    return step;
  }
  if (known_.empty() || !one_in(2)) return new_rule();
  const auto& [what, protocol] = known_[pick(known_.size())];
  const unsigned table = static_cast<unsigned>(what[6] - '0');
  const std::string without_priority =
      what.substr(0, what.find(",priority")) + what.substr(what.find(',', 9));
  using enum FlowMod::Command;
  switch (pick(6)) {
    case 0:
      return {
          .kind = Step::kFlow,
          .command = static_cast<int>(kAdd),
          .text = what + (one_in(2) ? ",reset_counts" : "") + ",actions=" + instructions(protocol, table)};
    case 1:
      return {.kind = Step::kFlow,
              .command = static_cast<int>(kModifyStrict),
              .text = what + ",actions=" + instructions(protocol, table)};
    case 2:
      return {.kind = Step::kFlow,
              .command = static_cast<int>(kModify),
              .text = without_priority + ",actions=" + instructions(protocol, table)};
    case 3:
      return {.kind = Step::kFlow, .command = static_cast<int>(kDelete), .text = without_priority};
    case 4:
      if (one_in(3))
        return {.kind = Step::kFlow,
                .command = static_cast<int>(kDelete),
                .text = "cookie=0x" + std::to_string(70 + pick(3)) + "/-1"};
      [[fallthrough]];
    default:
      return {.kind = Step::kFlow, .command = static_cast<int>(kDeleteStrict), .text = what};
  }
}

Step RandomProgram::group_step() {
  constexpr const char* kTypes[] = {"all", "select", "indirect", "ff", "select"};
  using enum GroupMod::Command;
  const std::string id = "group_id=" + group();
  if (one_in(5))
    return {.kind = Step::kGroup, .command = static_cast<int>(kDelete), .text = one_in(6) ? "" : id};
  const std::string type = one_of(kTypes);
  std::string text = id + ",type=" + type;
  for (unsigned i = type == "indirect" ? 1 : 1 + pick(3); i > 0; i--) text += bucket(type);
  return {.kind = Step::kGroup, .command = static_cast<int>(kAddOrModify), .text = text};
}

Step RandomProgram::meter_step() {
  using enum MeterMod::Command;
  constexpr MeterMod::Command kCommands[] = {kAdd, kModify, kAdd, kModify, kDelete};
  const MeterMod::Command command = kCommands[pick(5)];
  const std::string id = "meter=" + std::to_string(1 + pick(2));
  const std::string text = one_in(2) ? ",pktps,bands=type=drop,rate=20"
                                     : ",kbps,burst,bands=type=dscp_remark,rate=20,burst_size=4,prec_level=1";
  return {.kind = Step::kMeter,
          .command = static_cast<int>(command),
          .text = command == kDelete ? id : id + text};
}

Step RandomProgram::packet() {
  return {.kind = Step::kPacket, .port = static_cast<int>(1 + pick(4)), .frame = frames_.next().build()};
}

Step RandomProgram::packet_out() {
  constexpr OfPort kFrom[] = {OfPort{1}, OfPort{2}, kOfPortController, kOfPortLocal};
  return {.kind = Step::kPacketOut,
          .number = to_number(kFrom[pick(4)]),
          .text = one_in(2) ? "output:TABLE" : actions(kAny),
          .frame = frames_.next().build()};
}

Step RandomProgram::small_change() {
  switch (pick(8)) {
    case 0:
      return {.kind = Step::kLink, .port = static_cast<int>(1 + pick(6)), .number = pick(3)};
    case 1:
      return {.kind = Step::kShape, .port = 6, .number = pick(3)};
    case 2: {
      constexpr uint32_t kFlags[] = {
          0, 0, 0, kPortNoFlood, kPortNoForward, kPortNoReceive, kPortDown, kPortNoPacketIn};
      return {.kind = Step::kPortFlags, .port = static_cast<int>(1 + pick(6)), .number = kFlags[pick(8)]};
    }
    case 3:
      return {.kind = Step::kTableLimit,
              .port = static_cast<int>(pick(kTables)),
              .number = one_in(3) ? 5 + pick(10) : 1000,
              .text = one_in(2) ? "evicts" : ""};
    case 4:
      if (one_in(2)) return {.kind = Step::kCaching, .number = pick(1 << kCachingFeatures.size())};
      return {.kind = Step::kSettings, .number = pick(8) % 4};
    default:
      return {.kind = Step::kPass, .number = 100 + pick(1500)};
  }
}

Step RandomProgram::next() {
  Step step;
  const unsigned kind = pick(100);
  if (kind < 70) {
    step = packet();
  } else if (kind < 84) {
    step = flow();
  } else if (kind < 88) {
    step = group_step();
  } else if (kind < 90) {
    step = meter_step();
  } else if (kind < 93) {
    step = packet_out();
  } else if (kind < 98) {
    step = small_change();
  } else {
    step = {.kind = Step::kCompare};
  }
  if (one_in(4)) step.bridge = 2;
  return step;
}

}  // namespace flowbed::sw
