#include "switchd/control/program_record.hh"

#include "switchd/control/verb_flows.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"

namespace flowbed::sw {

Json record_program(const Bridge& bridge) {
  if (bridge.pipeline->tables.size() > kMaxRecordedRules) return nullptr;
  Json flows = Json::array(), groups = Json::array(), meters = Json::array();
  for (const auto& [id, meter] : bridge.pipeline->meters.meters())
    meters.push_back(format_meter(meter->config));
  for (const auto& [id, group] : bridge.pipeline->groups.groups())
    groups.push_back(format_group({.type = group.type, .id = group.id, .buckets = group.buckets}));
  for (const Rule* rule : bridge.pipeline->tables.select(FlowFilter{}))
    flows.push_back(format_flow(mod_of(*rule)));
  return {{"meters", std::move(meters)}, {"groups", std::move(groups)}, {"flows", std::move(flows)}};
}

void restore_program(SlowPath& slow_path, Bridge& bridge, const Json& record, TimePoint now) {
  Programs& programs = slow_path.programs();
  programs.reset(bridge, false, now);
  for (const Json& text : record.at("meters"))
    programs.apply(bridge, parse_meter(text.get<std::string>(), MeterMod::Command::kAdd), now);
  // Groups may lead to groups of higher numbers: first all are there, then they are what they were.
  for (const auto command : {GroupMod::Command::kAdd, GroupMod::Command::kModify}) {
    for (const Json& text : record.at("groups")) {
      GroupMod group = parse_group(text.get<std::string>(), command);
      if (command == GroupMod::Command::kAdd) group = {.command = command, .id = group.id};
      programs.apply(bridge, group, now);
    }
  }
  for (const Json& text : record.at("flows")) {
    FlowMod flow = parse_flow(text.get<std::string>(), FlowMod::Command::kAdd);
    flow.modify_adds = true;  // fields are set as leniently as when the rule was made
    programs.apply(bridge, flow, now);
  }
}

}  // namespace flowbed::sw
