#include "core/cli/report.hh"

#include <cmath>

#include "core/base/error.hh"
#include "core/cli/program.hh"
#include "core/report/picture.hh"
#include "core/report/summary.hh"

namespace flowbed {
namespace {

Json to_json(const report::Summary& summary) {
  Json directions = Json::array();
  for (const report::DirectionSummary& direction : summary.directions) {
    const auto& delay = direction.delay;
    directions.push_back({{"from", direction.from},
                          {"arrived", direction.arrived},
                          {"delivered", direction.delivered},
                          {"dropped", direction.dropped},
                          {"bits_per_second", direction.throughput},
                          {"capacity", std::isfinite(direction.capacity) ? Json(direction.capacity) : Json()},
                          {"delay_ms",
                           {{"min", delay.min},
                            {"median", delay.median},
                            {"p95", delay.p95},
                            {"p99", delay.p99},
                            {"max", delay.max}}}});
  }
  return {{"seconds", summary.seconds}, {"directions", std::move(directions)}};
}

report::Recording read(const std::string& file) {
  const std::string text = read_file(file);
  try {
    return report::read_recording(text);
  } catch (const Error& fault) {
    throw Error(file + ": " + fault.what());
  }
}

}  // namespace

LinkReport report_on(const std::string& recording, const std::string& picture) {
  const report::Recording read_back = read(recording);
  if (!picture.empty()) report::draw_picture(read_back, picture);
  const report::Summary summary = report::summarize(read_back);
  return {to_text(summary), to_json(summary)};
}

int report_recording(const Options& options) {
  const Output output(options.verbosity);
  const LinkReport report = report_on(options.recording, options.picture);
  output.result(options.json ? report.json.dump(2) + "\n" : report.text);
  if (!options.picture.empty()) output.info("*** Drawn to " + options.picture + "\n");
  return kFine;
}

}  // namespace flowbed
