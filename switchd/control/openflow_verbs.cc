#include "switchd/control/openflow_verbs.hh"

#include "switchd/control/switch_verb.hh"
#include "switchd/control/verb_groups.hh"
#include "switchd/control/verb_ports.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

using FlowCommand = FlowMod::Command;

std::string fields_type(const std::vector<std::string>& vocabulary) {
  std::string type = "fields:";
  for (const std::string& entry : vocabulary) type += (type.back() == ':' ? "" : ",") + entry;
  return type;
}

VerbParameter flow_parameter(std::optional<FlowCommand> command, const std::string& name,
                             const std::string& help, bool required) {
  return {name, fields_type(flow_vocabulary(command)), help, required};
}
VerbParameter group_parameter(bool required) {
  return {
      "group",
      fields_type({"group_id=", "type=", "bucket=", "actions=", "weight:", "watch_port:", "watch_group:"}),
      required ? "e.g. group_id=1,type=select,bucket=output:1,bucket=output:2" : "group_id=1; without, all",
      required};
}
VerbParameter meter_parameter(bool required) {
  return {"meter",
          fields_type({"meter=", "kbps", "pktps", "burst", "stats",
                       "band=type=", "rate=", "burst_size=", "prec_level="}),
          required ? "e.g. meter=1,kbps,band=type=drop,rate=1000" : "meter=1; without, all", required};
}
VerbParameter strict_parameter() {
  return {"strict", "flag", "only the rule of exactly this match and priority", false};
}
VerbParameter no_names_parameter() { return {"no-names", "flag", "ports as numbers", false}; }
VerbParameter id_parameter(const std::string& what) { return {what, "number", "only this one", false}; }

Wording wording(const Json& params) { return {.names = !params.value("no-names", false)}; }

std::optional<uint32_t> id_of(const Json& params, const char* what) {
  if (!params.contains(what)) return std::nullopt;
  const double id = params.at(what);
  return id < 0 || id > UINT32_MAX ? UINT32_MAX - 1 : static_cast<uint32_t>(id);  // which nothing has
}

Verb::Handler changing_flows(SlowPath& slow_path, FlowCommand loose, FlowCommand strict,
                             const char* parameter) {
  return switch_handler(
      slow_path, [&slow_path, loose, strict, parameter](Bridge& bridge, const Json& params) {
        const FlowCommand command = params.value("strict", false) ? strict : loose;
        return change_flows(slow_path, bridge, command, params.value(parameter, ""), monotonic_now());
      });
}

Verb::Handler changing_groups(SlowPath& slow_path, GroupMod::Command command) {
  return switch_handler(slow_path, [&slow_path, command](Bridge& bridge, const Json& params) {
    return change_groups(slow_path, bridge, command, params.value("group", ""), monotonic_now());
  });
}

Verb::Handler changing_meters(SlowPath& slow_path, MeterMod::Command command) {
  return switch_handler(slow_path, [&slow_path, command](Bridge& bridge, const Json& params) {
    return change_meters(slow_path, bridge, command, params.value("meter", ""), monotonic_now());
  });
}

void add_looking_verbs(VerbTable& table, SlowPath& slow_path) {
  table.add({"flows",
             {switch_parameter(), no_names_parameter(),
              flow_parameter(std::nullopt, "filter", "which rules, e.g. table=0,ip,out_port=2; without, all",
                             false)},
             "Show the rules of the switch's OpenFlow tables, and how many packets met each.",
             switch_handler(slow_path, [](Bridge& bridge, const Json& params) {
               return describe_flows(bridge, params.value("filter", ""), wording(params), monotonic_now());
             })});
  table.add({"tables",
             {switch_parameter()},
             "Show the OpenFlow tables that are in use: their rules, lookups and matches.",
             switch_handler(slow_path, [](Bridge& bridge, const Json&) { return describe_tables(bridge); })});
  table.add({"groups",
             {switch_parameter(), no_names_parameter(), id_parameter("group")},
             "Show the switch's groups, and how many packets took each bucket.",
             switch_handler(slow_path, [](Bridge& bridge, const Json& params) {
               return describe_groups(bridge, id_of(params, "group"), wording(params), monotonic_now());
             })});
  table.add({"meters",
             {switch_parameter(), id_parameter("meter")},
             "Show the switch's meters, and how many packets each band dropped or marked.",
             switch_handler(slow_path, [](Bridge& bridge, const Json& params) {
               return describe_meters(bridge, id_of(params, "meter"), monotonic_now());
             })});
}

