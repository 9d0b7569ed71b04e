#include "core/engine/trace_files.hh"

#include "core/base/error.hh"
#include "core/engine/regular_file.hh"
#include "core/topo/delivery_trace.hh"

namespace flowbed {
namespace {

constexpr off_t kMaxSize = 128 << 20;  // bytes

}  // namespace

void TraceFiles::read(const Topology& topology) {
  for (size_t i = 0; i < topology.links.size(); i++) {
    const Link& link = topology.links[i];
    for (const LinkShape* shape : {&link.shape, &link.a_to_b, &link.b_to_a}) {
      if (!shape->trace || traces_.contains(*shape->trace)) continue;
      try {
        traces_.emplace(*shape->trace, parse_delivery_trace(read_regular_file(*shape->trace, kMaxSize)));
      } catch (const Error& fault) {
        throw Error("links[" + std::to_string(i) + "].trace: " + *shape->trace + ": " + fault.what());
      }
    }
  }
}

}  // namespace flowbed
