#include "core/engine/doctor.hh"

#include <algorithm>
#include <cstdio>

#include "core/base/channel.hh"
#include "core/os/probe/probes.hh"

namespace flowbed {
namespace {

Json to_json(const std::string& group, const Finding& finding) {
  return {{"group", group},
          {"check", finding.check},
          {"status", to_string(finding.status)},
          {"finding", finding.finding},
          {"used", finding.used},
          {"remedy", finding.remedy}};
}

bool forbids_networks(const Finding& finding) {
  return finding.vital && finding.status == Finding::Status::missing;
}

}  // namespace

int print_findings() {
  Json all = Json::array();
  bool can_run = true;
  for (const ProbeFamily& family : survey_machine()) {
    for (const Finding& finding : family.findings) {
      all.push_back(to_json(family.name, finding));
      can_run &= !forbids_networks(finding);
    }
  }
  puts(all.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  return can_run ? 0 : 1;
}

}  // namespace flowbed