void add_port_verb(VerbTable& table, SlowPath& slow_path) {
  table.add({"mod-port",
             {switch_parameter(),
              {"port", "string", "its number or name"},
              {"setting", port_settings(), "what it may do from now on"}},
             "Allow or forbid a port something, as a controller can.",
             switch_handler(slow_path, [&slow_path](Bridge& bridge, const Json& params) {
               set_port(slow_path, bridge, params.at("port"), params.at("setting"));
               return Json::object();
             })});
}

void add_flow_verbs(VerbTable& table, SlowPath& slow_path) {
  using enum FlowMod::Command;
  const char* example = "e.g. priority=10,ip,nw_dst=10.0.0.2,actions=output:2";
  table.add({"add-flow",
             {switch_parameter(), flow_parameter(kAdd, "flow", example, true)},
             "Add a rule to one of the switch's OpenFlow tables, as ovs-ofctl writes it.",
             changing_flows(slow_path, kAdd, kAdd, "flow")});
  table.add({"mod-flows",
             {switch_parameter(), strict_parameter(), flow_parameter(kModifyStrict, "flow", example, true)},
             "Change the actions of all rules that are of this match or narrower; if there is none, add it.",
             changing_flows(slow_path, kModify, kModifyStrict, "flow")});
  table.add({"del-flows",
             {switch_parameter(), strict_parameter(),
              flow_parameter(kDeleteStrict, "filter", "which rules, e.g. table=0,ip,out_port=2; without, all",
                             false)},
             "Remove rules: all, or those of a match, a table, a cookie.",
             changing_flows(slow_path, kDelete, kDeleteStrict, "filter")});
}

void add_group_verbs(VerbTable& table, SlowPath& slow_path) {
  using enum GroupMod::Command;
  table.add(
      {"add-group",
       {switch_parameter(), group_parameter(true)},
       "Add a group: buckets of actions, of which packets take all, one, or the first whose port is up.",
       changing_groups(slow_path, kAdd)});
  table.add({"mod-group",
             {switch_parameter(), group_parameter(true)},
             "Replace a group's type and buckets.",
             changing_groups(slow_path, kModify)});
  table.add({"del-groups",
             {switch_parameter(), group_parameter(false)},
             "Remove a group or all, and the rules that lead to it.",
             changing_groups(slow_path, kDelete)});
}

void add_meter_verbs(VerbTable& table, SlowPath& slow_path) {
  using enum MeterMod::Command;
  table.add({"add-meter",
             {switch_parameter(), meter_parameter(true)},
             "Add a meter: what exceeds its rate is dropped or marked.",
             changing_meters(slow_path, kAdd)});
  table.add({"mod-meter",
             {switch_parameter(), meter_parameter(true)},
             "Replace a meter's rate and bands.",
             changing_meters(slow_path, kModify)});
  table.add({"del-meters",
             {switch_parameter(), meter_parameter(false)},
             "Remove a meter or all, and the rules that name it.",
             changing_meters(slow_path, kDelete)});
}

}  // namespace

void add_openflow_verbs(VerbTable& table, SlowPath& slow_path) {
  add_looking_verbs(table, slow_path);
  add_port_verb(table, slow_path);
  add_flow_verbs(table, slow_path);
  add_group_verbs(table, slow_path);
  add_meter_verbs(table, slow_path);
}

}  // namespace flowbed::sw
