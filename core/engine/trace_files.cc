#include "core/engine/trace_files.hh"

#include "core/base/error.hh"
#include "core/engine/regular_file.hh"
#include "core/topo/delivery_trace.hh"
#include "core/topo/link_schedule.hh"

namespace flowbed {
namespace {

constexpr off_t kMaxSize = 128 << 20;  // bytes

std::vector<uint64_t> read_trace(const std::string& file) {
  const std::string text = read_regular_file(file, kMaxSize);
  try {
    return parse_delivery_trace(text);
  } catch (const Error& fault) {
    throw Error(file + ": " + fault.what());
  }
}

}  // namespace

void TraceFiles::read(const Topology& topology) {
  for (size_t i = 0; i < topology.links.size(); i++) {
    for_each_shape(topology.links[i], [&](const LinkShape& shape) {
      if (!shape.trace || traces_.contains(*shape.trace)) return;
      try {
        traces_.emplace(*shape.trace, read_trace(*shape.trace));
      } catch (const Error& fault) {
        throw Error("links[" + std::to_string(i) + "].trace: " + fault.what());
      }
    });
  }
}

}  // namespace flowbed
